/**
 * What lines of Nextflow's log file tell of the ends of tasks, as the container `trace` prints them. Pure. The end of a task
 * is there before its outputs were looked for; that it failed nevertheless is a line of its own.
 */
import type { TaskReport } from '../../tasks/report.ts';
import { hashOf, taskReport } from './task-report.ts';

/** Characters of a line that are read: errors in it may be long. */
const LINE_MAX = 64 * 1024;
const COMPLETED = / - Task completed > TaskHandler\[(?:podName: ([^;]{1,253}); )?(.*)/;
const ID = /(?:^|; )id: (\d{1,9}); name: (.*?); status: [A-Z]+; exit: (-|\d{1,10}); error: (.*)$/;
const WORK_DIR = /; workDir: ([^;\]]{1,1000})/;
const FAILED = /^ {2}task: name=(.*); work-dir=(\S{1,1000})$/;

/** The task of a line; null where it tells of none. `instant`: when it was printed, milliseconds since 1970. */
export function logReport(text: string, instant: number): TaskReport | null {
  if (text.length > LINE_MAX) return null;
  const [, name, folder] = FAILED.exec(text) ?? [];
  // Without an instant: whatever else tells of this failure tells more.
  if (name !== undefined)
    return taskReport({ name, workdir: folder, status: 'FAILED' }, 'fault', 0);
  const [, pod, rest = ''] = COMPLETED.exec(text) ?? [];
  const [, id, task, exit, error = ''] = ID.exec(rest) ?? [];
  if (id === undefined) return null;
  const workdir = WORK_DIR.exec(error)?.[1];
  const hasFailed = exit !== '0' || !error.startsWith('-;');
  const report = taskReport(
    {
      task_id: id,
      name: task,
      native_id: pod,
      exit: exit === '-' ? null : exit,
      status: hasFailed ? 'FAILED' : 'COMPLETED',
      complete: instant,
      workdir,
    },
    'log',
    instant,
  );
  return report && hashOf(report.hash) === null ? null : report;
}
