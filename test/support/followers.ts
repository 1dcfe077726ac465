/** The queue trigger of the memory world: so many messages at once, each in a follower of its own. */
import { type ManualClock } from '../../src/adapters/memory/clock.ts';
import type { MemoryQueue } from '../../src/adapters/memory/queue.ts';
import type { Run } from '../../src/core/runs/run.ts';
import { handleMessage } from '../../src/engine/follow/messages.ts';
import type { World } from '../../src/ports/world.ts';

type Parts = { readonly world: World; readonly clock: ManualClock; readonly queue: MemoryQueue };

/** Lets `ms` pass in small steps, and followers take up what becomes visible, at most `slots` at once. */
export async function passTime(
  { world, clock, queue }: Parts,
  ms: number,
  slots = 16,
): Promise<void> {
  const state = running.get(queue) ?? new Set<Promise<void>>();
  running.set(queue, state);
  for (let left = ms; left > 0; left -= STEP_MS) {
    for (
      let message = state.size < slots ? queue.take() : undefined;
      message !== undefined;
      message = state.size < slots ? queue.take() : undefined
    ) {
      const work: Promise<void> = handleMessage(world, message.message).finally(() =>
        state.delete(work),
      );
      work.catch((error: unknown) => failures.push(error));
      state.add(work);
    }
    await clock.advance(STEP_MS);
    await quiet();
  }
}

const STEP_MS = 50;
const running = new WeakMap<MemoryQueue, Set<Promise<void>>>();
/** What followers rejected with. */
export const failures: unknown[] = [];

/** Long enough for a follower to come to its next sleep. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** How far Web PubSub has a run's events, by its row. */
export const publishedSeq = (run: Run | undefined): number => run?.delivered['publish'] ?? 0;
