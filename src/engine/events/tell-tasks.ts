/** Tells what changed of a run's tasks, at most once a second. The stored tasks are the truth; an event is a hint to look. */
import type { EventBody } from '../../core/events/event.ts';
import { isTerminal } from '../../core/events/state.ts';
import { taskProgress } from '../../core/events/task-progress.ts';
import { joinChanges, type TaskChange } from '../../core/tasks/change.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';
import { readRun } from '../store/run-store.ts';
import { readTaskCounts } from '../store/tasks/task-store.ts';
import type { Recorder } from './recorder.ts';

/** Least time between two such events of a run: a viewer sees no more, and each costs a transaction. */
export const TELL_TASKS_MS = 1_000;
/** Attempts against other writers of the run, such as its follower, which commits several times a second. */
const TRIES = 20;
/** Runs whose last time is remembered; others are told at once. */
const REMEMBERED_MAX = 1_000;

type Telling = { change: TaskChange | null; toldAt: number; work: Promise<void> | undefined };
const tellings = perInstance(() => new Map<string, Telling>());

function tellingOf(world: World, runId: string): Telling {
  const all = tellings(world);
  const known = all.get(runId);
  if (known) return known;
  if (all.size >= REMEMBERED_MAX)
    for (const [id, { work }] of all) if (work === undefined) all.delete(id);
  const fresh = { change: null, toldAt: Number.NEGATIVE_INFINITY, work: undefined };
  all.set(runId, fresh);
  return fresh;
}

/**
 * Records events `progress` and `tasks`, and the run's progress. Best effort: it never rejects, and after the end of the run
 * only the run's progress is set right. What comes within a second is told together, so the promise may take as long.
 */
export function tellTasks(recorder: Recorder, runId: string, change: TaskChange): Promise<void> {
  const telling = tellingOf(recorder.world, runId);
  telling.change = joinChanges(telling.change, change);
  telling.work ??= tell(recorder, runId, telling).finally(() => (telling.work = undefined));
  return telling.work;
}

async function tell(recorder: Recorder, runId: string, telling: Telling): Promise<void> {
  const { clock, log } = recorder.world;
  while (telling.change !== null) {
    const rest = telling.toldAt + TELL_TASKS_MS - clock.now();
    if (rest > 0) await clock.sleep(rest);
    const { change } = telling;
    telling.change = null;
    telling.toldAt = clock.now();
    try {
      await record(recorder, runId, change);
    } catch (error) {
      log.info('tasks not told; readers find them in the list', { run_id: runId, error });
    }
  }
}

async function record(recorder: Recorder, runId: string, change: TaskChange): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const [stored, counts] = await Promise.all([
      readRun(recorder.world, runId),
      readTaskCounts(recorder.world, runId),
    ]);
    if (!stored || !counts) return;
    const { run } = stored;
    const progress = taskProgress(counts, run);
    const isNew = JSON.stringify(progress) !== JSON.stringify(run.progress);
    // `complete` stays the last event of a run.
    const isOver = isTerminal(run.state);
    if (isOver && !isNew) return;
    const { processes, tasks, more } = change;
    const told: EventBody[] = [
      ...(isNew ? [{ type: 'progress' as const, data: progress }] : []),
      { type: 'tasks', data: { processes: [...processes], tasks: [...tasks], more } },
    ];
    try {
      await recorder.record(stored, { progress }, isOver ? [] : told);
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || tries >= TRIES) throw error;
    }
  }
}
