/** What a row shows of its task. */
import { Link } from '@tanstack/react-router';
import { createContext, memo, type ReactNode, use, useSyncExternalStore } from 'react';
import { bytesText } from '../../../../../core/figures/bytes.ts';
import { isTaskOver } from '../../../../../core/tasks/status.ts';
import type { TaskView } from '../../../../../core/tasks/task.ts';
import { Time } from '../../../../ui/time.tsx';
import { Running } from '../../../runs/rows/ticking.tsx';
import type { Reader } from '../live/task-list.ts';
import { msText, percentText } from '../model/measures.ts';
import type { Sort, TaskSearch } from '../model/search.ts';
import { searchWith } from '../use-task-search.ts';
import { ProcessName } from './process-name.tsx';
import { actionText, TaskStatus } from './task-status.tsx';

export type RowGround = { readonly reader: Reader; readonly search: TaskSearch };
export const RowContext = createContext<RowGround | undefined>(undefined);

function Duration({ task }: { readonly task: TaskView }) {
  const { duration_ms, started_at, submitted_at, status } = task;
  if (duration_ms !== null) return msText(duration_ms);
  const since = submitted_at ?? started_at;
  return isTaskOver(status) || since === null ? null : <Running since={since} />;
}

const Cell = ({ of, children }: { readonly of: Sort; readonly children: ReactNode }) => (
  <span role="gridcell" className="tasks-cell" data-cell={of}>
    {children}
  </span>
);

function Cells({ task }: { readonly task: TaskView }) {
  const { attempt, exit, error_action, submitted_at, cpu_percent, peak_rss } = task;
  return (
    <>
      <Cell of="attempt">{attempt > 1 ? attempt : <span className="muted">{attempt}</span>}</Cell>
      <Cell of="exit">
        {exit !== null && (
          <span title={actionText(error_action)} data-bad={exit !== 0}>
            {exit}
          </span>
        )}
      </Cell>
      <Cell of="submitted">{submitted_at !== null && <Time value={submitted_at} />}</Cell>
      <Cell of="duration">
        <Duration task={task} />
      </Cell>
      <Cell of="cpu">{cpu_percent !== null && percentText(cpu_percent)}</Cell>
      <Cell of="memory">{peak_rss !== null && bytesText(peak_rss)}</Cell>
    </>
  );
}

export const TaskRow = memo(
  ({ id, isCurrent }: { readonly id: string; readonly isCurrent: boolean }) => {
    const ground = use(RowContext);
    if (ground === undefined) throw new Error('Rows are in a list.');
    const { reader, search } = ground;
    const task = useSyncExternalStore(reader.state.subscribe, () =>
      reader.state.get().table.get(id),
    );
    if (task === undefined) return null;
    return (
      <>
        <Cell of="status">
          <TaskStatus of={task} />
        </Cell>
        <Cell of="process">
          <Link
            from="/runs/$runId"
            to="."
            search={searchWith(search, { task: id })}
            resetScroll={false}
            tabIndex={isCurrent ? 0 : -1}
            className="tasks-link"
          >
            <ProcessName name={task.process} />
            {task.tag !== null && <span className="unseen">, {task.tag}</span>}
          </Link>
        </Cell>
        <Cell of="tag">{task.tag}</Cell>
        <Cells task={task} />
      </>
    );
  },
);
