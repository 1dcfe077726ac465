/** Events: what happened to a run, numbered; the same JSON over HTTP, SSE and Web PubSub. */
import { z } from 'zod';
import { RunId } from '../names.ts';
import { ProcessCounts, TaskBrief, TaskCounts } from '../tasks/task.ts';
import { Timestamp } from '../timestamp.ts';
import { Reason } from './reason.ts';
import { RUN_STATES } from './state.ts';

export const PERCENT_MAX = 100;

export const RunState = z.enum(RUN_STATES).meta({ id: 'RunState' });

export const Progress = z
  .object({
    completed: z.int().min(0),
    total: z.int().min(0),
    percent: z
      .number()
      .min(0)
      .max(PERCENT_MAX)
      .nullable()
      .meta({ description: 'null while the total is not known' }),
    tasks: TaskCounts.optional().meta({ description: 'Of a Nextflow run whose tasks are known.' }),
  })
  .meta({ id: 'Progress' });
export type Progress = z.infer<typeof Progress>;

export const LogLine = z
  .object({
    timestamp: z
      .string()
      .meta({ description: 'When the cluster took the line: RFC 3339 with nine decimals, UTC.' }),
    message: z.string().meta({
      description: 'The line without its end; U+FFFD stands for bytes that are no UTF-8.',
    }),
    pod: z.string(),
    container: z.string(),
    part: z
      .literal(true)
      .optional()
      .meta({ description: 'The line continues in the next entry: it was longer than 64 KiB.' }),
  })
  .meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;

const data = {
  /** The run's state changed, or what it waits for did. */
  status: z.object({
    status: RunState,
    message: z.string().nullable(),
    reason: Reason.nullable(),
    job_name: z.string().nullable(),
    attempt: z.int(),
  }),
  progress: Progress,
  /** What changed of the tasks of a Nextflow run; `progress` has the counts of the whole run. The list of tasks is the truth. */
  tasks: z.object({
    processes: z.array(ProcessCounts).meta({ description: 'Those that changed.' }),
    tasks: z.array(TaskBrief).meta({ description: 'Those that changed, 100 at most.' }),
    more: z.boolean().meta({ description: 'Others changed too: read the list.' }),
  }),
  log: z.object({ lines: z.array(LogLine), count: z.int() }),
  /** Log lines are missing here, or may be: the cluster threw them away before anyone could read them, or a quota is used up. */
  gap: z.object({
    pod: z.string(),
    container: z.string(),
    after: z
      .string()
      .nullable()
      .meta({ description: 'Timestamp of the last line before the gap.' }),
    before: z.string().nullable().meta({ description: 'Timestamp of the first line after it.' }),
    message: z.string(),
    cause: z.literal('quota').optional().meta({
      description:
        'The quota of the domain is used up: no more lines of the run are recorded until 00:00 UTC. Told once a day and run.',
    }),
  }),
  /** A line that starts with ERROR or WARN (`level`), or a step of Sluice that failed (`stage`). */
  error: z.object({
    message: z.string(),
    level: z.enum(['error', 'warning']).optional(),
    pod: z.string().optional(),
    stage: z.string().optional(),
  }),
  /** The last event of every run, except after an admin has confirmed that a run on a lost target is gone. */
  complete: z.object({
    status: RunState,
    reason: Reason.nullable(),
    exit_code: z.int().nullable(),
    duration_seconds: z.number().nullable(),
    run: z.object({
      run_id: RunId,
      status: RunState,
      started_at: z.string().nullable(),
      finished_at: z.string().nullable(),
      job_name: z.string().nullable(),
      message: z.string().nullable(),
    }),
  }),
};

const envelope = <T extends string, D extends z.ZodType>(type: T, id: string, schema: D) =>
  z
    .object({
      seq: z.int().min(1).meta({ description: 'Position in the run, from 1 without gaps.' }),
      run_id: RunId,
      type: z.literal(type),
      timestamp: Timestamp.meta({ description: 'When the event was recorded, UTC.' }),
      data: schema,
    })
    .meta({ id });

export const RunEvent = z
  .discriminatedUnion('type', [
    envelope('status', 'StatusEvent', data.status),
    envelope('progress', 'ProgressEvent', data.progress),
    envelope('tasks', 'TasksEvent', data.tasks),
    envelope('log', 'LogEvent', data.log),
    envelope('gap', 'GapEvent', data.gap),
    envelope('error', 'ErrorEvent', data.error),
    envelope('complete', 'CompleteEvent', data.complete),
  ])
  .meta({ id: 'RunEvent' });
export type RunEvent = z.infer<typeof RunEvent>;
export type EventType = RunEvent['type'];

/** An event before it has its number: type and matching data. */
export type EventBody = {
  [T in EventType]: { readonly type: T; readonly data: Extract<RunEvent, { type: T }>['data'] };
}[EventType];

export const EventPage = z
  .object({
    events: z.array(RunEvent),
    last_seq: z.int().min(0).meta({ description: 'The newest seq of the run.' }),
    complete: z.boolean().meta({ description: 'The run is over and last_seq is its last one.' }),
  })
  .meta({ id: 'EventPage' });
export type EventPage = z.infer<typeof EventPage>;

/** A Web PubSub message to a run's group: events, or a notice of how far the log goes. */
export type PushMessage =
  | { readonly events: readonly RunEvent[] }
  | {
      readonly head: {
        readonly run_id: string;
        readonly last_seq: number;
        readonly complete: boolean;
      };
    };
