/** Reads warnings and errors from the lines of any driver, and its progress at the end. Pure. */
import { LINE_ERROR_MAX } from '../limits.ts';
import { lineLevel } from '../log/level.ts';
import { shorten } from '../shorten.ts';
import { type EventBody, PERCENT_MAX, type Progress } from './event.ts';

/** When a run has succeeded, everything that was counted is done. */
export const finalProgress = (before: Progress | null): Progress | null =>
  before === null || before.total === 0
    ? before
    : { ...before, completed: before.total, percent: PERCENT_MAX };

/** An `error` event for a line that begins with ERROR or WARN. */
export function lineError(line: string, pod: string): EventBody | null {
  const level = lineLevel(line);
  if (level === undefined) return null;
  return {
    type: 'error',
    data: {
      level,
      message: shorten(line, LINE_ERROR_MAX),
      pod,
    },
  };
}
