/** Several instances start runs in one lane, on storage that takes the times of Azure Tables. */
import { setTimeout as delay } from 'node:timers/promises';
import { withLatency } from '../../../src/adapters/memory/latency.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import type { World } from '../../../src/ports/world.ts';
import { randomOf } from '../../support/chaos.ts';
import { memoryWorld, request, seededBytes } from '../../support/world.ts';
import type { Measured, Row } from '../row.ts';
import { spread } from '../support/statistics.ts';

const INSTANCES = 4;
const CLIENTS = 12;
const EACH = 50;
const WAITING = 2_000;
const domain = 'default';

/** Real time. A timer fires up to a millisecond late, on top of what it was set to: on average this makes up for it. */
const clock: World['clock'] = {
  now: Date.now,
  sleep: (ms, signal) =>
    delay(Math.max(0, Math.floor(ms - 0.5)), undefined, { signal }).catch(() => undefined),
};

async function measure(waiting: number): Promise<Measured> {
  const { world, store } = memoryWorld();
  // The first one holds the only place for good: its driver lives by a clock that stands still.
  for (let count = 0; count <= waiting; count += 1)
    await submitRun(world, { domain, request: request() });
  const latency: number[] = [];
  const ids = new Set<string>();
  let errors = 0;
  const client = async (instance: World): Promise<void> => {
    for (let count = 0; count < EACH; count += 1) {
      const from = performance.now();
      await submitRun(instance, { domain, request: request() }).then(
        ({ run }) => ids.add(run.run_id),
        () => (errors += 1),
      );
      latency.push(performance.now() - from);
    }
  };
  const from = performance.now();
  await Promise.all(
    Array.from({ length: INSTANCES }, (_, index) => {
      const times = withLatency(store, clock, randomOf(index));
      const instance = { ...world, clock, store: times, random: seededBytes(index + 1) };
      return Promise.all(Array.from({ length: CLIENTS }, () => client(instance)));
    }),
  );
  const seconds = (performance.now() - from) / 1_000;
  const tickets = store.dump('lanes').filter(({ key }) => key.startsWith('q.')).length;
  if (tickets !== waiting + ids.size) throw new Error(`${tickets} tickets for ${ids.size} starts`);
  return {
    samples: { latency_ms: latency },
    figures: { rate: ids.size / seconds, ...spread(latency), errors },
  };
}

const row = (id: string, waiting: number): Row => ({
  id,
  title: `starts answered, ${INSTANCES} instances, one lane, ${waiting} waiting`,
  where: 'local',
  units: { rate: '1/s', p50: 'ms', p99: 'ms', errors: 'starts' },
  targets: { rate: ['≥', 300], p99: ['≤', 1_500], errors: ['=', 0] },
  method: `${INSTANCES} instances of ${CLIENTS} clients each, which submit ${EACH} runs one after another into one lane, whose place is taken and in which ${waiting} runs wait. Storage is in memory and takes the times of Azure Tables (point read 3–9 ms, commit 5–11 ms, list 4 ms and 0.055 ms a row), in real time, in one process without sockets. Afterwards each start must have its ticket.`,
  measure: () => measure(waiting),
});

export const contentionRows: readonly Row[] = [
  row('starts-contended', 0),
  row('starts-contended-long-queue', WAITING),
];
