/** Many starts at once: how soon each is answered, and when the Jobs are there. */
import { isTerminal } from '../../../src/core/events/state.ts';
import type { Measured, Row } from '../row.ts';
import { until } from '../support/stack.ts';
import { spread } from '../support/statistics.ts';
import { type Bench, start, withBench } from './bench.ts';
import { uptime } from './clock.ts';
import { watchJobs } from './start.ts';

const STARTS = 200;
const WARM_UP = 32;
const AT_ONCE = 16;
/** Two passes of the timer: messages are faster. */
const JOBS_WITHIN_MS = 120_000;
const SCRIPT = 'exit 0';

/** Starts that many runs, some at once, each in a lane of its own: the milliseconds of each answer. */
async function startAll(bench: Bench, name: string, count: number): Promise<number[]> {
  const latency: number[] = [];
  let next = 0;
  const starter = async (): Promise<void> => {
    while (next < count) {
      const lane = `${name}-${next++}`;
      const from = uptime();
      await start(bench.client, bench, { script: SCRIPT, lane });
      latency.push(uptime() - from);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, starter));
  return latency;
}

const measure = (): Promise<Measured> =>
  withBench(async (bench) => {
    const jobs = await watchJobs(bench.admin);
    const allOver = () =>
      until(
        'the end of each run',
        JOBS_WITHIN_MS,
        async () => {
          const { runs } = await bench.client.listRuns({ limit: WARM_UP });
          return runs.every(({ state }) => isTerminal(state));
        },
        500,
      );
    /** How many of the runs from the `first` one on have a Job, once all of them have. */
    const allJobs = (first: number) =>
      until('a Job of each run', JOBS_WITHIN_MS, () => {
        const having = bench.started.slice(first).filter((runId) => jobs.seen.has(runId));
        return having.length === bench.started.length - first && having.length;
      });
    try {
      await startAll(bench, 'warm', WARM_UP);
      await allOver();
      const from = uptime();
      const latency = await startAll(bench, 'burst', STARTS);
      const answered = uptime();
      const having = await allJobs(WARM_UP);
      return {
        samples: { latency_ms: latency },
        figures: {
          rate: STARTS / ((answered - from) / 1_000),
          ...spread(latency),
          jobs: having,
          jobs_seconds: (uptime() - from) / 1_000,
        },
      };
    } finally {
      jobs.stop();
    }
  });

export const burstRows: readonly Row[] = [
  {
    id: 'starts-at-once',
    title: `${STARTS} starts, ${AT_ONCE} in flight, each in a lane of its own`,
    where: 'cluster',
    units: { rate: '1/s', p50: 'ms', p99: 'ms', jobs: 'Jobs', jobs_seconds: 's' },
    targets: { rate: ['≥', 150], p50: ['≤', 80], jobs: ['=', STARTS] },
    method: `${STARTS} POSTs, ${AT_ONCE} at a time, after ${WARM_UP} to warm up that are over; each driver ends at once. Counted are answers (201), from sending the request; \`jobs\` are the runs whose Job an independent watch saw, \`jobs_seconds\` the time from the first request to the last of them.`,
    measure,
  },
];
