/** A platform without a check of launches and without followers, such as one of runs in the function itself. */
import { afterEach, expect, test } from 'vitest';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import type { Platform } from '../../../src/engine/reconcile/executor.ts';
import { PLATFORMS } from '../../../src/engine/reconcile/pass.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { memoryWorld, request } from '../../support/world.ts';

const platforms = PLATFORMS as { kubernetes: Platform };
const builtIn = platforms.kubernetes;
afterEach(() => (platforms.kubernetes = builtIn));

const domain = 'default';
/** No Job can be built with it: the target lists no such Secret. */
const IMPOSSIBLE = request({
  container: { image: 'busybox:1.37', secret_env: { KEY: { secret: 'unlisted', key: 'k' } } },
});

/** A platform that can do no more than it has to. */
const BARE: Platform = {
  executor: (context) => builtIn.executor(context),
  checkTarget: (world, target) => builtIn.checkTarget(world, target),
  readFiles: (world, read) => builtIn.readFiles(world, read),
};

test('refuses what is impossible when it is sent, if the platform can tell', async () => {
  const { world } = memoryWorld();
  await expect(submitRun(world, { domain, request: IMPOSSIBLE })).rejects.toMatchObject({
    code: 'invalid',
  });
  platforms.kubernetes = BARE;
  const submitted = await submitRun(world, { domain, request: IMPOSSIBLE });
  expect(submitted.outcome).toBe('created');
});

test('without followers, a message for one is dropped, no tick asks for one, and passes do everything', async () => {
  const { world, clock, queue } = memoryWorld();
  platforms.kubernetes = BARE;
  const { run } = await submitRun(world, { domain, request: request() });
  let asked = 0;
  const { send } = queue;
  queue.send = async (...args) => {
    if ((args[0] as { kind: string }).kind === 'follow') asked += 1;
    return send.apply(queue, args);
  };
  await handleMessage(world, { kind: 'follow', run_id: run.run_id, generation: 0 });
  expect((await readRun(world, run.run_id))?.run).toMatchObject({
    generation: 0,
    lease_until: null,
  });
  for (let minute = 0; minute < 5; minute += 1) {
    await clock.advance(60_000);
    await tick(world);
  }
  expect(asked).toBe(0);
  expect((await readRun(world, run.run_id))?.run.state).toBe('succeeded');
});
