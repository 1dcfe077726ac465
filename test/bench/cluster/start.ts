/** What a run costs from the request to its first line, and from its end to the client's knowledge. */
import { setTimeout as delay } from 'node:timers/promises';
import { Watch } from '@kubernetes/client-node';
import type { Measured, Row } from '../row.ts';
import { spread } from '../support/statistics.ts';
import {
  type Admin,
  type Bench,
  endOf,
  linesOf,
  NAMESPACE,
  receive,
  start,
  withBench,
  wordOf,
} from './bench.ts';
import { READ_UP, STAMP_MS, stampOf, uptime } from './clock.ts';

const SAMPLES = 60;
const WARM_UP = 3;
const RUN_SECONDS = 60;
/** So long the process lives after its one line: `sleep` is all that it then is. */
const LIFE_MS = 1_000;
const SCRIPT = `${READ_UP}; echo "up $up"; exec sleep ${LIFE_MS / 1_000}`;
/**
 * What the run before left to be deleted is no part of the next sample. The rest differs, in even
 * parts of a second: the kubelet looks at its pods, and the host at its queue, once a second.
 */
const REST_MS = 1_000;
const REST_STEP_MS = 618;

/** When each Job of the namespace first showed, by name, in milliseconds of uptime. */
export async function watchJobs({ config }: Admin) {
  const seen = new Map<string, number>();
  const stopped = await new Watch(config).watch(
    `/apis/batch/v1/namespaces/${NAMESPACE}/jobs`,
    {},
    (type: string, job: { metadata?: { labels?: Record<string, string> } }) => {
      const runId = job.metadata?.labels?.['app.kubernetes.io/instance'];
      if (type === 'ADDED' && runId !== undefined && !seen.has(runId)) seen.set(runId, uptime());
    },
    () => undefined,
  );
  return { seen, stop: () => stopped.abort() };
}

/** Milliseconds of one run. */
type Sample = {
  readonly job: number;
  readonly process: number;
  readonly line: number;
  readonly end: number;
};

async function sample(bench: Bench, jobs: Map<string, number>, index: number): Promise<Sample> {
  const posted = uptime();
  const runId = await start(bench.client, bench, { script: SCRIPT, lane: `bench-${index % 5}` });
  const received = await receive(bench.client, runId, RUN_SECONDS);
  const lines = linesOf(received);
  const up = stampOf(wordOf(lines, 'up'));
  const shown = jobs.get(runId);
  if (shown === undefined) throw new Error(`the Job of ${runId} was not seen`);
  await delay(REST_MS + ((index * REST_STEP_MS) % 1_000));
  return {
    job: shown - posted,
    // A stamp is cut down: what is measured up to it gets the longest that it can be.
    process: up + STAMP_MS - posted,
    line: (lines[0]?.at ?? Number.NaN) - posted,
    end: endOf(received) - (up + LIFE_MS),
  };
}

async function measureRuns(): Promise<Sample[]> {
  return withBench(async (bench) => {
    const jobs = await watchJobs(bench.admin);
    try {
      const samples: Sample[] = [];
      for (let index = -WARM_UP; index < SAMPLES; index++) {
        const taken = await sample(bench, jobs.seen, index + WARM_UP);
        if (index >= 0) samples.push(taken);
      }
      return samples;
    } finally {
      jobs.stop();
    }
  });
}

/** The rows look at different moments of the same runs. */
let runs: Promise<Sample[]> | undefined;

const sharedRuns = (): Promise<Sample[]> => (runs ??= measureRuns());

/** A row of one moment of these runs. */
function moment(
  of: keyof Sample,
  texts: Pick<Row, 'id' | 'title' | 'method'>,
  bounds: { readonly p50: number; readonly p99?: number },
): Row {
  return {
    ...texts,
    where: 'cluster',
    units: { p50: 'ms', p99: 'ms', samples: 'runs' },
    targets: {
      p50: ['≤', bounds.p50],
      ...(bounds.p99 !== undefined && { p99: ['≤', bounds.p99] as const }),
      samples: ['≥', SAMPLES],
    },
    async measure(): Promise<Measured> {
      const samples = (await sharedRuns()).map((each) => each[of]);
      return {
        samples: { latency_ms: samples },
        figures: { ...spread(samples), samples: samples.length },
      };
    },
  };
}

const SAME = `Of ${SAMPLES} runs, one after the other, after ${WARM_UP} to warm up; each prints its start and sleeps for ${LIFE_MS / 1_000} s.`;

export const startRows: Row[] = [
  moment(
    'job',
    {
      id: 'job-exists',
      title: 'POST → Job object exists, warm',
      method: `${SAME} From sending the request to the event of an independent watch on Jobs.`,
    },
    { p50: 25, p99: 60 },
  ),
  moment(
    'process',
    {
      id: 'process-started',
      title: 'POST → process started',
      method: `${SAME} From sending the request to what the driver's shell reads from /proc/uptime as its first act, taken as ${STAMP_MS} ms later: the clock has hundredths, cut down.`,
    },
    { p50: 300 },
  ),
  moment(
    'line',
    {
      id: 'first-line',
      title: 'POST → first line at a client',
      method: `${SAME} The client begins to watch when the request is answered.`,
    },
    { p50: 2_100 },
  ),
  moment(
    'end',
    {
      id: 'end-known',
      title: 'process ended → client knows',
      method: `${SAME} From the driver's stamp and the length of its sleep to the \`complete\` event at the client.`,
    },
    { p50: 1_300 },
  ),
];
