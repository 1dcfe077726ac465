/** The log of a run. Load it lazily: it brings its workers with it. */
import { Loading } from '../ui/states.tsx';
import type { LogFeed } from './feed.ts';

export type LogViewerProps = {
  readonly runId: string;
  /**
   * Events of the run as they happen, from any seq on, each once or more; those that it missed it reads by itself. Undefined: the run is
   * over, and its log is read once. Give the same object in every drawing (`createLogFeed` in a state or a ref).
   */
  readonly live: LogFeed | undefined;
  /** What is shown first where `place` names no line. Default: the end of a live log, the start of another. */
  readonly initial?: 'start' | 'end';
  /** The fragment of the address, with or without `#`: `L10`, `L10-L20`. The viewer goes there when it changes. */
  readonly place?: string;
  /** A reader has chosen lines, or none (`''`): the new fragment without `#`, for an address that replaces the one before. */
  readonly onPlace?: (place: string) => void;
};

/** Fills the height of its parent, which has to have one of its own; at least 20 rem. */
export function LogViewer(_props: LogViewerProps) {
  return <Loading what="The log" />;
}
