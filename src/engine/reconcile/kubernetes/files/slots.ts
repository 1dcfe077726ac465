/** How many readers an instance has at once: each is a pod on somebody's cluster. */
import { AppError } from '../../../../core/errors.ts';
import type { World } from '../../../../ports/world.ts';
import { perInstance } from '../../../store/per-instance.ts';

/** All together, and for one run: a page that lists while a file is being read. */
export const READERS_MAX = 6;
export const READERS_PER_RUN_MAX = 2;
/** The longest that a read waits for others to end. */
const TURN_MS = 30_000;
const LOOK_MS = 100;

const stateOf = perInstance(() => ({ all: 0, byRun: new Map<string, number>() }));

/** Waits for a turn; the returned function ends it. Rejects with `files_unavailable` when none comes. */
export async function enter(world: World, runId: string): Promise<() => void> {
  const state = stateOf(world);
  const until = world.clock.now() + TURN_MS;
  while (state.all >= READERS_MAX || (state.byRun.get(runId) ?? 0) >= READERS_PER_RUN_MAX) {
    if (world.clock.now() >= until)
      throw new AppError('files_unavailable', 'Other files are being read; try again soon.', {
        retryAfter: 5,
      });
    await world.clock.sleep(LOOK_MS);
  }
  state.all += 1;
  state.byRun.set(runId, (state.byRun.get(runId) ?? 0) + 1);
  return () => {
    state.all -= 1;
    const rest = (state.byRun.get(runId) ?? 1) - 1;
    if (rest > 0) state.byRun.set(runId, rest);
    else state.byRun.delete(runId);
  };
}
