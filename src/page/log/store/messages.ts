/** What the page and the worker that holds a log tell each other. */
import type { DrawnLine } from './drawn-line.ts';
import type { Added, LogEvent } from './intake.ts';

export type ToStore =
  /** A part of the page of events that was asked for. */
  | { readonly type: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'page_end' }
  /** What came of the page is of no use. */
  | { readonly type: 'page_lost' }
  /** After a failure: ask for the page again. */
  | { readonly type: 'again' }
  | { readonly type: 'event'; readonly event: LogEvent }
  | { readonly type: 'draw'; readonly id: number; readonly rows: Uint32Array }
  | { readonly type: 'copy'; readonly id: number; readonly rows: Uint32Array }
  /** A search worker asks for lines through it. */
  | { readonly type: 'search'; readonly port: MessagePort };

export type FromStore =
  /** The page of events after this seq is needed. */
  | { readonly type: 'want'; readonly after: number }
  | {
      readonly type: 'added';
      readonly added: Added;
      readonly seq: number;
      readonly lastSeq: number;
      /** The log is longer than a tab can hold: the rest is left out. */
      readonly full: boolean;
    }
  | { readonly type: 'drawn'; readonly id: number; readonly lines: readonly DrawnLine[] }
  | { readonly type: 'copied'; readonly id: number; readonly text: string }
  /** A page was not what it should be. */
  | { readonly type: 'failed'; readonly message: string };

/** Rows that a search worker asks the store for, and what it gets: at most this many and the text of each. */
export type Ask = { readonly from: number };
export type Given = {
  readonly from: number;
  readonly texts: readonly string[];
  readonly sources: Uint16Array;
  readonly kinds: Uint8Array;
};
