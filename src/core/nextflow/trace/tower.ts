/** Reads the calls of Tower's trace protocol. Whatever a body holds, nothing throws. */
import type { TraceNews } from '../../tasks/report.ts';
import { dagText } from './dag.ts';
import { countedProcesses, factsOf, namedProcesses, processUse, workflowFacts } from './facts.ts';
import { taskReports } from './task-report.ts';
import { type Fields, fieldsOf, instantOf, textOf } from './values.ts';

export const TOWER_CALLS = ['create', 'begin', 'progress', 'heartbeat', 'complete'] as const;
export type TowerCall = (typeof TOWER_CALLS)[number];

/** Tower's names of fields that the trace file calls otherwise. */
const NAMES = {
  taskId: 'task_id',
  errorAction: 'error_action',
  nativeId: 'native_id',
  pcpu: '%cpu',
  pmem: '%mem',
  peakRss: 'peak_rss',
  peakVmem: 'peak_vmem',
  readBytes: 'read_bytes',
  writeBytes: 'write_bytes',
} as const;

function named(task: unknown): Fields {
  const fields = fieldsOf(task);
  const renamed = Object.entries(NAMES).map(([from, to]) => [to, fields[from] ?? fields[to]]);
  return { ...fields, ...Object.fromEntries(renamed) };
}

export function towerNews(call: TowerCall, body: unknown): TraceNews {
  const fields = fieldsOf(body);
  const instant = instantOf(fields['instant']) ?? 0;
  const workflow = fieldsOf(fields['workflow']);
  const counted = countedProcesses(fieldsOf(fields['progress'])['processes']);
  const listed = namedProcesses(fields['processNames']);
  return {
    source: 'tower',
    tasks: taskReports(fields['tasks'], 'trace', instant, named),
    facts: factsOfCall(call, instant, fields, workflow),
    processes: [...listed, ...counted],
    dag: call === 'begin' ? dagText(fields['dag']) : null,
    use:
      call === 'complete' && Array.isArray(fields['metrics'])
        ? processUse(fields['metrics'])
        : null,
  };
}

function factsOfCall(call: TowerCall, instant: number, fields: Fields, workflow: Fields) {
  if (call === 'create')
    return factsOf(0, instant, {
      session_id: textOf(fields['sessionId']),
      run_name: textOf(fields['runName']),
      repository: textOf(fields['repository']),
    });
  if (call !== 'begin' && call !== 'complete') return null;
  return workflowFacts(call === 'begin' ? 1 : 2, instant, workflow);
}
