/** All events, numbered: a window of them is drawn. Their data is read when somebody wants to see it. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { EventType } from '../../../../core/events/event.ts';
import { Button } from '../../../ui/button.tsx';
import { Empty, Loading, Problem } from '../../../ui/states.tsx';
import type { EventLine } from '../live/run-events.ts';
import { type History, useHistory } from '../live/use-history.ts';
import { EventRow } from './event-row.tsx';
import type { TabProps } from './tab.ts';

const TYPES: readonly EventType[] = [
  'status',
  'progress',
  'tasks',
  'log',
  'gap',
  'error',
  'complete',
];
const ROW_PX = 36;
const OVERSCAN = 12;

type FilterProps = {
  readonly lines: readonly EventLine[];
  readonly version: number;
  readonly chosen: ReadonlySet<EventType>;
  readonly onChoose: (chosen: ReadonlySet<EventType>) => void;
};

/** None chosen: all are shown. */
function Filter({ lines, version, chosen, onChoose }: FilterProps) {
  const counts = useMemo(() => {
    const found = new Map<EventType, number>();
    for (const { type } of lines) found.set(type, (found.get(type) ?? 0) + 1);
    return found;
    // The lines grow in place: their version tells.
  }, [lines, version]);
  const toggle = (type: EventType): void => {
    const next = new Set(chosen);
    if (!next.delete(type)) next.add(type);
    onChoose(next);
  };
  return (
    <div className="actions" role="group" aria-label="Types of events">
      {TYPES.filter((type) => counts.has(type)).map((type) => (
        <button
          key={type}
          type="button"
          className="run-filter"
          aria-pressed={chosen.has(type)}
          onClick={() => toggle(type)}
        >
          {type} <span className="muted">{(counts.get(type) ?? 0).toLocaleString('en-US')}</span>
        </button>
      ))}
    </div>
  );
}

type ListProps = { readonly runId: string; readonly lines: readonly EventLine[] };

function List({ runId, lines }: ListProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => lines[index]?.seq ?? index,
    overscan: OVERSCAN,
    useFlushSync: false,
  });
  const toggle = (seq: number): void => {
    const next = new Set(open);
    if (!next.delete(seq)) next.add(seq);
    setOpen(next);
  };
  return (
    <>
      <div className="actions run-event-ends">
        <Button variant="quiet" onPress={() => rows.scrollToIndex(0)}>
          First
        </Button>
        <Button variant="quiet" onPress={() => rows.scrollToIndex(lines.length - 1)}>
          Last
        </Button>
      </div>
      <div className="run-events" ref={frame}>
        <div
          role="list"
          aria-label="Events"
          style={{ height: rows.getTotalSize(), position: 'relative' }}
        >
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            if (line === undefined) return null;
            return (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                role="listitem"
                aria-posinset={index + 1}
                aria-setsize={lines.length}
                className="run-event"
                style={{ transform: `translateY(${start}px)` }}
              >
                <EventRow
                  runId={runId}
                  line={line}
                  open={open.has(line.seq)}
                  onToggle={() => toggle(line.seq)}
                />
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

function Reading({ history, lastSeq }: { readonly history: History; readonly lastSeq: number }) {
  if (history.error !== undefined)
    return (
      <Problem error={history.error} what="The events">
        <Button onPress={history.retry}>Try again</Button>
      </Problem>
    );
  if (history.complete) return null;
  const read = history.events.lastSeq.toLocaleString('en-US');
  return (
    <Loading what={`${read} of ${lastSeq.toLocaleString('en-US')} events are read. The rest`} />
  );
}

export function Part({ shown }: TabProps) {
  const history = useHistory(shown);
  const { types = '' } = useSearch({ from: '/runs/$runId' });
  const navigate = useNavigate({ from: '/runs/$runId' });
  const chosen = useMemo(
    () => new Set(TYPES.filter((type) => types.split(',').includes(type))),
    [types],
  );
  const choose = (next: ReadonlySet<EventType>): void =>
    void navigate({
      to: '.',
      search: { tab: 'events', ...(next.size > 0 && { types: [...next].join(',') }) },
      replace: true,
      resetScroll: false,
    });
  const { lines } = history.events;
  const { version } = history;
  const filtered = useMemo(
    () => (chosen.size === 0 ? lines.slice() : lines.filter(({ type }) => chosen.has(type))),
    [lines, version, chosen],
  );
  return (
    <div className="run-part">
      <Filter lines={lines} version={version} chosen={chosen} onChoose={choose} />
      <Reading history={history} lastSeq={shown.view.last_seq} />
      {filtered.length === 0 && history.complete ? (
        <Empty>There is no event of these types.</Empty>
      ) : (
        <List key={types} runId={shown.view.run_id} lines={filtered} />
      )}
    </div>
  );
}
