/** Readers that wait for events, among everything else that happens to runs. */
import { expect } from 'vitest';
import type { Run } from '../../src/core/runs/run.ts';
import { waitForEvents } from '../../src/engine/queries/wait-events.ts';
import type { World } from '../../src/ports/world.ts';
import { pick, type Random } from './chaos.ts';

/** Waits for the newest events of one of the runs, which is followed for as long as it does. */
export async function readSome(world: World, random: Random, runs: readonly Run[]): Promise<void> {
  if (runs.length === 0) return;
  const { run_id, domain, last_seq } = pick(random, runs);
  const after = Math.max(0, last_seq - Math.floor(random() * 3));
  const waitMs = pick(random, [500, 10_000, 25_000]);
  const { events } = await waitForEvents(world, domain, run_id, { after, limit: 1_000, waitMs });
  expect(
    events.map(({ seq }) => seq),
    'a hole in what a reader gets',
  ).toEqual(events.map((_, index) => after + 1 + index));
}
