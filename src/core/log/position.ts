/**
 * Where the reading of a container's log stands, and what to ask Kubernetes for to go on from there. A log is asked
 * for by time, in whole seconds, and filtered line by line; but a node's clock may be set while it is written. So the
 * place is known by its last line, in the order of the file, and what is asked for begins well before that line. Pure.
 */
import {
  LOG_OVERLAP_MARGIN_SECONDS,
  LOG_OVERLAP_SECONDS,
  LOG_REREAD_BYTES,
  LOG_TAIL_LINES_MAX,
} from '../limits.ts';

/** The place after the last line taken; constant size. */
export type LogPosition = {
  /** The last line taken: its timestamp ('' before the first), its number among the lines next to it with the same one, its hash. */
  readonly last_time: string;
  readonly last_number: number;
  readonly last_hash: number;
  /** The newest timestamp taken: a line with a newer one comes after that place. */
  readonly newest: string;
  /**
   * Two places in what was taken, as Unix seconds: from the second one on half of `LOG_REREAD_BYTES` were taken at most,
   * from the first one on all of it. Null while there is no such place.
   */
  readonly mark: number | null;
  readonly next_mark: number | null;
  /** Bytes taken since `next_mark`, timestamps included. */
  readonly since_mark: number;
  /** Bytes taken of a line whose end has not been taken, and its timestamp. */
  readonly part: number;
  readonly part_time: string;
  /** Lines and bytes taken in all; bytes as they were printed, line ends included. */
  readonly lines: number;
  readonly bytes: number;
  /** The container has ended and its log was read to the end. */
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
  /** `part`: the line goes on in the next entry. `none`: the log ended without a line end. */
  readonly end: 'newline' | 'part' | 'none';
};

/** Why lines may be missing before an entry: they were rotated away, or the clock was set and hides them. */
export type GapCause = 'rotated' | 'clock';

/** `whole`: no part, neither the first nor the last. Only such a one tells what a line tells. */
export type ReadEntry = LogEntry & { readonly whole: boolean; readonly gap?: GapCause };

/** Unix seconds of a timestamp. */
export const secondOf = (time: string): number => Date.parse(`${time.slice(0, 19)}Z`) / 1_000;

/**
 * Unix seconds from which on to read so that no line after the place is left out: none of a clock that was set back by
 * `overlap` seconds, as far as that is not more than `LOG_REREAD_BYTES`.
 */
function secondFrom(position: LogPosition, overlap: number): number {
  // The lines of two output streams may swap around a full second.
  const last = secondOf(position.last_time) - 1;
  const wanted = Math.min(last, Math.max(last - overlap, position.mark ?? last - overlap));
  return position.part_time === '' ? wanted : Math.min(wanted, secondOf(position.part_time) - 1);
}

/** What to read from, in Unix seconds; null for the whole log. */
export const startOf = (position: LogPosition): number | null =>
  position.last_time === '' ? null : secondFrom(position, LOG_OVERLAP_MARGIN_SECONDS);

/** The same as Kubernetes wants it. */
export function sinceTime(position: LogPosition): string | undefined {
  const second = startOf(position);
  if (second === null) return undefined;
  return new Date(second * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Whether an answer that begins at `start` leaves nothing out that comes after the place, whatever is printed next. */
export const covers = (start: number | null, position: LogPosition): boolean =>
  start === null || position.last_time === '' || start <= secondFrom(position, LOG_OVERLAP_SECONDS);

/** Whether it does so for a clock that is set back by `LOG_OVERLAP_SECONDS`, or leaves that out because it would be too much. */
export const isNarrow = (start: number | null, last: string): boolean =>
  start !== null && last !== '' && start > secondOf(last) - LOG_OVERLAP_SECONDS;

/** How many of the last lines are about `LOG_REREAD_BYTES`. */
export const tailLines = ({ lines, bytes }: LogPosition): number =>
  Math.min(LOG_TAIL_LINES_MAX, Math.ceil(LOG_REREAD_BYTES / (bytes / Math.max(1, lines) + 1)));
