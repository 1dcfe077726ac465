/** Reads the lines of Nextflow's trace file: a header, and a row for each task that has ended or was cached. */
import type { TaskReport } from '../../tasks/report.ts';
import { taskReport } from './task-report.ts';
import { instantOf } from './values.ts';

/** Characters of a line that are read; a row of all fields has some hundreds. */
const LINE_MAX = 64 * 1024;
const COLUMNS_MAX = 200;
/** A header names at least one of these, and each row has both or the second. */
const ID = 'task_id';
const HASH = 'hash';

/** The names of the columns where the line is a header, else null. */
export function traceHeader(line: string): readonly string[] | null {
  const names = columnsOf(line).map((name) => name.trim());
  return names.length > 1 &&
    names.includes('status') &&
    (names.includes(ID) || names.includes(HASH))
    ? names
    : null;
}

/** The task of a row under this header; null where it tells of none, such as a row that was cut off. */
export function traceRow(header: readonly string[], line: string): TaskReport | null {
  const columns = columnsOf(line);
  if (columns.length !== header.length) return null;
  const row = Object.fromEntries(header.map((name, at) => [name, columns[at]]));
  // The file does not say when a row was written, and writes each task once.
  return taskReport(row, 'trace', instantOf(row['complete']) ?? instantOf(row['submit']) ?? 0);
}

const columnsOf = (line: string): readonly string[] =>
  line.length > LINE_MAX ? [] : line.replace(/\r?\n?$/, '').split('\t', COLUMNS_MAX);

/** Reads lines one by one; begin with a `header` that is known already to go on in the middle of a file. */
export function traceFileReader(header: readonly string[] | null = null): {
  /** The task that the line tells of, or null. */
  line(text: string): TaskReport | null;
  /** The header as it is known now, to be kept for the next reader. */
  readonly header: readonly string[] | null;
} {
  let known = header;
  return {
    get header() {
      return known;
    },
    line(text) {
      const found = traceHeader(text);
      if (found) known = found;
      return found || !known ? null : traceRow(known, text);
    },
  };
}
