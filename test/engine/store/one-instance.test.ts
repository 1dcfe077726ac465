/** An instance answers requests and takes messages: what it keeps in memory is known to both. */
import { expect, test } from 'vitest';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { createService } from '../../../src/functions/service.ts';
import { readSettings } from '../../../src/functions/settings/settings.ts';
import { ADMIN } from '../../api/support.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, otherInstance, request } from '../../support/world.ts';

const SETTINGS = readSettings({
  SLUICE_STORAGE: 'UseDevelopmentStorage=true',
  SLUICE_WEB_PUBSUB: 'Endpoint=http://127.0.0.1:1;AccessKey=c2VjcmV0;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
});
const domain = 'default';

test('an instance that is told to end gives back the runs that it follows for its readers', async () => {
  const parts = memoryWorld({ script: () => ({ lines: [], endsAt: 600_000, exitCode: 0 }) });
  const service = createService(parts.world, SETTINGS);
  await service.tick();
  const { run } = await submitRun(otherInstance(parts.world), { domain, request: request() });
  // No queue brings it to a follower.
  parts.queue.clear();
  const followed = async () =>
    ((await readRun(parts.world, run.run_id))?.run.lease_until ?? null) !== null;
  const poll = service.fetch(
    new Request(`http://localhost/api/v1/runs/${run.run_id}/events?after=9&wait=25`, {
      headers: { authorization: `Bearer ${ADMIN}` },
    }),
  );
  await passTime(parts, 3_000, 0);
  expect(await followed()).toBe(true);
  const over = service.drain();
  await passTime(parts, 1_000, 0);
  await over;
  expect(await followed()).toBe(false);
  await passTime(parts, 30_000, 0);
  expect((await poll).status).toBe(200);
});
