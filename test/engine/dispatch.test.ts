/** A start is answered once it is recorded, whatever the cluster does, and its Job is made soon after. */
import { expect, test } from 'vitest';
import { singleCluster } from '../../src/adapters/memory/cluster.ts';
import { handleMessage } from '../../src/engine/messages.ts';
import { getRun } from '../../src/engine/runs.ts';
import { submitRun } from '../../src/engine/submit.ts';
import { tick } from '../../src/engine/tick.ts';
import { memoryWorld, request } from '../support/world.ts';

const domain = 'default';
const start = (world: Parameters<typeof submitRun>[0], lane = 'default') =>
  submitRun(world, { domain, request: request({ lane }) });

test('a single start has its Job when it is answered', async () => {
  const { world, cluster } = memoryWorld();
  const { run } = await start(world);
  expect((await cluster.list()).jobs.map((job) => job.run_id)).toEqual([run.run_id]);
});

test('a cluster that hangs does not hold up the answer for longer than 150 ms', async () => {
  const parts = memoryWorld();
  const hanging = new Proxy(parts.cluster, {
    get: (target, name) =>
      name === 'createJob'
        ? () => new Promise(() => undefined)
        : (Reflect.get(target, name) as unknown),
  });
  const world = { ...parts.world, clusters: singleCluster(hanging) };
  let answered = false;
  const answer = start(world).finally(() => {
    answered = true;
  });
  while (parts.clock.nextDueAt() === undefined) await new Promise((go) => setImmediate(go));
  expect(answered).toBe(false);
  await parts.clock.advance(150);
  expect((await answer).run.state).toBe('starting');
});

test.each(['arrive', 'are lost'])(
  'many starts at once are answered without the cluster; their messages %s',
  async (fate) => {
    const { world, cluster, queue, clock } = memoryWorld();
    const started = await Promise.all(
      Array.from({ length: 16 }, (_, index) => start(world, `lane-${index}`)),
    );
    const waiting = started.filter(({ run }) => run.state === 'queued');
    expect(waiting.length).toBeGreaterThanOrEqual(10);
    for (const { run } of waiting) expect(run.reason?.code).toBe('job_pending');
    const messages = queue.messages.map(({ message }) => message);
    queue.clear();
    if (fate === 'arrive') {
      await Promise.all(
        messages
          .filter((message) => (message as { kind: string }).kind === 'dispatch')
          .map((message) => handleMessage(world, message)),
      );
    } else {
      await clock.advance(60_000);
      await tick(world);
    }
    expect(new Set((await cluster.list()).jobs.map((job) => job.run_id))).toEqual(
      new Set(started.map(({ run }) => run.run_id)),
    );
    for (const { run } of started)
      expect((await getRun(world, domain, run.run_id)).state).not.toBe('queued');
  },
);
