/** All runs: live, filtered by the address, steered by mouse or keyboard. */
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, type RefObject, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { useMay, useMyName } from '../../app/context.tsx';
import { useStore } from '../../app/store.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy.tsx';
import { Grid, type GridHandle } from '../../ui/grid.tsx';
import { FilterBar } from './filters/filter-bar.tsx';
import { type Filters, savedViews } from './filters/filters.ts';
import { useShortcuts } from './keys/shortcuts.ts';
import { Foot, NewRuns, NoRuns, Trouble } from './list/list-states.tsx';
import type { RunList } from './list/run-list.ts';
import { useRunList } from './list/use-run-list.ts';
import { COLUMNS, RowContext, RunRow } from './rows/row.tsx';
import { useRowHeight } from './rows/row-height.ts';
import { useRowMenu } from './rows/row-menu.tsx';
import { useSelection } from './rows/selection.ts';
import './runs.css';

const CancelDialog = lazy(async () => {
  const { CancelDialog: it } = await import('./cancel/cancel-dialog.tsx');
  return { default: it };
});
const KeysDialog = lazy(async () => {
  const { KeysDialog: it } = await import('./keys/keys-dialog.tsx');
  return { default: it };
});

const route = getRouteApi('/runs');

function Header() {
  return (
    <div role="rowgroup" className="runs-head">
      <div role="row" aria-rowindex={1} className="runs-head-row">
        <span role="columnheader" data-column="select">
          <span className="unseen">Selected</span>
        </span>
        {COLUMNS.map(({ id, name }) => (
          <span key={id} role="columnheader" className="runs-cell" data-column={id}>
            {name}
          </span>
        ))}
        <span role="columnheader" data-column="menu">
          <span className="unseen">Actions</span>
        </span>
      </div>
    </div>
  );
}

type BarProps = {
  readonly selected: ReadonlySet<string>;
  readonly shown: number;
  readonly onAll: () => void;
  readonly onNone: () => void;
  readonly onCancel: () => void;
};

function SelectionBar({ selected, shown, onAll, onNone, onCancel }: BarProps) {
  const mayCancel = useMay('launch');
  return (
    <section className="runs-selection" aria-label="Selection">
      <strong role="status">{selected.size} selected</strong>
      {selected.size < shown && <Button onPress={onAll}>Select all {shown} loaded</Button>}
      <Button onPress={onNone}>Select none</Button>
      {mayCancel && (
        <Button variant="danger" onPress={onCancel}>
          Cancel…
        </Button>
      )}
    </section>
  );
}

function useFilters() {
  const filters: Filters = route.useSearch();
  const navigate = useNavigate();
  const setFilters = useCallback(
    (next: Filters) =>
      void navigate({ to: '/runs', search: next, replace: true, resetScroll: true }),
    [navigate],
  );
  return { filters, setFilters };
}

type ListViewProps = {
  readonly list: RunList;
  readonly filters: Filters;
  readonly grid: RefObject<GridHandle | null>;
};

/** Rows that are read ahead of the window. */
const AHEAD = 60;

/** The list itself, and what is done with its rows. */
function ListView({ list, filters, grid }: ListViewProps) {
  const state = useStore(list.state);
  const { order } = state;
  const navigate = useNavigate();
  const [unseen, setUnseen] = useState(0);
  const selection = useSelection(list, order);
  const { selected, select, toggle, cancelPlan, planCancel, planSelected } = selection;
  const { openMenu, menu, onKey } = useRowMenu(list, planCancel);
  const rowHeight = useRowHeight();
  const actions = useMemo(() => ({ list, toggle, openMenu }), [list, toggle, openMenu]);
  const onRange = useCallback(
    (first: number, last: number) => list.show(first, last + AHEAD),
    [list],
  );
  const retry = (): void => list.retry();
  const key = (name: string, id: string): boolean => {
    if (name !== 'c' || selected.size === 0) return onKey(name, id);
    planSelected();
    return true;
  };
  return (
    <RowContext value={actions}>
      <Trouble state={state} onRetry={retry} />
      <NewRuns count={unseen} onPress={() => grid.current?.toTop()} />
      {order.length === 0 ? (
        <NoRuns state={state} filters={filters} onRetry={retry} />
      ) : (
        <>
          <Grid
            ref={grid}
            label="Runs, newest first"
            ids={order}
            isComplete={state.complete}
            rowHeight={rowHeight}
            header={<Header />}
            renderRow={renderRow}
            selected={selected}
            onSelect={select}
            onOpen={(runId) => void navigate({ to: '/runs/$runId', params: { runId } })}
            onRange={onRange}
            onUnseen={setUnseen}
            onKey={key}
          />
          <Foot state={state} onMore={retry} />
        </>
      )}
      {selected.size > 0 && (
        <SelectionBar
          selected={selected}
          shown={order.length}
          onAll={() => select(new Set(order))}
          onNone={() => select(new Set())}
          onCancel={planSelected}
        />
      )}
      {menu}
      {cancelPlan && (
        <Suspense>
          <CancelDialog
            plan={cancelPlan}
            onView={(view) => list.take([view])}
            onClose={selection.endCancel}
          />
        </Suspense>
      )}
    </RowContext>
  );
}

export function Runs() {
  const { filters, setFilters } = useFilters();
  const list = useRunList(filters);
  const me = useMyName();
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const [showsKeys, showKeys] = useState(false);
  const views = useMemo(() => savedViews(me), [me]);
  useShortcuts({
    search: () => search.current?.focus(),
    help: () => showKeys(true),
    firstRow: () => grid.current?.focus(),
  });
  return (
    <>
      <title>Runs · Sluice</title>
      <div className="runs-title">
        <h1>Runs</h1>
        <div className="actions">
          <Button
            variant="quiet"
            onPress={() => void copyText(location.href, 'The link to this view')}
          >
            Copy link
          </Button>
          <Button variant="quiet" aria-label="Keys of this screen" onPress={() => showKeys(true)}>
            <kbd aria-hidden="true">?</kbd>
          </Button>
        </div>
      </div>
      <FilterBar filters={filters} views={views} onFilters={setFilters} search={search} />
      {/* Another list has a selection of its own. */}
      <ListView key={JSON.stringify(filters)} list={list} filters={filters} grid={grid} />
      {showsKeys && (
        <Suspense>
          <KeysDialog onClose={() => showKeys(false)} />
        </Suspense>
      )}
    </>
  );
}

const renderRow = (id: string, isCurrent: boolean, isSelected: boolean) => (
  <RunRow id={id} isCurrent={isCurrent} isSelected={isSelected} />
);
