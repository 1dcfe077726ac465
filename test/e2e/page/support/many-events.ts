/** Writes many events of a run that waits, by the product's own commit: a driver would take minutes for as many. */
import { setTimeout as delay } from 'node:timers/promises';
import { createTableStore } from '../../../../src/adapters/azure/store.ts';
import { changeRun, readRun } from '../../../../src/engine/store/run-store.ts';
import { memoryWorld } from '../../../support/world.ts';

/** Events of one commit: below its 100 writes. */
const EACH = 90;

/** `storage`: the connection string of the stack. The events are of progress, up to `count` of `count`. */
export async function writeManyEvents(storage: string, runId: string, count: number) {
  const { world: memory } = memoryWorld();
  const clock = { now: () => Date.now(), sleep: (ms: number) => delay(ms) };
  const world = { ...memory, clock, store: createTableStore({ connectionString: storage }) };
  let stored = await readRun(world, runId);
  if (!stored) throw new Error('the run is not in storage');
  for (let done = 0; done < count; done += EACH) {
    const drafts = Array.from({ length: Math.min(EACH, count - done) }, (_, index) => {
      const completed = done + index + 1;
      const data = { completed, total: count, percent: (completed * 100) / count };
      return { type: 'progress' as const, data };
    });
    const progress = drafts.at(-1)?.data ?? null;
    stored = await changeRun(world, stored, { progress }, drafts);
  }
}
