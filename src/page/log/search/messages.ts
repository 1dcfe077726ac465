/** What the page and a search worker tell each other. */
import type { Pattern } from './matcher.ts';

export type ToSearch =
  | {
      readonly type: 'begin';
      readonly pattern: Pattern;
      /** Only lines of these sources; undefined: of all. */
      readonly sources: readonly number[] | undefined;
      /** The way to the store. */
      readonly port: MessagePort;
    }
  /** There are so many rows now. */
  | { readonly type: 'rows'; readonly count: number }
  | { readonly type: 'mark'; readonly id: number; readonly texts: readonly string[] };

export type FromSearch =
  /** Rows up to here were looked at; `rows` are those found since the last message. */
  | { readonly type: 'found'; readonly upTo: number; readonly rows: Uint32Array }
  | { readonly type: 'marked'; readonly id: number; readonly marks: readonly number[][] };
