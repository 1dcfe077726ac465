/** All about one task, beside the list of tasks. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import type { PipelineFailure } from '../../../../../core/reasons.ts';
import type { TaskDetail, TaskView } from '../../../../../core/tasks/task.ts';
import { useClient } from '../../../../app/context.tsx';
import { Loaded } from '../../../../parts/loaded.tsx';
import { Button } from '../../../../ui/button.tsx';
import { taskOfWorkDir } from '../../state/failed-task.ts';
import { ProcessName } from '../list/process-name.tsx';
import { actionText, TaskStatus } from '../list/task-status.tsx';
import type { Tasks } from '../live/use-tasks.ts';
import { attemptsOf } from '../model/arrange.ts';
import type { TaskSearch } from '../model/search.ts';
import { type Change, searchWith } from '../use-task-search.ts';
import { Asked } from './asked.tsx';
import { Places } from './places.tsx';
import { Script } from './script.tsx';
import { TaskLog } from './task-log.tsx';
import { Times } from './times.tsx';
import './task.css';

type ListProps = { readonly tasks: Tasks; readonly search: TaskSearch };

type Props = ListProps & {
  readonly runId: string;
  readonly task: string;
  readonly onChange: (change: Change) => void;
  /** Why the run failed, which has the command of the task that failed. */
  readonly failure: PipelineFailure | undefined;
};

/** Read again whenever the list knows something newer of it. */
function useTask(runId: string, task: string, row: TaskView | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: ['run-task', runId, task, row?.status, row?.realtime_ms],
    queryFn: () => client.task(runId, task),
    placeholderData: (before) => (before?.task === task ? before : undefined),
  });
}

/** The same task's other tries. */
function Attempts({ detail, tasks, search }: ListProps & { readonly detail: TaskDetail }) {
  const all = useMemo(() => attemptsOf(tasks.tasks, detail), [tasks.tasks, detail]);
  if (all.length < 2) return null;
  return (
    <nav className="task-attempts" aria-label="Attempts of this task">
      <span className="muted">Attempts</span>
      {all.map((each) => (
        <Link
          key={each.task}
          from="/runs/$runId"
          to="."
          search={searchWith(search, { task: each.task })}
          resetScroll={false}
          replace
          activeOptions={{ exact: true }}
        >
          {each.attempt} <TaskStatus of={each} />
        </Link>
      ))}
    </nav>
  );
}

/** Sources that tell no scripts: Nextflow prints that of the task for which the run failed. */
function commandOf({ hash }: TaskDetail, failure: PipelineFailure | undefined): string | null {
  if (failure === undefined || hash === null) return null;
  return taskOfWorkDir(failure.work_dir) === hash.replace('/', '-') ? failure.command : null;
}

function Failed({ detail }: { readonly detail: TaskDetail }) {
  const { exit, error_action, status } = detail;
  if (status !== 'failed' && (exit === null || exit === 0)) return null;
  const made = actionText(error_action);
  return (
    <p className="task-failed">
      {exit === null ? 'It failed without an exit status' : `Exit status ${exit}`}
      {made !== undefined && `: ${made}`}.
    </p>
  );
}

function Body({ detail, ...props }: Props & { readonly detail: TaskDetail }) {
  return (
    <>
      <p className="task-line">
        <TaskStatus of={detail} />
        <span className="muted">
          task <code>{detail.task}</code>
          {detail.hash !== null && (
            <>
              {' · '}
              <code>{detail.hash}</code>
            </>
          )}
          {detail.attempt > 1 && ` · attempt ${detail.attempt}`}
        </span>
      </p>
      <Failed detail={detail} />
      <Attempts detail={detail} tasks={props.tasks} search={props.search} />
      <TaskLog runId={props.runId} detail={detail} />
      <Script text={detail.script ?? commandOf(detail, props.failure)} status={detail.status} />
      <Asked detail={detail} />
      <Times detail={detail} />
      <Places detail={detail} />
      <div className="actions">
        <Button onPress={() => props.onChange({ process: detail.process, q: undefined })}>
          All tasks of this process
        </Button>
      </div>
    </>
  );
}

/** Where less than half of it is seen, to the top of the window; else it stays in its place. */
function bringUp(panel: HTMLElement): void {
  const { top, bottom, height } = panel.getBoundingClientRect();
  const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
  if (seen < Math.min(height, innerHeight) / 2) panel.scrollIntoView({ block: 'start' });
}

export function TaskPanel(props: Props) {
  const { runId, task, tasks, onChange } = props;
  const row = tasks.table.get(task);
  const query = useTask(runId, task, row);
  const head = useRef<HTMLHeadingElement>(null);
  const panel = useRef<HTMLElement>(null);
  // Who opens a task reads it next.
  useEffect(() => head.current?.focus({ preventScroll: true }), [task]);
  // Once it has its height, as what is above it has: before, the page is too short to bring it up.
  const filled = !query.isPending && (row !== undefined || tasks.complete);
  useEffect(() => {
    if (filled && panel.current !== null) bringUp(panel.current);
  }, [filled]);
  const known = query.data ?? row;
  const close = (): void => onChange({ task: undefined });
  return (
    <section
      ref={panel}
      className="task card"
      aria-labelledby="task-name"
      onKeyDown={({ key, defaultPrevented }) => {
        if (key === 'Escape' && !defaultPrevented) close();
      }}
    >
      <div className="task-head">
        <h2 id="task-name" ref={head} tabIndex={-1}>
          {known === undefined ? `Task ${task}` : <ProcessName name={known.process} />}
          {known !== undefined && known.tag !== null && (
            <span className="task-tag">{known.tag}</span>
          )}
        </h2>
        <Button variant="quiet" aria-label="Close the task" onPress={close}>
          <span aria-hidden="true">✕</span>
        </Button>
      </div>
      <Loaded query={query} what="The task">
        {(detail) => <Body {...props} detail={detail} />}
      </Loaded>
    </section>
  );
}
