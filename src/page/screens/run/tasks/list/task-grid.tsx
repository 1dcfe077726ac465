/** The tasks: as many as there are, of which those near the window are drawn. */
import { useCallback, useMemo, useState } from 'react';
import { Button } from '../../../../ui/button.tsx';
import { Grid } from '../../../../ui/grid.tsx';
import { Empty } from '../../../../ui/states.tsx';
import { useRowHeight } from '../../../runs/rows/row-height.ts';
import type { Tasks } from '../live/use-tasks.ts';
import { arrange } from '../model/arrange.ts';
import { nextSort, orderOf, SORTS, type TaskSearch } from '../model/search.ts';
import type { Change } from '../use-task-search.ts';
import { COLUMN_NAMES } from './columns.ts';
import { RowContext, TaskRow } from './task-row.tsx';

type Props = {
  readonly tasks: Tasks;
  readonly search: TaskSearch;
  readonly onChange: (change: Change, keeps?: boolean) => void;
};

/** As in `tasks.css`. */
const ROW_REM = 2.4;
const CARD_REM = 5;

function Header({ search, onChange }: Omit<Props, 'tasks'>) {
  const order = orderOf(search);
  return (
    <div role="rowgroup" className="tasks-head">
      <div role="row" aria-rowindex={1} className="tasks-head-row">
        {SORTS.map((sort) => {
          const sorted = order?.by === sort ? (order.down ? 'descending' : 'ascending') : 'none';
          return (
            <span
              key={sort}
              role="columnheader"
              aria-sort={sorted}
              className="tasks-cell"
              data-cell={sort}
            >
              <button
                type="button"
                className="tasks-sort"
                onClick={() => onChange({ sort: nextSort(sort, order) })}
              >
                {COLUMN_NAMES[sort]}
                <span aria-hidden="true">{SIGNS[sorted]}</span>
              </button>
            </span>
          );
        })}
      </div>
    </div>
  );
}
const SIGNS = { none: '', ascending: ' ▲', descending: ' ▼' } as const;

const NONE: Change = { status: undefined, process: undefined, q: undefined };

function NoTasks({ tasks, onChange }: Omit<Props, 'search'>) {
  if (tasks.tasks.length > 0)
    return (
      <Empty>
        <p>No task fits these filters.</p>
        <Button onPress={() => onChange(NONE)}>Show all tasks</Button>
      </Empty>
    );
  return <Empty>No task yet: Nextflow makes them once the inputs of a process are there.</Empty>;
}

export function TaskGrid({ tasks, search, onChange }: Props) {
  const { status, process, q, sort } = search;
  const [, setUnseen] = useState(0);
  const rowHeight = useRowHeight(ROW_REM, CARD_REM);
  const shown = useMemo(
    () => arrange(tasks.tasks, search),
    [tasks.tasks, status, process, q, sort],
  );
  const ids = useMemo(() => shown.map(({ task }) => task), [shown]);
  const ground = useMemo(() => ({ reader: tasks.reader, search }), [tasks.reader, search]);
  const selected = useMemo(
    () => new Set(search.task === undefined ? [] : [search.task]),
    [search.task],
  );
  const ignoreRange = useCallback(() => undefined, []);
  const open = (task: string): void => onChange({ task }, search.task === undefined);
  if (shown.length === 0 && !tasks.complete) return null;
  if (shown.length === 0) return <NoTasks tasks={tasks} onChange={onChange} />;
  return (
    <RowContext value={ground}>
      <Grid
        // Another order or filter begins at its top.
        key={[status, process, q, sort].join('\n')}
        label="Tasks"
        ids={ids}
        isComplete={tasks.complete}
        isSingle
        rowHeight={rowHeight}
        header={<Header search={search} onChange={onChange} />}
        renderRow={renderRow}
        selected={selected}
        onSelect={() => undefined}
        onOpen={open}
        onRange={ignoreRange}
        onUnseen={setUnseen}
      />
      <p className="tasks-foot muted" role="status">
        {ids.length.toLocaleString('en-US')} of {tasks.tasks.length.toLocaleString('en-US')} tasks
        {tasks.complete ? '' : ', the rest is being read…'}
        {tasks.cut && (
          <>
            ; more are not shown here: <code>sluice tasks</code> lists all of them
          </>
        )}
      </p>
    </RowContext>
  );
}

const renderRow = (id: string, isCurrent: boolean) => <TaskRow id={id} isCurrent={isCurrent} />;
