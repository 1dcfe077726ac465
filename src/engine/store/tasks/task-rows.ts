/** Rows of tasks, in the partition of their run: `t.<attempt>.<number>`, and `t.<attempt>.h.<hash>` of those known by hash. */
import type { Task } from '../../../core/tasks/merge.ts';
import { REPORTERS, type TaskReport } from '../../../core/tasks/report.ts';
import type { TraceState } from '../../../core/tasks/trace-state.ts';
import type { Row, Values } from '../../../ports/store.ts';

/** Sorts behind all rows of tasks, and before no other row of a run but those that begin with it. */
export const TRACE_KEY = 'trace';
export const DAG_KEY = 'trace.dag';
export const USE_KEY = 'trace.use';

/** Digits of numbers in keys, whose order is that of the numbers. */
const ATTEMPT_DIGITS = 2;
const ID_DIGITS = 9;

const tasksFrom = (attempt: number): string =>
  `t.${String(attempt).padStart(ATTEMPT_DIGITS, '0')}.`;
export const taskKey = (attempt: number, id: number): string =>
  tasksFrom(attempt) + String(id).padStart(ID_DIGITS, '0');
/** Behind the rows with numbers. */
export const hashKey = (attempt: number, hash: string): string =>
  `${tasksFrom(attempt)}h.${hash.replace('/', '')}`;
/** The attempt of the run to whose tasks the row belongs. */
export const attemptOf = (key: string): number => Number(key.slice(2, 2 + ATTEMPT_DIGITS));
/** All rows of tasks of all attempts. */
export const ALL_TASKS = { from: 't.', before: 't.~' } as const;

/** What a row by hash holds: a task, or the number under which the task of this hash is known. */
export type HashRow = { readonly task: Task } | { readonly id: number };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** As bytes, which take half the room of text. Scripts apart, since lists do without them. */
export function taskValues(task: Task): Values {
  const scripts: Record<string, string> = {};
  // In one order, so that the same task is the same bytes.
  const reports = REPORTERS.flatMap((from) => {
    if (!task[from]) return [];
    const { script, ...rest } = task[from];
    if (script !== null) scripts[from] = script;
    return [[from, rest]];
  });
  const body = encoder.encode(JSON.stringify(Object.fromEntries(reports)));
  const script = JSON.stringify(scripts);
  return { body, ...(script !== '{}' && { script: encoder.encode(script) }) };
}

export const pointerValues = (id: number): Values => ({ id });

/** The id under which the task of a row by hash is known, or the task. `whole`: with its script. */
export function readTask({ values }: Row, whole = true): HashRow {
  if (typeof values['id'] === 'number') return { id: values['id'] };
  const parsed = JSON.parse(decoder.decode(values['body'] as Uint8Array)) as Record<
    string,
    Omit<TaskReport, 'script'>
  >;
  const scripts =
    whole && values['script'] !== undefined
      ? (JSON.parse(decoder.decode(values['script'] as Uint8Array)) as Record<string, string>)
      : {};
  const task = Object.fromEntries(
    Object.entries(parsed).map(([from, report]) => [from, inOrder(report, scripts[from] ?? null)]),
  ) as Task;
  return { task };
}

/** With the script in its place: reports are compared by their text. */
function inOrder(report: Omit<TaskReport, 'script'>, script: string | null): TaskReport {
  const { executor, scratch, modules, hostname, ...before } = report;
  return { ...before, script, executor, scratch, modules, hostname };
}

/** Processes as lists of values: two thousand of them are to fit into a row. */
type Packed = Omit<TraceState, 'processes'> & {
  readonly processes: readonly (string | number | null)[][];
};
/** Stored by their place in this list, which therefore only grows at its end. */
const COUNTS = [
  'pending',
  'submitted',
  'running',
  'succeeded',
  'cached',
  'failed',
  'aborted',
  'stored',
  'retried',
  'ignored',
] as const;

export function traceValues({ processes, ...state }: TraceState): Values {
  const packed: Packed = {
    ...state,
    processes: processes.map(({ name, index, first, counts, timed, ran_ms }) => [
      name,
      index,
      first,
      timed,
      ran_ms,
      ...COUNTS.map((each) => counts[each]),
    ]),
  };
  return { body: encoder.encode(JSON.stringify(packed)) };
}

export function readTrace({ values }: Row): TraceState {
  const { processes, ...state } = JSON.parse(
    decoder.decode(values['body'] as Uint8Array),
  ) as Packed;
  return {
    ...state,
    processes: processes.map(([name, index, first, timed, ran_ms, ...counts]) => ({
      name: String(name),
      index: index as number | null,
      first: first as number | null,
      timed: Number(timed),
      ran_ms: Number(ran_ms),
      counts: Object.fromEntries(
        COUNTS.map((each, at) => [each, Number(counts[at] ?? 0)]),
      ) as TraceState['processes'][number]['counts'],
    })),
  };
}

export const textValues = (text: string): Values => ({ body: encoder.encode(text) });
export const readText = ({ values }: Row): string => decoder.decode(values['body'] as Uint8Array);
