/**
 * A grid of any number of rows of one height, of which only those near the window exist. The window scrolls, so that the page's zoom and
 * small screens work as everywhere. What one reads stays where it is when rows come or go above it.
 */
import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { between, moveOf, toggled } from './grid-keys.ts';
import './grid.css';

export type GridHandle = {
  /** Scrolls to the first row. */
  toTop(): void;
  /** Gives the focus to the current row. */
  focus(): void;
};

type RowProps = {
  readonly id: string;
  readonly index: number;
  readonly start: number;
  readonly height: number;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
};

export type GridProps = {
  /** For screen readers. */
  readonly label: string;
  readonly ids: readonly string[];
  /** False: more rows come when one scrolls on. */
  readonly isComplete: boolean;
  /** One row at most is selected. */
  readonly isSingle?: boolean;
  readonly rowHeight: number;
  /** Names the columns; drawn as the first row. */
  readonly header: ReactNode;
  /** The cells of a row, which draws itself anew when what it shows changes; it has to be the same function each time. */
  readonly renderRow: (id: string, isCurrent: boolean, isSelected: boolean) => ReactNode;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
  /** Rows near the window, by index. */
  readonly onRange: (first: number, last: number) => void;
  /** How many rows are above the first one that was there when the reader last was at the top. */
  readonly onUnseen: (count: number) => void;
  readonly ref?: RefObject<GridHandle | null>;
  /** More keys of a row; true: it is done. */
  readonly onKey?: (key: string, id: string) => boolean;
};

const OVERSCAN = 8;

const Row = memo(
  ({
    id,
    index,
    start,
    height,
    isCurrent,
    isSelected,
    render,
  }: RowProps & { readonly render: GridProps['renderRow'] }) => (
    <div
      role="row"
      className="grid-row"
      data-id={id}
      // The header is the first row.
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isCurrent ? 0 : -1}
      style={{ transform: `translateY(${start}px)`, height }}
    >
      {render(id, isCurrent, isSelected)}
    </div>
  ),
);

/** Distance of an element from the top of the document. */
const topOf = (element: Element): number => element.getBoundingClientRect().top + scrollY;

/** Scrolls as little as needed. The names of the columns stay above the rows, and what is below them may need room too. */
function bringIntoView(body: Element, index: number, rowHeight: number): void {
  const top = topOf(body) + index * rowHeight;
  const [first, last] = [top - rowHeight, top + 2 * rowHeight - innerHeight];
  if (scrollY > first) window.scrollTo({ top: first, behavior: 'instant' });
  else if (scrollY < last) window.scrollTo({ top: last, behavior: 'instant' });
}

/** Keeps the row that one reads where it is, whatever comes or goes above it; at the top new rows push the others down. */
function useAnchor(
  ids: readonly string[],
  rowHeight: number,
  body: RefObject<HTMLDivElement | null>,
  onUnseen: (count: number) => void,
): void {
  const anchor = useRef<{ id: string; index: number } | undefined>(undefined);
  const newestSeen = useRef<string | undefined>(undefined);
  const note = useCallback(() => {
    if (body.current === null) return;
    const above = scrollY - topOf(body.current);
    const index = Math.max(0, Math.floor(above / rowHeight));
    const id = ids[index];
    const isAtTop = above < rowHeight / 2;
    anchor.current = isAtTop || id === undefined ? undefined : { id, index };
    if (isAtTop) newestSeen.current = ids[0];
    const unseen = newestSeen.current === undefined ? 0 : ids.indexOf(newestSeen.current);
    onUnseen(isAtTop ? 0 : Math.max(0, unseen));
  }, [ids, rowHeight, body, onUnseen]);
  useLayoutEffect(() => {
    const was = anchor.current;
    if (was !== undefined && ids[was.index] !== was.id) {
      const index = ids.indexOf(was.id);
      if (index >= 0)
        window.scrollBy({ top: (index - was.index) * rowHeight, behavior: 'instant' });
    }
    note();
    addEventListener('scroll', note, { passive: true });
    return () => removeEventListener('scroll', note);
  }, [ids, rowHeight, note]);
}

/** The current row, which has the focus when the grid has; it is kept while its row moves. */
function useCurrent(ids: readonly string[]) {
  const [chosen, setCurrent] = useState<string | undefined>(undefined);
  const known = chosen === undefined ? -1 : ids.indexOf(chosen);
  const lastIndex = useRef(0);
  useEffect(() => {
    if (known >= 0) lastIndex.current = known;
  }, [known]);
  // Where its row is gone, the one in its place is next.
  const index = known >= 0 ? known : Math.min(lastIndex.current, Math.max(0, ids.length - 1));
  return { current: ids[index], index, setCurrent };
}

function useVirtual(props: GridProps, body: RefObject<HTMLDivElement | null>, index: number) {
  const { ids, rowHeight } = props;
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    if (body.current === null) return undefined;
    const element = body.current;
    const measure = (): void => setScrollMargin(topOf(element));
    // What is above the grid may grow, such as its filters.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    measure();
    return () => observer.disconnect();
  }, [body]);
  const virtualizer = useWindowVirtualizer({
    count: ids.length,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin,
    // Rendered in the next frame: drawing at once inside of a scroll event costs long tasks.
    useFlushSync: false,
    getItemKey: (at) => ids[at] ?? at,
    // The row with the focus stays: without it the keyboard would begin anew.
    rangeExtractor: (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), ...(index < range.count ? [index] : [])])].sort(
        (a, b) => a - b,
      ),
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  return { virtualizer, scrollMargin };
}

export function Grid(props: GridProps) {
  const { label, ids, isComplete, rowHeight, header, renderRow, selected, onUnseen, ref } = props;
  const body = useRef<HTMLDivElement>(null);
  const { current, index, setCurrent } = useCurrent(ids);
  const { virtualizer, scrollMargin } = useVirtual(props, body, index);
  useAnchor(ids, rowHeight, body, onUnseen);

  const focusRow = useCallback(
    (to: number): void => {
      const id = ids[to];
      if (id === undefined) return;
      setCurrent(id);
      if (body.current) bringIntoView(body.current, to, rowHeight);
      const focus = (): void =>
        body.current
          ?.querySelector<HTMLElement>(`[data-id="${id}"]`)
          ?.focus({ preventScroll: true });
      // The row exists once it has been drawn as the current one.
      requestAnimationFrame(() => requestAnimationFrame(focus));
    },
    [ids, setCurrent, rowHeight],
  );
  useImperativeHandle(ref, () => ({
    toTop: () => window.scrollTo({ top: 0 }),
    focus: () => focusRow(index),
  }));

  const items = virtualizer.getVirtualItems();
  const range = virtualizer.range;
  const { onRange } = props;
  const [first, last] = [range?.startIndex ?? 0, range?.endIndex ?? 0];
  useEffect(() => onRange(first, last), [onRange, first, last]);
  const keys = useGridKeys(props, { current, index, setCurrent, focusRow });

  return (
    // The rows in it have the focus, not the grid.
    <div
      role="grid"
      aria-label={label}
      aria-rowcount={isComplete ? ids.length + 1 : -1}
      aria-multiselectable={!props.isSingle}
      className="grid"
      onKeyDown={keys}
      onFocus={({ target }) => {
        const id = target.closest<HTMLElement>('[data-id]')?.dataset['id'];
        if (id !== undefined) setCurrent(id);
      }}
    >
      {header}
      <div
        role="rowgroup"
        ref={body}
        className="grid-body"
        style={{ height: ids.length * rowHeight }}
      >
        {items.map(({ key, index: at, start }) => {
          const id = ids[at];
          return id === undefined ? null : (
            <Row
              key={key}
              id={id}
              index={at}
              start={start - scrollMargin}
              height={rowHeight}
              isCurrent={id === current}
              isSelected={selected.has(id)}
              render={renderRow}
            />
          );
        })}
      </div>
    </div>
  );
}

type Position = {
  readonly current: string | undefined;
  readonly index: number;
  readonly setCurrent: (id: string) => void;
  readonly focusRow: (index: number) => void;
};

function useGridKeys(props: GridProps, { current, index, focusRow }: Position) {
  const { ids, rowHeight, selected, onSelect, onOpen, onKey } = props;
  /** Where a selection by Shift began. */
  const pivot = useRef<string | undefined>(undefined);
  return (event: KeyboardEvent<HTMLElement>): void => {
    if (event.altKey || event.metaKey || current === undefined) return;
    const { target } = event;
    // Controls inside of a row have keys of their own.
    const isRow = target instanceof HTMLElement && target.getAttribute('role') === 'row';
    const page = Math.max(1, Math.floor(innerHeight / rowHeight) - 2);
    const move = moveOf(event, index, ids.length, page);
    if (move) {
      event.preventDefault();
      const to = ids[move.to];
      if (move.extends && to !== undefined) {
        pivot.current ??= current;
        onSelect(new Set([...selected, ...between(ids, pivot.current, to)]));
      } else pivot.current = undefined;
      focusRow(move.to);
      return;
    }
    if (!isRow || event.ctrlKey) return;
    if (event.key === ' ' || event.key === 'x') onSelect(toggled(selected, current));
    else if (event.key === 'Enter') onOpen(current);
    else if (event.key === 'Escape' && selected.size > 0) onSelect(new Set());
    else if (!onKey?.(event.key, current)) return;
    event.preventDefault();
  };
}
