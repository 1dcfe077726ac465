/** The tasks of a Nextflow run: its processes, all tasks, one of them, and other ways to look at them. */
import { Link } from '@tanstack/react-router';
import { type ComponentType, lazy, Suspense, useMemo } from 'react';
import { isTerminal } from '../../../../core/events/state.ts';
import { Button } from '../../../ui/button.tsx';
import { Empty, Loading, Problem } from '../../../ui/states.tsx';
import type { TabProps } from '../tabs/tab.ts';
import type { ChartProps } from './charts/chart.ts';
import { Overview } from './list/overview.tsx';
import { ProcessTable } from './list/process-table.tsx';
import { TaskFilters } from './list/task-filters.tsx';
import { TaskGrid } from './list/task-grid.tsx';
import { type Tasks, useTasks, useTrace } from './live/use-tasks.ts';
import { TASK_VIEWS, type TaskSearch, type TaskView } from './model/search.ts';
import { type Change, searchWith, useTaskSearch } from './use-task-search.ts';
import './tasks.css';

const TaskPanel = lazy(async () => ({
  default: (await import('./task/task-panel.tsx')).TaskPanel,
}));

const chart = (load: () => Promise<{ readonly Chart: ComponentType<ChartProps> }>) =>
  lazy(async () => ({ default: (await load()).Chart }));

const VIEWS: Readonly<Record<TaskView, { label: string; Chart?: ComponentType<ChartProps> }>> = {
  table: { label: 'Table' },
  timeline: { label: 'Timeline', Chart: chart(() => import('./charts/timeline.tsx')) },
  resources: { label: 'Resources', Chart: chart(() => import('./charts/resources.tsx')) },
  graph: { label: 'Graph', Chart: chart(() => import('./charts/graph.tsx')) },
};

/** Ways to look at the tasks; a task that is open stays open. */
function Views({ search, hasGraph }: { readonly search: TaskSearch; readonly hasGraph: boolean }) {
  return (
    <nav className="tasks-views" aria-label="Ways to look at the tasks">
      <ul>
        {TASK_VIEWS.filter((view) => view !== 'graph' || hasGraph).map((view) => (
          <li key={view}>
            <Link
              from="/runs/$runId"
              to="."
              search={searchWith(search, { view: view === 'table' ? undefined : view })}
              replace
              resetScroll={false}
              // Its link also holds what else is chosen, so addresses do not tell which one it is.
              aria-current={view === (search.view ?? 'table') ? 'page' : undefined}
              activeOptions={{ exact: true }}
            >
              {VIEWS[view].label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

type ListProps = {
  readonly tasks: Tasks;
  readonly search: TaskSearch;
  readonly onChange: (change: Change, keeps?: boolean) => void;
};

function List({ tasks, search, onChange }: ListProps) {
  const { processes, counts } = tasks.table;
  return (
    <div className="tasks-list">
      <ProcessTable
        processes={processes}
        chosen={search.process}
        onChoose={(process) => onChange({ process })}
      />
      <h2>Tasks</h2>
      <TaskFilters search={search} counts={counts} onChange={onChange} />
      <TaskGrid tasks={tasks} search={search} onChange={onChange} />
    </div>
  );
}

/** A run of which nothing is known of tasks. */
function Unknown({ over, off }: { readonly over: boolean; readonly off: boolean }) {
  if (off)
    return (
      <Empty>
        Nobody listens to what Nextflow tells of its tasks: <code>nextflow.trace</code> of the entry
        is <code>off</code>. The log has what it prints.
      </Empty>
    );
  return (
    <Empty>
      {over
        ? 'Nothing is known of its tasks: it made none, or told nobody of them.'
        : 'No task is known yet: Nextflow makes them once the inputs of a process are there.'}
    </Empty>
  );
}

/** A link may name a task by its hash, as work directories do: its id, once the list has it. */
function useOpenTask({ task }: TaskSearch, { tasks, table }: Tasks): string | undefined {
  return useMemo(() => {
    if (task === undefined || table.get(task) !== undefined) return task;
    const hash = task.replace('-', '/');
    return tasks.find((each) => each.hash === hash)?.task ?? task;
  }, [task, tasks, table]);
}

export function Part({ shown }: TabProps) {
  const tasks = useTasks(shown);
  const trace = useTrace(shown);
  const { search: asked, change } = useTaskSearch();
  const task = useOpenTask(asked, tasks);
  const search = useMemo(
    () => ({ ...asked, ...(task !== undefined && { task }) }),
    [JSON.stringify(asked), task],
  );
  const { error, complete, table } = tasks;
  const over = isTerminal(shown.view.state);
  const { label, Chart } = VIEWS[search.view ?? 'table'];
  const isEmpty = tasks.tasks.length === 0 && table.processes.length === 0;
  return (
    <div className="run-part tasks">
      {error !== undefined && (
        <Problem error={error} what="The list of tasks">
          {!isEmpty && <p>Below is what was read last.</p>}
          <div className="actions problem-actions">
            <Button onPress={() => tasks.reader.retry()}>Try again</Button>
          </div>
        </Problem>
      )}
      {isEmpty && error === undefined && !complete && <Loading what="The list of tasks" />}
      {isEmpty && complete && <Unknown over={over} off={shown.view.nextflow?.trace === 'off'} />}
      {!isEmpty && (
        <Overview
          counts={shown.view.progress?.tasks ? undefined : table.counts}
          source={table.source}
          trace={trace}
          live={!over}
        />
      )}
      {!isEmpty && <Views search={search} hasGraph={trace !== undefined && trace.dag !== null} />}
      <div className="tasks-body" data-open={task !== undefined}>
        {!isEmpty && Chart === undefined && (
          <List tasks={tasks} search={search} onChange={change} />
        )}
        {!isEmpty && Chart !== undefined && (
          <Suspense fallback={<Loading what={label} />}>
            <div className="tasks-list">
              <Chart tasks={tasks} trace={trace} search={search} live={!over} />
            </div>
          </Suspense>
        )}
        {task !== undefined && (
          <Suspense fallback={<Loading what="The task" />}>
            <TaskPanel
              key={task}
              runId={shown.view.run_id}
              task={task}
              tasks={tasks}
              search={search}
              onChange={change}
              failure={shown.view.reason?.failure}
            />
          </Suspense>
        )}
      </div>
    </div>
  );
}
