/** Keys and clicks in a log. */
import type { Viewer } from './viewer.ts';

/** What belongs to the bar above the log. */
export type Bar = { openSearch(): void; openGoTo(): void; copy(): void };

/** What keys do, also for those who ask which there are. */
export const KEYS = [
  ['↑ ↓, Page up, Page down, Space', 'move'],
  ['Home, End', 'the start; the end, and follow it'],
  ['/ or Ctrl-F', 'search'],
  ['n, N', 'next and previous found line'],
  ['e, E', 'next and previous error or warning'],
  ['g', 'go to a line or a range'],
  ['f', 'fold or unfold the step'],
  ['Ctrl-A, Ctrl-C', 'choose all lines, copy the chosen ones'],
  ['Esc', 'choose no line'],
] as const;

type Action = (viewer: Viewer, bar: Bar) => void;
const PLAIN_KEYS: Readonly<Record<string, Action>> = {
  ArrowUp: ({ stage }) => stage.scrollLines(-1),
  ArrowDown: ({ stage }) => stage.scrollLines(1),
  PageUp: ({ stage }) => stage.scrollWindows(-1),
  PageDown: ({ stage }) => stage.scrollWindows(1),
  ' ': ({ stage }) => stage.scrollWindows(1),
  Home: ({ stage }) => stage.scrollToStart(),
  End: ({ stage }) => stage.follow(),
  '/': (_viewer, bar) => bar.openSearch(),
  g: (_viewer, bar) => bar.openGoTo(),
  n: (viewer) => viewer.nextHit(1),
  N: (viewer) => viewer.nextHit(-1),
  e: (viewer) => viewer.nextTrouble(1),
  E: (viewer) => viewer.nextTrouble(-1),
  f: (viewer) => viewer.fold(),
  Escape: (viewer) => viewer.chooseNone(),
};
/** With Ctrl, or the command key. */
const CONTROL_KEYS: Readonly<Record<string, Action>> = {
  f: (_viewer, bar) => bar.openSearch(),
  a: (viewer) => viewer.chooseAll(),
  Home: ({ stage }) => stage.scrollToStart(),
  End: ({ stage }) => stage.follow(),
};

const hasSelection = (): boolean => getSelection()?.isCollapsed === false;

function press(event: KeyboardEvent, viewer: Viewer, bar: Bar): void {
  const isControl = event.ctrlKey || event.metaKey;
  if (event.altKey) return;
  // Selected text is copied by the browser.
  const isCopy = isControl && event.key === 'c' && !hasSelection();
  const action = isCopy ? () => bar.copy() : (isControl ? CONTROL_KEYS : PLAIN_KEYS)[event.key];
  if (!action) return;
  event.preventDefault();
  action(viewer, bar);
}

function click(event: MouseEvent, viewer: Viewer): void {
  const { target } = event;
  if (!(target instanceof Element)) return;
  const row = Number(target.closest<HTMLElement>('.log-row')?.dataset['row']);
  if (target.closest('.log-fold')) viewer.fold(row);
  else if (target.closest('.log-number')) {
    const number = viewer.rows.number(row);
    // Other clicks on a link, such as into a new tab, are the browser's.
    if (number === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    viewer.choose(number, event.shiftKey);
  }
}

/** The returned function ends it. */
export function listen(viewer: Viewer, bar: Bar): () => void {
  const { scroller } = viewer.stage;
  const onKey = (event: KeyboardEvent): void => press(event, viewer, bar);
  const onClick = (event: MouseEvent): void => click(event, viewer);
  scroller.addEventListener('keydown', onKey);
  scroller.addEventListener('click', onClick);
  return () => {
    scroller.removeEventListener('keydown', onKey);
    scroller.removeEventListener('click', onClick);
  };
}
