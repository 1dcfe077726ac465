/**
 * Takes what a driver sends of its run's tasks. Nextflow 26.04 and later end a run when a message of its trace fails for good, and
 * older ones when its first message does: so storage is asked again for a while, and only a wrong token is refused.
 */

import { AppError } from '../../../core/errors.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { TraceNews } from '../../../core/tasks/report.ts';
import { Conflict } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { Outlet } from '../../events/outlet.ts';
import { Recorder } from '../../events/recorder.ts';
import { tellTasks } from '../../events/tell-tasks.ts';
import { perInstance } from '../../store/per-instance.ts';
import { isOurs, takeWhatFits } from '../../store/tasks/own-faults.ts';
import { takeNews } from '../../store/tasks/task-store.ts';

/**
 * How long storage is asked for one thing, of which a message needs two. Below the 60 s after which Nextflow gives up a call; most
 * versions send it again, but before 25.10 not the first one of a run.
 */
export const PATIENCE_MS = 20_000;
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 2_000;
/** How long events of tasks are delivered by the process that told them; then the next pass does it. */
const DELIVERY_MS = 10_000;

/** Repeats `work` until it succeeds, or its time is over. Refusals, and faults of ours, are final. */
export async function patiently<T>(
  { clock }: World,
  work: () => Promise<T>,
  until = clock.now() + PATIENCE_MS,
): Promise<T> {
  for (let pause = PAUSE_MS; ; pause = Math.min(2 * pause, PAUSE_MS_MAX)) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError || isOurs(error)) throw error;
      if (clock.now() + pause > until) throw error instanceof Conflict ? busy(error) : error;
      await clock.sleep(pause);
    }
  }
}

const busy = (cause: Conflict): AppError =>
  new AppError('unavailable', 'Others write the same run all the time; try again.', { cause });

/** By run: the last of its messages that is being stored. */
const lines = perInstance(() => new Map<string, Promise<void>>());

/** One message of a run after the other: each writes the run's counts, and several at once would be in each other's way. */
function inLine<T>(world: World, runId: string, work: () => Promise<T>): Promise<T> {
  const all = lines(world);
  const turn = (all.get(runId) ?? Promise.resolve()).then(work);
  const over = turn.then(
    () => undefined,
    () => undefined,
  );
  all.set(runId, over);
  void over.then(() => all.get(runId) === over && all.delete(runId));
  return turn;
}

/**
 * Stores the news, and has them told; that is not waited for. Resolves too where a fault of ours prevents it, which a repetition
 * would not mend: what it prevents is left out, that is in the log, and the run goes on. Rejects when storage does for too long:
 * some of the news may be stored, and the same may come again.
 */
export async function takeTrace(
  world: World,
  { run_id, attempt }: Pick<Run, 'run_id' | 'attempt'>,
  news: TraceNews,
): Promise<void> {
  const until = world.clock.now() + PATIENCE_MS;
  const take = (part: TraceNews) =>
    patiently(world, () => takeNews(world, run_id, attempt, part), until);
  const change = await inLine(world, run_id, () => takeWhatFits(world, { run_id }, news, take));
  if (change === null) return;
  const sink = new Outlet(world, world.clock.now() + DELIVERY_MS);
  void tellTasks(new Recorder(world, sink), run_id, change);
}
