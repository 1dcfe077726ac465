/** How a driver's tasks are learned from what Nextflow itself writes, by a container beside it. Pure. */
import type { Planned, TraceAccess, TraceReader } from '../kind.ts';
import type { NextflowTarget, Settings } from './config.ts';
import { type Nextflow, TRACE_DEFAULT, type TraceChoice } from './fields.ts';
import { sentTrace } from './sent-trace.ts';
import { reportFolder, sessionOfLaunch } from './session.ts';

/** The choice that counts for a run: `file` where its driver was to send its trace, and nobody said where to. */
export const traceChoice = ({
  own,
  trace,
}: {
  readonly own: Pick<Nextflow, 'trace'>;
  readonly trace?: TraceAccess | undefined;
}): TraceChoice =>
  sentTrace(own) === undefined ? (own.trace ?? TRACE_DEFAULT) : (trace?.source ?? 'file');

/** In the folder of the run's reports. */
const TRACE_FILE = 'trace.txt';

/**
 * Fields of the trace file, in every version since 22.10: an unknown one would end the run. Without `env`, which may hold
 * secrets, and `script`, which has line ends.
 */
const TRACE_FIELDS = [
  'task_id,hash,native_id,process,tag,name,status,exit,module,container,cpus,time,disk,memory,attempt,submit,start',
  'complete,duration,realtime,queue,%cpu,%mem,rss,vmem,peak_rss,peak_vmem,rchar,wchar,syscr,syscw,read_bytes',
  'write_bytes,vol_ctxt,inv_ctxt,workdir,scratch,error_action',
].join(',');
/** The same as its header has them. */
export const TRACE_COLUMNS: readonly string[] = TRACE_FIELDS.split(',');

/** Settings by which Nextflow writes the trace file of a run; none for another source. */
export const traceSettings = (run: Planned<Nextflow, NextflowTarget>): Settings =>
  traceChoice(run) === 'file'
    ? [
        ['trace.enabled', true],
        ['trace.raw', true],
        ['trace.fields', TRACE_FIELDS],
        ['trace.file', `${run.target.work_path}/${reportFolder(run.run_id)}/${TRACE_FILE}`],
      ]
    : [];

/** The lines of Nextflow's log file that tell how tasks ended; see `core/nextflow/trace/log-lines.ts`. */
const LOG_LINES = ['/ - Task completed > TaskHandler\\[/p', '/^  task: name=.*; work-dir=/p'].join(
  ';',
);

/**
 * Prints the file `$1` from its begin on, also one that comes later, and of its lines what the sed script `$2` lets through.
 * After the driver has ended it goes on for two seconds: `tail` looks once a second where it is not told of changes. A shell as
 * process 1 without a trap would ignore TERM.
 */
const FOLLOW = [
  'tail -n +1 -F "$1" 2>/dev/null | sed -un "$2" &',
  "trap 'sleep 2; exit 0' TERM",
  'wait',
].join('\n');

const FOLDER = '/sluice/trace';

/** The container that prints it; undefined for a source that needs none. */
export function traceReader(run: Planned<Nextflow, NextflowTarget>): TraceReader | undefined {
  const choice = traceChoice(run);
  if (choice !== 'file' && choice !== 'log') return undefined;
  const { run_id } = run;
  // A launch folder may hold the log of the run that this one continues: what counts begins with this run's name. It ends with
  // what no line is: for `$`, the last line, sed would wait for the one after each.
  const [folder, file, script] =
    choice === 'file'
      ? [reportFolder(run_id), TRACE_FILE, 'p']
      : [
          sessionOfLaunch(run_id, run.own).folder,
          '.nextflow.log',
          `/ - Run name: ${run_id}$/,/^$never/ {${LOG_LINES}}`,
        ];
  return {
    command: ['sh', '-c', FOLLOW, 'trace', `${FOLDER}/${file}`, script],
    mounts: [{ name: 'work', mountPath: FOLDER, subPath: folder, readOnly: true }],
  };
}
