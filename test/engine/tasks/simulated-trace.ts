/** What real Nextflow would send of a run with many tasks: each submitted, running, completed, in calls of a hundred tasks at most. */
import { START } from '../../support/world.ts';

export type Call = {
  /** Milliseconds after the first one. */
  readonly at: number;
  readonly call: 'begin' | 'progress' | 'complete';
  readonly body: Readonly<Record<string, unknown>>;
};

const PER_CALL = 100;
const SCRIPT = Array.from(
  { length: 12 },
  (_, at) => `bwa mem -t 4 reference.fa reads_${at}.fastq.gz`,
);
/** From a task's submission to its start, and to its end. */
const STATES = [
  ['SUBMITTED', 0],
  ['RUNNING', 2_000],
  ['COMPLETED', 10_000],
] as const;

const iso = (ms: number): string => new Date(START + ms).toISOString();

function taskAt(id: number, processes: number, submitted: number, state: number) {
  const [status] = STATES[state] ?? STATES[0];
  const hash = id.toString(16).padStart(8, '0');
  const process = `NFCORE_RNASEQ:RNASEQ:PROCESS_${id % processes}`;
  const ended = {
    complete: iso(submitted + 10_000),
    exit: 0,
    duration: 10_000,
    realtime: 8_000,
    pcpu: 187.4,
    pmem: 1.2,
    rss: 512_000_000,
    peakRss: 612_000_000,
    vmem: 900_000_000,
    peakVmem: 950_000_000,
    rchar: 1_200_000_000,
    wchar: 400_000_000,
    readBytes: 1_000_000,
    writeBytes: 2_000_000,
    errorAction: null,
  };
  return {
    taskId: id,
    status,
    hash: `${hash.slice(0, 2)}/${hash.slice(2)}`,
    name: `${process} (sample_${id})`,
    process,
    tag: `sample_${id}`,
    exit: 2_147_483_647,
    submit: iso(submitted),
    start: state > 0 ? iso(submitted + 2_000) : null,
    attempt: 1,
    script: SCRIPT.join('\n'),
    workdir: `/work/${hash.slice(0, 2)}/${hash.padEnd(32, '0')}`,
    cpus: 4,
    memory: 8 * 1024 ** 3,
    container: 'quay.io/biocontainers/bwa:0.7.17',
    nativeId: `nf-${hash.padEnd(32, '0')}`,
    env: null,
    ...(state === 2 && ended),
  };
}

/** The calls in their order. */
export function simulatedTrace(options: {
  readonly tasks: number;
  /** Tasks that are submitted a second. */
  readonly perSecond: number;
  readonly processes: number;
}): readonly Call[] {
  const { tasks, perSecond, processes } = options;
  const names = Array.from({ length: processes }, (_, at) => `NFCORE_RNASEQ:RNASEQ:PROCESS_${at}`);
  const due = Array.from({ length: tasks }, (_, at) => (at * 1_000) / perSecond).flatMap(
    (submitted, at) =>
      STATES.map(([, after], state) => ({
        at: submitted + after,
        task: () => taskAt(at + 1, processes, submitted, state),
      })),
  );
  const bySecond = Map.groupBy(due, ({ at }) => Math.floor(at / 1_000));
  const calls: Call[] = [
    {
      at: 0,
      call: 'begin',
      body: { processNames: names, workflow: { sessionId: 's' }, instant: START },
    },
  ];
  for (const [second, all] of [...bySecond].sort(([a], [b]) => a - b))
    for (let from = 0; from < all.length; from += PER_CALL) {
      const at = (second + 1) * 1_000 + from;
      const told = all.slice(from, from + PER_CALL).map(({ task }) => task());
      calls.push({ at, call: 'progress', body: { tasks: told, instant: START + at } });
    }
  const last = calls.at(-1)?.at ?? 0;
  calls.push({ at: last + 1, call: 'complete', body: { workflow: {}, instant: START + last + 1 } });
  return calls;
}
