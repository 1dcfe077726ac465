/** Facts of a run and its processes, as Tower's protocol and nf-weblog tell them. */
import type { ProcessNews, RunFacts } from '../../tasks/report.ts';
import type { ProcessUse } from '../../tasks/task.ts';
import { PROCESS_CHARS_MAX } from './task-report.ts';
import { countOf, type Fields, fieldsOf, isFields, listOf, textOf, wholeOf } from './values.ts';

/** Most processes that are read of one message; as many are kept of a run. */
export const PROCESSES_MAX = 2_000;
/** Greater numbers are mistaken. */
const INDEX_MAX = 1_000_000;
const STORED_MAX = 1_000_000_000;
/** A command line may name many params. */
const COMMAND_MAX = 4_000;

const NO_FACTS: Omit<RunFacts, 'stage' | 'instant'> = {
  session_id: null,
  run_name: null,
  nextflow_version: null,
  repository: null,
  revision: null,
  commit_id: null,
  project_dir: null,
  launch_dir: null,
  work_dir: null,
  command_line: null,
  container_engine: null,
};

/** Facts that are known, and nothing else. */
export const factsOf = (
  stage: RunFacts['stage'],
  instant: number,
  known: Partial<RunFacts>,
): RunFacts => ({ stage, instant, ...NO_FACTS, ...known });

/** Of the object `workflow`. Params and the text of the configuration stay out: they may hold secrets. */
export function workflowFacts(
  stage: RunFacts['stage'],
  instant: number,
  workflow: Fields,
): RunFacts {
  const nextflow = fieldsOf(workflow['nextflow']);
  return factsOf(stage, instant, {
    session_id: textOf(workflow['sessionId']),
    run_name: textOf(workflow['runName']),
    nextflow_version: textOf(nextflow['version']),
    repository: textOf(workflow['repository']),
    revision: textOf(workflow['revision']),
    commit_id: textOf(workflow['commitId']),
    project_dir: textOf(workflow['projectDir']),
    launch_dir: textOf(workflow['launchDir']),
    work_dir: textOf(workflow['workDir']),
    command_line: textOf(workflow['commandLine'], COMMAND_MAX),
    container_engine: textOf(workflow['containerEngine']),
  });
}

const processName = (value: unknown): string | null => textOf(value, PROCESS_CHARS_MAX);

/** Names in the order of the pipeline. */
export const namedProcesses = (names: unknown): ProcessNews[] =>
  listOf(names, PROCESSES_MAX).flatMap((each, at) => {
    const name = processName(each);
    return name === null ? [] : [{ name, index: at + 1, stored: 0 }];
  });

/** Of counters all but `stored` are left alone: they lag, may be negative, and the tasks tell the same. */
export const countedProcesses = (list: unknown): ProcessNews[] =>
  listOf(list, PROCESSES_MAX)
    .filter(isFields)
    .flatMap((each) => {
      const name = processName(each['name']);
      const index = wholeOf(each['index'], 1, INDEX_MAX);
      const stored = wholeOf(each['stored'], 0, STORED_MAX) ?? 0;
      return name === null ? [] : [{ name, index, stored }];
    });

const QUARTILES = ['mean', 'min', 'q1', 'q2', 'q3', 'max'] as const;

function quartiles(value: unknown): ProcessUse['memory'] {
  const fields = fieldsOf(value);
  const read = QUARTILES.map((name) => [name, countOf(fields[name])] as const);
  return read.some(([, number]) => number === null)
    ? null
    : (Object.fromEntries(read) as ProcessUse['memory']);
}

/** Metrics by process, as the last message has them. It does not say of how many tasks. */
export const processUse = (metrics: unknown): ProcessUse[] =>
  listOf(metrics, PROCESSES_MAX)
    .filter(isFields)
    .flatMap((each): ProcessUse[] => {
      const process = processName(each['process']);
      if (process === null) return [];
      return [
        {
          process,
          tasks: 0,
          cpu_percent: quartiles(each['cpu']),
          cpu_share: quartiles(each['cpuUsage']),
          memory: quartiles(each['mem']),
          memory_share: quartiles(each['memUsage']),
          time_ms: quartiles(each['time']),
          time_share: quartiles(each['timeUsage']),
          read_bytes: quartiles(each['reads']),
          written_bytes: quartiles(each['writes']),
        },
      ];
    });
