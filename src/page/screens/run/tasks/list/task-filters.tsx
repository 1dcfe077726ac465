/** Filters of the tasks; all of them are in the address. */
import { TASK_STATUSES, type TaskCounts } from '../../../../../core/tasks/status.ts';
import { Draft } from '../../../../ui/forms/draft.tsx';
import { nextSort, orderOf, SORTS, statusesOf, type TaskSearch } from '../model/search.ts';
import type { Change } from '../use-task-search.ts';
import { COLUMN_NAMES } from './columns.ts';

type Props = {
  readonly search: TaskSearch;
  readonly counts: TaskCounts;
  readonly onChange: (change: Change) => void;
};

function Statuses({ search, counts, onChange }: Props) {
  const chosen = statusesOf(search);
  return (
    <div className="actions tasks-statuses" role="group" aria-label="Statuses">
      {TASK_STATUSES.filter((status) => counts[status] > 0 || chosen.includes(status)).map(
        (status) => (
          <button
            key={status}
            type="button"
            className="run-filter"
            aria-pressed={chosen.includes(status)}
            onClick={() => {
              const next = TASK_STATUSES.filter(
                (each) => chosen.includes(each) !== (each === status),
              );
              onChange({ status: next.join(',') || undefined });
            }}
          >
            {status} <span className="muted">{counts[status].toLocaleString('en-US')}</span>
          </button>
        ),
      )}
    </div>
  );
}

/** Cards have no names of columns to press. */
function Sorting({ search, onChange }: Omit<Props, 'counts'>) {
  const order = orderOf(search);
  return (
    <div className="field tasks-sorting">
      <label className="field-label" htmlFor="tasks-sorting">
        Sorted by
      </label>
      <span className="tasks-sorting-row">
        <select
          id="tasks-sorting"
          className="field-input"
          value={order?.by ?? ''}
          onChange={({ currentTarget }) => onChange({ sort: currentTarget.value || undefined })}
        >
          <option value="">as they were made</option>
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {COLUMN_NAMES[sort]}
            </option>
          ))}
        </select>
        {order && (
          <button
            type="button"
            className="run-filter"
            onClick={() => onChange({ sort: order.down ? order.by : nextSort(order.by, order) })}
          >
            {order.down ? 'descending' : 'ascending'}
          </button>
        )}
      </span>
    </div>
  );
}

export function TaskFilters({ search, counts, onChange }: Props) {
  const { process } = search;
  return (
    <search className="tasks-filters" aria-label="Tasks">
      <Draft
        label="Search"
        type="search"
        className="tasks-search"
        placeholder="name, tag or hash"
        value={search.q}
        onCommit={(q) => onChange({ q: q || undefined })}
      />
      <Statuses search={search} counts={counts} onChange={onChange} />
      <Sorting search={search} onChange={onChange} />
      {process !== undefined && (
        <button
          type="button"
          className="run-filter tasks-process-filter"
          aria-pressed="true"
          aria-label={`Without process ${process}`}
          onClick={() => onChange({ process: undefined })}
        >
          {process} <span aria-hidden="true">✕</span>
        </button>
      )}
    </search>
  );
}
