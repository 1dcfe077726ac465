/** What the API shows of the tasks of a Nextflow run. */
import { z } from 'zod';
import { Timestamp } from '../timestamp.ts';
import { COUNTED, TASK_STATUSES } from './status.ts';

/**
 * Where tasks are known from: Tower's trace protocol, the plugin nf-weblog, Nextflow's trace file or log file together with
 * its console, or the console alone.
 */
export const TRACE_SOURCES = ['tower', 'weblog', 'file', 'log', 'console'] as const;
export const TraceSource = z.enum(TRACE_SOURCES).meta({
  id: 'TraceSource',
  description:
    "Where a run's tasks are known from: `tower`, Nextflow's own trace protocol; `weblog`, the plugin nf-weblog, which tells nothing of cached tasks; `file`, the trace file and the console; `log`, Nextflow's log file and the console, which tell nothing of what tasks used; `console`, on a cluster that is too old for the others (Kubernetes before 1.29), or until a driver's first message has come by `tower` or `weblog`, which tells of the end of a task only where that failed; the others end with the run.",
});
export type TraceSource = z.infer<typeof TraceSource>;

const SOURCE =
  "What has told of the tasks; until something has, the run's `trace_source`. Null where nothing tells of any.";

export const TaskStatus = z.enum(TASK_STATUSES).meta({ id: 'TaskStatus' });

export const TaskCounts = z
  .object(
    Object.fromEntries(COUNTED.map((name) => [name, z.int().min(0)])) as Record<
      (typeof COUNTED)[number],
      z.ZodInt
    >,
  )
  .meta({
    id: 'TaskCounts',
    description:
      'Tasks by their status, each attempt a task. `stored`: outputs found in a `storeDir`. `retried` and `ignored` are failed ones, and counted as `failed` too.',
  });

/** A process of the pipeline with its tasks. */
export const ProcessCounts = z
  .object({
    name: z.string().meta({ description: 'Fully qualified, such as `RNASEQ:ALIGN`.' }),
    counts: TaskCounts,
  })
  .meta({ id: 'ProcessCounts' });
export type ProcessCounts = z.infer<typeof ProcessCounts>;

const Count = z.number().min(0).nullable();

const BRIEF = {
  task: z.string().meta({
    description:
      "Its id: Nextflow's number of the task, `2.17` for one of a run's second attempt, or `h-ab-cdef12` while only its hash is known.",
  }),
  hash: z.string().nullable().meta({ description: 'Begin of its work folder: `ab/cdef12`.' }),
  process: z.string().meta({ description: 'Fully qualified name of its process.' }),
  tag: z.string().nullable().meta({ description: 'Its tag; null without one.' }),
  name: z.string().meta({ description: 'Process, with the tag in brackets.' }),
  status: TaskStatus,
  attempt: z.int().min(1).meta({
    description:
      'Which try of this task it is; 1 where the source does not tell (`log`, `console`).',
  }),
  exit: z.int().nullable().meta({ description: 'Exit status; null without one.' }),
  error_action: z.enum(['retry', 'ignore', 'finish', 'terminate']).nullable().meta({
    description: 'What Nextflow made of its failure.',
  }),
  submitted_at: Timestamp.nullable().meta({ description: 'When Nextflow submitted it, UTC.' }),
  started_at: Timestamp.nullable().meta({ description: 'When its script started, UTC.' }),
  finished_at: Timestamp.nullable().meta({ description: 'When it ended, UTC.' }),
};

/** What an event tells of a task. */
export const TaskBrief = z.object(BRIEF).meta({ id: 'TaskBrief' });
export type TaskBrief = z.infer<typeof TaskBrief>;

export const TaskView = z
  .object({
    ...BRIEF,
    duration_ms: Count.meta({ description: 'From its submission to its end, milliseconds.' }),
    realtime_ms: Count.meta({ description: 'That its script ran, milliseconds.' }),
    cpus: Count.meta({ description: 'CPUs that it asked for.' }),
    cpu_percent: Count.meta({ description: '100 is one CPU, used all the time.' }),
    memory: Count.meta({ description: 'Bytes of memory that it asked for.' }),
    memory_percent: Count.meta({ description: "Of its machine's memory." }),
    rss: Count.meta({ description: 'Bytes of memory at its end.' }),
    peak_rss: Count.meta({ description: 'Most bytes of memory.' }),
    peak_vmem: Count.meta({ description: 'Most bytes of virtual memory.' }),
    disk: Count.meta({ description: 'Bytes of disk that it asked for.' }),
    time_limit_ms: Count.meta({ description: 'Time limit that it asked for, milliseconds.' }),
    read_chars: Count.meta({ description: 'Bytes that it read, from caches too.' }),
    written_chars: Count.meta({ description: 'Bytes that it wrote, to caches too.' }),
    read_bytes: Count.meta({ description: 'Bytes that it read from disks.' }),
    written_bytes: Count.meta({ description: 'Bytes that it wrote to disks.' }),
    container: z.string().nullable().meta({ description: 'Its image; null without one.' }),
    queue: z.string().nullable().meta({ description: 'Of its executor, where that has queues.' }),
    native_id: z.string().nullable().meta({ description: 'Its pod, or its process id.' }),
    work_dir: z.string().nullable().meta({ description: 'Folder in which it ran.' }),
  })
  .meta({ id: 'Task' });
export type TaskView = z.infer<typeof TaskView>;

/** One task, with what is too large for lists. Never its environment, which may hold secrets. */
export const TaskDetail = TaskView.extend({
  script: z.string().nullable().meta({
    description: 'As Nextflow sent it, at most 10,240 characters.',
  }),
  executor: z.string().nullable().meta({ description: 'Such as `k8s`.' }),
  scratch: z.string().nullable().meta({ description: 'Folder on its machine, where it used one.' }),
  modules: z.array(z.string()).meta({ description: 'Environment modules that it loaded.' }),
  hostname: z.string().nullable().meta({ description: 'Its machine, where that is known.' }),
  log: z.enum(['live', 'kept', 'volume', 'none']).meta({
    description:
      'Where its log can be read: from its pod (`live`), from what was `kept`, from its work folder (`volume`: it takes some seconds, and may be 404 `log_gone`, as on a target without a work volume), or nowhere.',
  }),
}).meta({ id: 'TaskDetail' });
export type TaskDetail = z.infer<typeof TaskDetail>;

export const TaskPage = z
  .object({
    tasks: z.array(TaskView).meta({ description: 'Those of this page.' }),
    processes: z.array(ProcessCounts).meta({
      description: 'All processes of the run in the order of the pipeline, whatever is filtered.',
    }),
    counts: TaskCounts.meta({ description: 'All tasks of the run, whatever is filtered.' }),
    source: TraceSource.nullable().meta({ description: SOURCE }),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: 'TaskPage' });
export type TaskPage = z.infer<typeof TaskPage>;

/** Of the values of all tasks of a process. */
const Quartiles = z
  .object({
    mean: z.number().meta({ description: 'Sum of all, divided by their number.' }),
    min: z.number().meta({ description: 'The least one.' }),
    q1: z.number().meta({ description: 'A quarter of all are below it.' }),
    q2: z.number().meta({ description: 'The median.' }),
    q3: z.number().meta({ description: 'A quarter of all are above it.' }),
    max: z.number().meta({ description: 'The greatest one.' }),
  })
  .meta({ id: 'Quartiles' });
const Spread = Quartiles.nullable();

/** What tasks of a process used, over all of them that ended with success. */
export const ProcessUse = z
  .object({
    process: z.string().meta({ description: 'Fully qualified name of the process.' }),
    tasks: z.int().min(0).meta({ description: 'How many of its tasks ended with success.' }),
    cpu_percent: Spread.meta({ description: '100 is one CPU.' }),
    cpu_share: Spread.meta({ description: 'Percent of the CPUs that were asked for.' }),
    memory: Spread.meta({ description: 'Most bytes.' }),
    memory_share: Spread.meta({ description: 'Percent of the memory that was asked for.' }),
    time_ms: Spread.meta({ description: 'Milliseconds that the script ran.' }),
    time_share: Spread.meta({ description: 'Percent of the time limit.' }),
    read_bytes: Spread.meta({ description: 'Bytes read, from caches too.' }),
    written_bytes: Spread.meta({ description: 'Bytes written, to caches too.' }),
  })
  .meta({ id: 'ProcessUse' });
export type ProcessUse = z.infer<typeof ProcessUse>;

/** A run as Nextflow tells of it. */
export const TraceView = z
  .object({
    source: TraceSource.nullable().meta({ description: SOURCE }),
    session_id: z.string().nullable().meta({ description: "Nextflow's session, a UUID." }),
    nextflow_version: z.string().nullable().meta({ description: 'Such as `24.10.5`.' }),
    repository: z.string().nullable().meta({
      description: 'Where the pipeline came from; null for a script of the work volume.',
    }),
    revision: z.string().nullable().meta({ description: 'Branch or tag of it.' }),
    commit_id: z.string().nullable().meta({ description: 'The commit that ran.' }),
    project_dir: z.string().nullable().meta({ description: 'Folder of the pipeline.' }),
    launch_dir: z
      .string()
      .nullable()
      .meta({ description: 'Folder in which Nextflow was started.' }),
    work_dir: z.string().nullable().meta({ description: 'Folder with the work folders of tasks.' }),
    command_line: z.string().nullable().meta({ description: 'As Nextflow was started.' }),
    container_engine: z.string().nullable().meta({ description: 'Null on Kubernetes.' }),
    processes: z.array(ProcessCounts).meta({ description: 'In the order of the pipeline.' }),
    counts: TaskCounts.meta({ description: 'All tasks of the run.' }),
    use: z.array(ProcessUse).meta({ description: 'What tasks used, by process.' }),
    dag: z.string().nullable().meta({
      description: 'The graph of processes, where Nextflow sent it, as Mermaid text.',
    }),
    remaining_seconds: z.number().min(0).nullable().meta({
      description:
        'An estimate from the mean time of tasks of each process and how many run at once, of the tasks that are known now: Nextflow may make more. Null without one.',
    }),
    heard_at: Timestamp.nullable().meta({ description: 'When Nextflow last told anything.' }),
    tasks_left_out: z.boolean().optional().meta({
      description: 'True where more tasks came than the 200,000 that are kept of a run.',
    }),
  })
  .meta({ id: 'Trace' });
export type TraceView = z.infer<typeof TraceView>;
