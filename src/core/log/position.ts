/**
 * The position in a container's log, and what to request from Kubernetes to continue there. Kubernetes takes a time
 * in whole seconds and filters line by line by it, but a node's clock may be set while the log is written. So the
 * position is the last line read, in file order, and each request begins well before that line. Pure.
 */
import {
  LOG_OVERLAP_MARGIN_SECONDS,
  LOG_OVERLAP_SECONDS,
  LOG_REREAD_BYTES,
  LOG_TAIL_LINES_MAX,
} from '../limits.ts';

/** The position after the last line taken; constant size. */
export type LogPosition = {
  /** The last line taken: its timestamp ('' before the first), its number among adjacent lines of that timestamp, its hash. */
  readonly last_time: string;
  readonly last_number: number;
  readonly last_hash: number;
  /** The newest timestamp taken: a line with a newer one comes after the position. */
  readonly newest: string;
  /**
   * Two marks in what was taken, as Unix seconds: since `next_mark` at most half of `LOG_REREAD_BYTES` was taken, since
   * `mark` at most all of it. Null while there is no mark.
   */
  readonly mark: number | null;
  readonly next_mark: number | null;
  /** Bytes taken since `next_mark`, timestamps included. */
  readonly since_mark: number;
  /** Bytes taken, timestamp included, of a line whose end has not been taken. */
  readonly part: number;
  readonly part_time: string;
  /** Lines and bytes taken in total; bytes as printed, line ends included. */
  readonly lines: number;
  readonly bytes: number;
  /** The container has ended, and its log was read to the end. */
  readonly done: boolean;
};

export const LOG_START: LogPosition = {
  last_time: '',
  last_number: 0,
  last_hash: 0,
  newest: '',
  mark: null,
  next_mark: null,
  since_mark: 0,
  part: 0,
  part_time: '',
  lines: 0,
  bytes: 0,
  done: false,
};

/** A line, or a part of one that is longer than `LINE_PART_BYTES`; a part ends with a whole character. */
export type LogEntry = {
  /** RFC 3339, nine decimals, UTC: 30 characters. */
  readonly time: string;
  readonly bytes: Uint8Array;
  /** `part`: the line continues in the next entry. `none`: the log ended without a line end. */
  readonly end: 'newline' | 'part' | 'none';
};

/** Why lines may be missing before an entry: they were rotated away, or a clock that was set hides them. */
export type GapCause = 'rotated' | 'clock';

/** `whole`: a complete line, not a part of one. Only complete lines are searched for progress and errors. */
export type ReadEntry = LogEntry & { readonly whole: boolean; readonly gap?: GapCause };

/** Unix seconds of a timestamp. */
export const secondOf = (time: string): number => Date.parse(`${time.slice(0, 19)}Z`) / 1_000;

/**
 * Unix seconds to read from so that no line after the position is missed, even when the clock was set back by
 * `overlap` seconds; later than that where it would be more than `LOG_REREAD_BYTES`.
 */
function secondFrom(position: LogPosition, overlap: number): number {
  // Lines of stdout and stderr may swap around a full second.
  const last = secondOf(position.last_time) - 1;
  const wanted = Math.min(last, Math.max(last - overlap, position.mark ?? last - overlap));
  return position.part_time === '' ? wanted : Math.min(wanted, secondOf(position.part_time) - 1);
}

/** Where to read from, in Unix seconds; null for the whole log. */
export const startOf = (position: LogPosition): number | null =>
  position.last_time === '' ? null : secondFrom(position, LOG_OVERLAP_MARGIN_SECONDS);

/** The same in Kubernetes' notation. */
export function sinceTime(position: LogPosition): string | undefined {
  const second = startOf(position);
  if (second === null) return undefined;
  return new Date(second * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Whether an answer that begins at `start` contains everything after the position, also what will be printed. */
export const covers = (start: number | null, position: LogPosition): boolean =>
  start === null || position.last_time === '' || start <= secondFrom(position, LOG_OVERLAP_SECONDS);

/** Whether an answer from `start` covers less than `LOG_OVERLAP_SECONDS` of a clock that is set back. */
export const isNarrow = (start: number | null, last: string): boolean =>
  start !== null && last !== '' && start > secondOf(last) - LOG_OVERLAP_SECONDS;

/** How many of the last lines make about `LOG_REREAD_BYTES`. */
export const tailLines = ({ lines, bytes }: LogPosition): number =>
  Math.min(LOG_TAIL_LINES_MAX, Math.ceil(LOG_REREAD_BYTES / (bytes / Math.max(1, lines) + 1)));
