/**
 * A container's termination message: its termination file, else the end of its log. The emulator's own message says that
 * this machine lacks the program.
 */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { logFile } from '../containers/line-log.ts';
import type { ContainerSpec } from '../objects/object.ts';
import { missingProgram, programNotFound } from './missing-program.ts';
import { type PodPaths, terminationFile } from './volumes.ts';

/** Kubernetes: of the file. */
const MAX_FILE_BYTES = 4_096;
/** Kubernetes: of the log, when that has to do. */
const MAX_LOG_BYTES = 2_048;
const MAX_LOG_LINES = 80;
/** Enough entries for the most that is shown, with their heads. */
const TAIL_BYTES = 64 * 1_024;

function fromFile(paths: PodPaths, container: string): string {
  try {
    const text = readFileSync(terminationFile(paths, container));
    return text.subarray(0, MAX_FILE_BYTES).toString('utf8');
  } catch {
    // Most containers write none.
    return '';
  }
}

function fromLog(directory: string): string {
  const indexes = readdirSync(directory)
    .map((name) => /^(\d+)\.log$/.exec(name)?.[1])
    .filter((index) => index !== undefined)
    .map(Number);
  if (indexes.length === 0) return '';
  const file = openSync(logFile(directory, Math.max(...indexes)), 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const entries = bytes.toString('latin1').split('\n').slice(0, -1);
    const lines = entries
      .slice(-MAX_LOG_LINES)
      .map((entry) => /^\S+ std(?:out|err) ([PF]) (.*)$/s.exec(entry))
      .map((match) => (match === null ? '' : `${match[2]}${match[1] === 'F' ? '\n' : ''}`));
    const text = Buffer.from(lines.join(''), 'latin1');
    return text.subarray(Math.max(0, text.length - MAX_LOG_BYTES)).toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** Undefined when there is nothing to say. `log` is the directory of the container's log files. */
export function terminationMessage(
  container: ContainerSpec,
  exitCode: number,
  paths: PodPaths,
  log: string | undefined,
): string | undefined {
  const written = fromFile(paths, container.name);
  if (written !== '') return written;
  if (exitCode === 0 || log === undefined) return undefined;
  const missing = programNotFound(exitCode, fromLog(log));
  if (missing !== undefined) return missingProgram(missing);
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError') return undefined;
  return fromLog(log) || undefined;
}
