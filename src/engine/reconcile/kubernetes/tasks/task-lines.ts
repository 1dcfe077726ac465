/** What lines of a run's containers tell of its tasks: stores them, and says what events tell of that. */

import type { Progress } from '../../../../core/events/event.ts';
import { type EventDraft, entryText } from '../../../../core/events/event-row.ts';
import { taskProgress } from '../../../../core/events/task-progress.ts';
import { TRACE_COLUMNS } from '../../../../core/kinds/nextflow/trace.ts';
import type { ReadEntry } from '../../../../core/log/position.ts';
import { shown } from '../../../../core/log/terminal.ts';
import { DRIVER_CONTAINER, TRACE_CONTAINER } from '../../../../core/names.ts';
import { consoleNews } from '../../../../core/nextflow/trace/console-report.ts';
import { logReport } from '../../../../core/nextflow/trace/log-lines.ts';
import { traceFileReader } from '../../../../core/nextflow/trace/trace-file.ts';
import type { Run } from '../../../../core/runs/run.ts';
import { joinChanges, type TaskChange } from '../../../../core/tasks/change.ts';
import {
  knowsHashes,
  newsOf,
  type RunFacts,
  type TaskReport,
  type TraceNews,
} from '../../../../core/tasks/report.ts';
import type { TraceSource } from '../../../../core/tasks/task.ts';
import { joinFacts } from '../../../../core/tasks/trace-state.ts';
import type { World } from '../../../../ports/world.ts';
import { TELL_TASKS_MS } from '../../../events/tell-tasks.ts';
import { isOurs, takeWhatFits } from '../../../store/tasks/own-faults.ts';
import { takeNews } from '../../../store/tasks/task-store.ts';

type Told = {
  readonly progress: Progress;
  readonly drafts: readonly EventDraft[];
};

/** As what a driver's lines are read: one that sends its trace may not reach us, and then its console is what is known. */
const readAs = (source: TraceSource): TraceSource => (knowsHashes(source) ? source : 'console');

/** The events of what changed, and the progress with them. */
export function toldOf(run: Run, { counts, processes, tasks, more }: TaskChange): Told {
  const progress = taskProgress(counts, run);
  const data = { processes: [...processes], tasks: [...tasks], more };
  return {
    progress,
    drafts: [
      { type: 'progress', data: progress },
      { type: 'tasks', data },
    ],
  };
}

/** The tasks that the lines of one container tell of, beside one read of its log. */
export class TaskLines {
  readonly #container: string;
  /** The header may have been read earlier: it has the columns that the driver was told to write. */
  readonly #file = traceFileReader(TRACE_COLUMNS);
  /** What changed and no event has told yet. */
  #untold: TaskChange | null = null;
  #hasStored = false;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(container: string) {
    this.#container = container;
  }

  /** When what no event has told yet is to be told; infinity without any. */
  get due(): number {
    return this.#untold === null ? Number.POSITIVE_INFINITY : this.#toldAt + TELL_TASKS_MS;
  }

  /**
   * Stores what the lines tell, before the position behind them is committed: lines that are read again change nothing. So
   * they may be read twice, but none is lost. True for the first of this read, which may have changed the run's own row.
   */
  async store(world: World, run: Run, entries: readonly ReadEntry[]): Promise<boolean> {
    const news = this.#readable(world, run, entries);
    if (!news) return false;
    // Whatever becomes of them, the position moves on: else a line would keep its run from its end.
    const change = await takeWhatFits(world, run, news, (part) =>
      takeNews(world, run.run_id, run.attempt, part),
    );
    this.#untold = joinChanges(this.#untold, change);
    const isFirst = !this.#hasStored;
    this.#hasStored = true;
    return isFirst;
  }

  /** The events of what changed, and the progress with them; at most once a second, and `last` of all. */
  told(world: World, run: Run, last: boolean): Told | null {
    const change = this.#untold;
    if (change === null || (!last && world.clock.now() < this.due)) return null;
    this.#untold = null;
    this.#toldAt = world.clock.now();
    return toldOf(run, change);
  }

  /** Null too where a fault of ours keeps them from being read, which is in the log. */
  #readable(world: World, run: Run, entries: readonly ReadEntry[]): TraceNews | null {
    try {
      return this.#newsOf(run, entries);
    } catch (error) {
      if (!isOurs(error)) throw error;
      world.log.error('lines about tasks cannot be read', { run_id: run.run_id, error });
      return null;
    }
  }

  #newsOf({ trace_source: source }: Run, entries: readonly ReadEntry[]): TraceNews | null {
    if (source === undefined || entries.length === 0) return null;
    if (this.#container === TRACE_CONTAINER) {
      const tasks = entries
        .map((entry) => this.#report(source, entry))
        .filter((each) => each !== null);
      return tasks.length === 0 ? null : newsOf(source, tasks);
    }
    return this.#container === DRIVER_CONTAINER ? consoleOf(readAs(source), entries) : null;
  }

  #report(source: TraceSource, entry: ReadEntry): TaskReport | null {
    if (!entry.whole) return null;
    const text = entryText(entry);
    return source === 'file' ? this.#file.line(text) : logReport(text, Date.parse(entry.time));
  }
}

/** What the driver itself prints: submitted tasks, cached ones, failures that it goes on from, and facts of the run. */
function consoleOf(source: TraceSource, entries: readonly ReadEntry[]): TraceNews | null {
  const tasks: TaskReport[] = [];
  let facts: RunFacts | null = null;
  for (const entry of entries) {
    const news = entry.whole ? consoleNews(shown(entryText(entry)), Date.parse(entry.time)) : null;
    if (!news) continue;
    tasks.push(...news.tasks);
    facts = joinFacts(facts, news.facts);
  }
  return tasks.length === 0 && facts === null ? null : { ...newsOf(source, tasks), facts };
}
