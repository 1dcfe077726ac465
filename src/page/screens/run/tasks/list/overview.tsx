/** How far the tasks are, how long they may still take, and where all this is known from. */
import type { TaskCounts } from '../../../../../core/tasks/status.ts';
import type { TraceSource, TraceView } from '../../../../../core/tasks/task.ts';
import { durationText } from '../../../../ui/time.tsx';
import { TaskProgress } from './task-progress.tsx';

/** With what the source cannot know. */
const SOURCES: Readonly<Record<TraceSource, string>> = {
  tower: 'Nextflow itself reports its tasks (Tower’s trace protocol).',
  weblog:
    'The plugin nf-weblog reports the tasks. It tells nothing of cached ones, which are missing here.',
  file: 'Tasks are read from Nextflow’s trace file and console: script, times and memory of a task are known once it has ended.',
  log: 'Tasks are read from Nextflow’s log file and console, which tell nothing of what a task used. The entry may choose another source: nextflow.trace.',
  console:
    'Tasks are read from Nextflow’s console, which tells that they are submitted or cached, and nothing of their ends: this cluster is too old for more, or no message of the run’s trace has come.',
};

type Props = {
  /** Undefined where they are shown already. */
  readonly counts: TaskCounts | undefined;
  readonly source: TraceSource | null;
  readonly trace: TraceView | undefined;
  readonly live: boolean;
};

export function Overview({ counts, source, trace, live }: Props) {
  const left = live ? (trace?.remaining_seconds ?? null) : null;
  return (
    <section className="tasks-overview" aria-label="About the tasks">
      {counts !== undefined && <TaskProgress counts={counts} />}
      {left !== null && (
        <p className="muted">
          About {durationText(left)} left: an estimate from the mean times so far, for the tasks
          that are known now.
        </p>
      )}
      {source !== null && <p className="muted">{SOURCES[source]}</p>}
    </section>
  );
}
