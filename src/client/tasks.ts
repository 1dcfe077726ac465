/** Calls about the tasks of a Nextflow run. */
import type { TaskStatus } from '../core/tasks/status.ts';
import type { TaskDetail, TaskPage, TraceView } from '../core/tasks/task.ts';
import { type Http, TRIES } from './http.ts';

export type TasksQuery = {
  /** Tasks with one of these. */
  readonly status?: TaskStatus | readonly TaskStatus[];
  /** Fully qualified name of a process. */
  readonly process?: string;
  /** Tasks whose name, tag or hash has it somewhere. */
  readonly q?: string;
  readonly limit?: number;
  /** `next_cursor` of the page before. */
  readonly cursor?: string;
  readonly signal?: AbortSignal;
};

const id = encodeURIComponent;

export function tasks(http: Http) {
  const of = (runId: string): string => `/runs/${id(runId)}`;
  return {
    /**
     * A page of tasks in the order of their numbers; with the counts of all processes.
     *
     * @example
     * const { tasks, counts } = await client.tasks(run_id, { status: 'failed' });
     * console.log(`${counts.failed} failed`);
     * for (const { name, exit, work_dir } of tasks) console.log(name, exit, work_dir);
     */
    tasks: (runId: string, { signal, ...query }: TasksQuery = {}) =>
      http.json<TaskPage>('GET', `${of(runId)}/tasks`, {
        query,
        tries: TRIES,
        ...(signal && { signal }),
      }),
    /** One task, by its id or its hash (`ab-cdef12`), with its script. */
    task: (runId: string, task: string) =>
      http.json<TaskDetail>('GET', `${of(runId)}/tasks/${id(task)}`, { tries: TRIES }),
    /** What Nextflow tells of the run as a whole: versions, processes, what they used, an estimate of the time that remains. */
    trace: (runId: string) => http.json<TraceView>('GET', `${of(runId)}/trace`, { tries: TRIES }),
    /** What a task printed: from its pod, as it was kept after a failure, or from its work folder, which takes some seconds; 404 with the code `log_gone` without any. */
    taskLog: (runId: string, task: string) =>
      http.text('GET', `${of(runId)}/tasks/${id(task)}/log`, {
        headers: { accept: 'text/plain, application/problem+json' },
        tries: TRIES,
      }),
  };
}
