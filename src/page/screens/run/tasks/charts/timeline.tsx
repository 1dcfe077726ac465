/** When the tasks ran: a row for each process, which opens to those of its tasks. Only rows near the window are drawn. */
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Fragment, useMemo, useRef, useState } from 'react';
import { Button } from '../../../../ui/button.tsx';
import { Empty } from '../../../../ui/states.tsx';
import { Time } from '../../../../ui/time.tsx';
import { useNow } from '../../state/use-now.ts';
import { msText } from '../model/measures.ts';
import { PARTS, splitName } from '../model/parts.ts';
import type { TaskSearch } from '../model/search.ts';
import {
  areaOf,
  type Bar,
  type Lane,
  placeOf,
  SLOTS,
  type Timeline as Times,
  ticksOf,
  timelineOf,
} from '../model/timeline.ts';
import { searchWith } from '../use-task-search.ts';
import type { ChartProps } from './chart.ts';
import './timeline.css';

/** As in `timeline.css`. */
const ROW_PX = 30;
const OVERSCAN = 10;
const TICKS = 6;
const ZOOM_MAX = 64;
/** Small enough to be seen whole: all processes begin open. */
const OPEN_MAX = 100;
/** Bars of what runs grow so often. */
const GROW_MS = 5_000;

type Row = { readonly lane: Lane; readonly bar?: Bar };

const UNTOLD = 'this source does not tell when tasks began';

function lastsText({ from, began, blind, to }: Bar): string {
  if (began !== null) return `waited ${msText(began - from)}, ran ${msText(to - began)}`;
  return blind
    ? `${msText(to - from)} from submission to end: ${UNTOLD}`
    : `waits for ${msText(to - from)}`;
}

const part = (times: Times, from: number, to: number) => ({
  left: `${placeOf(times, from)}%`,
  width: `${placeOf(times, to) - placeOf(times, from)}%`,
});

function TaskTrack({ bar, times }: { readonly bar: Bar; readonly times: Times }) {
  const { from, began, blind, to, look } = bar;
  const ran = blind ? from : began;
  return (
    <span className="gantt-track" aria-hidden="true" title={lastsText(bar)}>
      <span className="gantt-wait" style={part(times, from, ran ?? to)} />
      {ran !== null && <span className="gantt-run" data-part={look} style={part(times, ran, to)} />}
    </span>
  );
}

function ProcessTrack({ lane }: { readonly lane: Lane }) {
  const area = useMemo(() => areaOf(lane.running), [lane]);
  return (
    <span className="gantt-track" aria-hidden="true">
      <svg className="gantt-area" viewBox={`0 0 ${SLOTS} 1`} preserveAspectRatio="none">
        <path d={area} />
      </svg>
    </span>
  );
}

type RowProps = {
  readonly row: Row;
  readonly times: Times;
  readonly search: TaskSearch;
  readonly isOpen: boolean;
  readonly onToggle: (process: string) => void;
};

function RowContent({ row: { lane, bar }, times, search, isOpen, onToggle }: RowProps) {
  const [within, own] = splitName(lane.process);
  if (bar === undefined)
    return (
      <>
        <button
          type="button"
          className="gantt-label gantt-process"
          aria-expanded={isOpen}
          title={lane.process}
          onClick={() => onToggle(lane.process)}
        >
          <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {own}{' '}
          <span className="muted">
            {lane.bars.length.toLocaleString('en-US')}
            <span className="unseen">
              {' '}
              tasks, at most {Math.max(...lane.running)} at once, in {within}
            </span>
          </span>
        </button>
        <ProcessTrack lane={lane} />
      </>
    );
  return (
    <>
      <span className="gantt-label">
        <Link
          from="/runs/$runId"
          to="."
          search={searchWith(search, { task: bar.task })}
          resetScroll={false}
          className="gantt-task"
        >
          {bar.tag ?? `task ${bar.task}`}
          {bar.attempt > 1 && <span className="muted"> attempt {bar.attempt}</span>}
          <span className="unseen">
            , {bar.look}, {lastsText(bar)}
          </span>
        </Link>
      </span>
      <TaskTrack bar={bar} times={times} />
    </>
  );
}

function Axis({ times, zoom }: { readonly times: Times; readonly zoom: number }) {
  const length = times.to - times.from;
  return (
    <div className="gantt-axis" aria-hidden="true">
      <span className="gantt-label" />
      <span className="gantt-track">
        {ticksOf(length, TICKS * zoom).map((tick) => (
          <span
            key={tick}
            className="gantt-tick"
            style={{ left: `${placeOf(times, times.from + tick)}%` }}
          >
            {tick === 0 ? '0' : msText(tick)}
          </span>
        ))}
      </span>
    </div>
  );
}

type RowsProps = Omit<RowProps, 'row' | 'isOpen'> & {
  readonly zoom: number;
  readonly open: ReadonlySet<string>;
};

function Rows({ times, zoom, open, ...rest }: RowsProps) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useMemo(
    () =>
      times.lanes.flatMap((lane): Row[] => [
        { lane },
        ...(open.has(lane.process) ? lane.bars.map((bar) => ({ lane, bar })) : []),
      ]),
    [times, open],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    getItemKey: (at) => rows[at]?.bar?.task ?? rows[at]?.lane.process ?? at,
    overscan: OVERSCAN,
    useFlushSync: false,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="gantt" ref={frame} aria-label="Timeline of the tasks" tabIndex={0}>
      <div className="gantt-inner" style={{ width: `${zoom * 100}%` }}>
        <Axis times={times} zoom={zoom} />
        <div role="list" className="gantt-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={key}
                role="listitem"
                aria-posinset={index + 1}
                aria-setsize={rows.length}
                className="gantt-row"
                data-kind={row.bar === undefined ? 'process' : 'task'}
                style={{ transform: `translateY(${start}px)` }}
              >
                <RowContent row={row} times={times} isOpen={open.has(row.lane.process)} {...rest} />
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}

/** The colours of the bars that there are. */
function Legend({ times }: { readonly times: Times }) {
  const bars = times.lanes.flatMap((lane) => lane.bars);
  const ran = bars.filter(({ began, blind }) => began !== null || blind);
  const looks = PARTS.filter((part) => ran.some(({ look }) => look === part));
  const isRetried = ran.some(({ look }) => look === 'retried');
  return (
    <>
      <span className="gantt-key" data-key="most" aria-hidden="true" /> how many ran at once{' '}
      {ran.length < bars.length || ran.some(({ blind }) => !blind) ? (
        <>
          <span className="gantt-key" data-key="wait" aria-hidden="true" /> waiting{' '}
        </>
      ) : null}
      {looks.map((look) => (
        <Fragment key={look}>
          <span className="gantt-key" data-part={look} aria-hidden="true" /> {look}{' '}
        </Fragment>
      ))}
      {isRetried && (
        <>
          <span className="gantt-key" data-part="retried" aria-hidden="true" /> failed, tried again{' '}
        </>
      )}
      {ran.some(({ blind }) => blind) && `Bars are from submission to end: ${UNTOLD}. `}
    </>
  );
}

type BarProps = {
  readonly times: Times;
  readonly zoom: number;
  readonly onZoom: (zoom: number) => void;
  readonly onOpen: (all: boolean) => void;
};

function ToolBar({ times, zoom, onZoom, onOpen }: BarProps) {
  return (
    <div className="gantt-bar">
      <p className="muted">
        From <Time value={new Date(times.from).toISOString()} />, {msText(times.to - times.from)}{' '}
        long. <Legend times={times} />
        {times.cached > 0 &&
          ` ${times.cached.toLocaleString('en-US')} cached tasks are not here: they did not run.`}
      </p>
      <div className="actions">
        <Button variant="quiet" onPress={() => onOpen(true)}>
          Open all
        </Button>
        <Button variant="quiet" onPress={() => onOpen(false)}>
          Close all
        </Button>
        <Button aria-label="Zoom out" isDisabled={zoom === 1} onPress={() => onZoom(zoom / 2)}>
          <span aria-hidden="true">−</span>
        </Button>
        <Button aria-label="Zoom in" isDisabled={zoom >= ZOOM_MAX} onPress={() => onZoom(zoom * 2)}>
          <span aria-hidden="true">+</span>
        </Button>
      </div>
    </div>
  );
}

export function Chart({ tasks, search, live }: ChartProps) {
  const now = Math.floor(useNow(live) / GROW_MS) * GROW_MS;
  const times = useMemo(
    () =>
      timelineOf(
        tasks.tasks,
        tasks.table.processes.map(({ name }) => name),
        now,
      ),
    [tasks, now],
  );
  const [zoom, setZoom] = useState(1);
  const all = useMemo(() => new Set(times.lanes.map(({ process }) => process)), [times]);
  const [chosen, setChosen] = useState<ReadonlySet<string> | undefined>(undefined);
  const open = chosen ?? (tasks.tasks.length <= OPEN_MAX ? all : new Set<string>());
  if (times.lanes.length === 0) return <Empty>No task has run yet.</Empty>;
  return (
    <div className="gantt-all">
      <ToolBar
        times={times}
        zoom={zoom}
        onZoom={setZoom}
        onOpen={(isAll) => setChosen(isAll ? all : new Set())}
      />
      <Rows
        times={times}
        zoom={zoom}
        open={open}
        search={search}
        onToggle={(process) => {
          const next = new Set(open);
          if (!next.delete(process)) next.add(process);
          setChosen(next);
        }}
      />
    </div>
  );
}
