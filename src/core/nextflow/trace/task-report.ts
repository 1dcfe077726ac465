/** Makes a report of what a source tells of a task, whatever it calls its fields. */
import type { Reporter, TaskReport } from '../../tasks/report.ts';
import type { TaskStatus } from '../../tasks/status.ts';
import { nameAndTag } from '../console/lines.ts';
import {
  countOf,
  exitOf,
  type Fields,
  listOf,
  scriptOf,
  textOf,
  timeOf,
  wholeOf,
} from './values.ts';

const STATUSES: ReadonlyMap<string, TaskStatus> = new Map([
  ['NEW', 'pending'],
  ['SUBMITTED', 'submitted'],
  ['RUNNING', 'running'],
  ['COMPLETED', 'succeeded'],
  ['CACHED', 'cached'],
  ['FAILED', 'failed'],
  ['ABORTED', 'aborted'],
]);
const ACTIONS = ['retry', 'ignore', 'finish', 'terminate'] as const;

/** Digits of a task's number in its row's key. */
export const TASK_ID_MAX = 999_999_999;
const HASH = /^([0-9a-f]{2})\/?([0-9a-f]{6})/i;
/** Longest name of a process: a bound for the row with all of them. */
export const PROCESS_CHARS_MAX = 250;
const MODULES_MAX = 50;
/** Nextflow sends a hundred tasks at most. */
const TASKS_MAX = 10_000;
const ATTEMPT_MAX = 1_000_000;

/** `ab/cdef12` of a hash in any of its forms; null without one. */
export function hashOf(value: unknown): string | null {
  const [, folder, rest] = HASH.exec(textOf(value) ?? '') ?? [];
  return folder === undefined ? null : `${folder}/${rest}`.toLowerCase();
}

/** The hash of a work folder, which ends with it. */
const folderHash = (value: unknown): string | null =>
  hashOf(/([0-9a-f]{2}\/[0-9a-f]{30})\/?$/.exec(textOf(value) ?? '')?.[1]);

function modulesOf(value: unknown): string[] {
  const items = Array.isArray(value) ? value : (textOf(value)?.split(':') ?? []);
  return listOf(items, MODULES_MAX)
    .map((item) => textOf(item))
    .filter((item) => item !== null);
}

/** Process, tag and name; each may be missing. */
function naming(fields: Fields): Pick<TaskReport, 'process' | 'tag' | 'name'> {
  const given = textOf(fields['name']);
  const split = nameAndTag(given ?? '');
  const process =
    textOf(fields['process'], PROCESS_CHARS_MAX) ?? textOf(split.name, PROCESS_CHARS_MAX) ?? '?';
  const tag = textOf(fields['tag']) ?? split.tag;
  return {
    process,
    tag,
    name: given ?? (tag === null ? process : `${process} (${tag})`),
  };
}

/** The later of both minus the earlier. */
function between(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

/**
 * Fields by the names of the trace file, such as `task_id` and `%cpu`; unknown ones are left alone. Null where they name
 * neither a task nor a status. Its environment is never taken: it may hold secrets.
 */
export function taskReport(fields: Fields, from: Reporter, instant: number): TaskReport | null {
  const status = STATUSES.get(textOf(fields['status'])?.toUpperCase() ?? '');
  const id = wholeOf(fields['task_id'], 0, TASK_ID_MAX);
  const work_dir = textOf(fields['workdir']);
  const hash = hashOf(fields['hash']) ?? folderHash(work_dir);
  if (status === undefined || (id === null && hash === null)) return null;
  const times = {
    submitted_at: timeOf(fields['submit']),
    started_at: timeOf(fields['start']),
    finished_at: timeOf(fields['complete']),
  };
  const action = textOf(fields['error_action'])?.toLowerCase();
  // One order of the fields, since reports are compared by their text.
  return {
    id,
    hash,
    from,
    instant,
    ...naming(fields),
    status,
    attempt: wholeOf(fields['attempt'], 1, ATTEMPT_MAX) ?? 1,
    exit: exitOf(fields['exit']),
    error_action: ACTIONS.find((each) => each === action) ?? null,
    ...times,
    duration_ms: countOf(fields['duration']) ?? between(times.submitted_at, times.finished_at),
    realtime_ms: countOf(fields['realtime']),
    ...resources(fields),
    container: textOf(fields['container']),
    queue: textOf(fields['queue']),
    native_id: textOf(fields['native_id']),
    work_dir,
    script: scriptOf(fields['script']),
    executor: textOf(fields['executor']),
    scratch: textOf(fields['scratch']),
    modules: modulesOf(fields['module']),
    hostname: textOf(fields['hostname']),
  };
}

const resources = (fields: Fields) => ({
  cpus: countOf(fields['cpus']),
  cpu_percent: countOf(fields['%cpu']),
  memory: countOf(fields['memory']),
  memory_percent: countOf(fields['%mem']),
  rss: countOf(fields['rss']),
  peak_rss: countOf(fields['peak_rss']),
  peak_vmem: countOf(fields['peak_vmem']),
  disk: countOf(fields['disk']),
  time_limit_ms: countOf(fields['time']),
  read_chars: countOf(fields['rchar']),
  written_chars: countOf(fields['wchar']),
  read_bytes: countOf(fields['read_bytes']),
  written_bytes: countOf(fields['write_bytes']),
});

/** Reports of a list; what is none is left out. */
export const taskReports = (
  list: unknown,
  from: Reporter,
  instant: number,
  named: (fields: unknown) => Fields,
): TaskReport[] =>
  listOf(list, TASKS_MAX)
    .map((each) => taskReport(named(each), from, instant))
    .filter((report) => report !== null);
