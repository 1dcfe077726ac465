/** From a request to what it is for, and what a run costs the cluster. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../../src/client/index.ts';
import { HEADS_AFTER_END } from '../../../src/core/limits.ts';
import type { Row } from '../row.ts';
import { measurePhases, PHASE_METHOD, PHASE_TARGETS } from '../support/call-phases.ts';
import { type Counted, onCounted } from '../support/counted.ts';
import { listObjects, watchJobs } from '../support/emulator.ts';
import { container, type Driver, linesOf } from '../support/load.ts';
import { summary } from '../support/relay.ts';
import { until, within } from '../support/stack.ts';
import { percentile, spread } from '../support/statistics.ts';

const ROUNDS = 100;
const WARM_UP = 10;
const ROUND_MS = 60_000;
const RUNS = 10;
const LIVE_RUNS = 5;
const LIVE_MS = 120_000;
/** So long without a call, and nothing more comes of a run that is over. */
const QUIET_MS = 20_000;
const MINUTE_MS = 60_000;

/** Its first line says when the process has started, its last one when it ends. */
const SHORT: Driver = { lines: 2, perSecond: 4 };
const start = (client: Client, driver: Driver, lane = 'default') =>
  client.startRun({ pipeline: 'bench', kind: 'container', container: container(driver), lane });

/** One run from the request to the client that knows its end: moments, milliseconds since 1970. */
async function oneRun(client: Client) {
  const posted = Date.now();
  const run = await start(client, SHORT);
  const answered = Date.now();
  const lines: { at: number; came: number }[] = [];
  for await (const event of client.watch(run.run_id)) {
    const came = Date.now();
    lines.push(...linesOf(event).map(({ at }) => ({ at, came })));
  }
  const [first, last] = [lines[0], lines.at(-1)];
  if (!first || !last || lines.length !== SHORT.lines) throw new Error('lines are missing');
  return { id: run.run_id, posted, answered, first, last, ended: Date.now() };
}

const idle = (client: Client): Promise<unknown> =>
  until('the lane empty', ROUND_MS, async () => {
    const lane = await client.getLane('default');
    return lane.active.length === 0;
  });

async function rounds({ client, cluster }: Counted) {
  const jobs = await watchJobs(cluster);
  try {
    const samples = { answer: [], job: [], process: [], first_line: [], end: [] } as Record<
      'answer' | 'job' | 'process' | 'first_line' | 'end',
      number[]
    >;
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const run = await within('a run of half a second', ROUND_MS, oneRun(client));
      const job = await until('its Job', 1_000, () =>
        [...jobs.seen].find(([name]) => name.startsWith(run.id)),
      );
      await idle(client);
      if (round < WARM_UP) continue;
      samples.answer.push(run.answered - run.posted);
      samples.job.push(job[1] - run.posted);
      samples.process.push(run.first.at - run.posted);
      samples.first_line.push(run.first.came - run.posted);
      samples.end.push(run.ended - run.last.at);
    }
    return samples;
  } finally {
    jobs.close();
  }
}

const latency: Row = {
  id: 'start-latency',
  title: 'POST → Job, process, first line; end → client',
  where: 'local',
  units: {
    job_p50: 'ms',
    job_p99: 'ms',
    answer_p50: 'ms',
    process_p50: 'ms',
    first_line_p50: 'ms',
    end_p50: 'ms',
    end_p99: 'ms',
  },
  targets: { job_p50: ['≤', 25], job_p99: ['≤', 60] },
  method: `${ROUNDS} runs of half a second one after the other, after ${WARM_UP} to warm up. The Job's time is its arrival at a watch of the benchmark's own on the emulator; the process tells its start and its end itself, on its first and last line; the client is one that watches the run from the 201 on and ends with its last event. The app reaches storage and cluster through counting relays, which cost it some tenths of a millisecond a request.`,
  measure: () =>
    onCounted({}, async (counted) => {
      const samples = await rounds(counted);
      const [job, end] = [spread(samples.job), spread(samples.end)];
      return {
        samples,
        figures: {
          job_p50: job.p50,
          job_p99: job.p99,
          answer_p50: percentile(samples.answer, 50),
          process_p50: percentile(samples.process, 50),
          first_line_p50: percentile(samples.first_line, 50),
          end_p50: end.p50,
          end_p99: end.p99,
        },
        note: 'on the emulator: it starts a process at once, and its API server writes to memory',
      };
    }),
};

const trivial = async ({ client, calls }: Counted): Promise<readonly number[]> => {
  const counts: number[] = [];
  for (let round = 0; round <= RUNS; round++) {
    const before = calls.kubernetes.length;
    await within('a short run', ROUND_MS, oneRun(client));
    // Over for good: nothing is left to do, so the tick asks for nothing any more.
    await until('the run tidied up', ROUND_MS, async () => {
      const count = calls.kubernetes.length;
      await delay(QUIET_MS);
      return calls.kubernetes.length === count;
    });
    counts.push(calls.kubernetes.length - before);
  }
  // The first one finds what the others know.
  return counts.slice(1);
};

const calls: Row = {
  id: 'api-calls',
  title: 'Kubernetes API calls',
  where: 'local',
  units: { trivial_run: 'calls', trivial_most: 'calls', live_run_minute: 'calls' },
  targets: { trivial_run: ['≤', 12], live_run_minute: ['≤', 4] },
  method: `Counted at a relay before the emulator, watches and log streams too. \`trivial_run\`: from the POST of a run of half a second until ${QUIET_MS / 1_000} s (four ticks) have passed without a call; the middle one of ${RUNS}, one after the other; \`trivial_most\` the largest: a tick, every 5 s here, that comes in the half second before a follower has the run asks the cluster once more. \`live_run_minute\`: ${LIVE_RUNS} runs that print a line a second, from 15 s after the last of them has started, for ${LIVE_MS / MINUTE_MS} minutes; a run and a minute of it.`,
  measure: () =>
    onCounted({}, async (counted) => {
      const { client } = counted;
      const each = await trivial(counted);
      const last = counted.calls.kubernetes.slice(-(each.at(-1) ?? 0));
      await client.putLane('live', { capacity: LIVE_RUNS });
      const driver = { lines: 200, perSecond: 1, everyMs: 1_000 };
      for (let run = 0; run < LIVE_RUNS; run++) await start(client, driver, 'live');
      await until('all of them running', ROUND_MS, async () => {
        const { runs } = await client.listRuns({ lane: 'live', state: 'running' });
        return runs.length === LIVE_RUNS;
      });
      await delay(15_000);
      const from = counted.calls.kubernetes.length;
      await delay(LIVE_MS);
      const live = counted.calls.kubernetes.slice(from);
      return {
        samples: { trivial_run: each },
        figures: {
          trivial_run: percentile(each, 50),
          trivial_most: Math.max(...each),
          live_run_minute: live.length / LIVE_RUNS / (LIVE_MS / MINUTE_MS),
        },
        note: `the last short run: ${summary(last)}; ${LIVE_RUNS} live ones: ${summary(live)}`,
      };
    }),
};

const { pending: _, ...NOT_PENDING } = PHASE_TARGETS;

const phases: Row = {
  id: 'calls-by-phase',
  title: 'Kubernetes API calls of a run: a minute of each phase; a cancel in all',
  where: 'local',
  units: { silent: 'calls', running: 'calls', cancel: 'calls', told: 'ms' },
  targets: NOT_PENDING,
  method: PHASE_METHOD,
  measure: () =>
    onCounted({}, ({ client, calls: { kubernetes }, cluster }) =>
      measurePhases({
        client,
        requests: kubernetes,
        startPending: undefined,
        start: async (script, lane) => {
          const container = { image: 'any', command: ['sh', '-c', script] };
          const run = { pipeline: 'bench', kind: 'container', lane, container } as const;
          return (await client.startRun(run)).run_id;
        },
        pods: async (runId) => {
          const pods = await listObjects(cluster, '/api/v1/pods');
          return pods.filter((name) => name.startsWith(runId)).length;
        },
      }),
    ),
};

const IDLE_MS = 180_000;

const nothing: Row = {
  id: 'idle',
  title: 'idle, a minute',
  where: 'local',
  units: {
    kubernetes: 'calls',
    executions: '',
    tables: 'calls',
    queues: 'calls',
    blobs: 'calls',
  },
  targets: { kubernetes: ['=', 0], executions: ['≤', 1] },
  method: `After one run, once nothing is left of it, ${IDLE_MS / MINUTE_MS} minutes in which nobody asks for anything. Requests to Azurite and to the emulator are counted at relays, executions in the log of the host. The timer is the one of Azure, once a minute. Calls of queues and blobs are those of the Functions host, which looks for messages and keeps its locks; in Azure the platform's scale controller looks, and no instance is there.`,
  measure: () => {
    const executed: string[] = [];
    const log = (line: string): void => {
      const [, name] = /Executing 'Functions\.([\w-]+)'/.exec(line) ?? [];
      if (name !== undefined) executed.push(name);
    };
    return onCounted({ tickSchedule: '0 * * * * *', log }, async ({ client, calls: counts }) => {
      await within('a short run', ROUND_MS, oneRun(client));
      const kinds = ['kubernetes', 'table', 'queue', 'blob'] as const;
      const take = (): number[] => [...kinds.map((kind) => counts[kind].length), executed.length];
      await until(
        'the run tidied up',
        15 * MINUTE_MS,
        async () => {
          const before = counts.kubernetes.length + counts.blob.length;
          // Its last notices are one a tick apart, and only with the last the cluster is asked again.
          await delay((HEADS_AFTER_END + 1) * MINUTE_MS);
          return counts.kubernetes.length + counts.blob.length === before;
        },
        0,
      );
      const before = take();
      await delay(IDLE_MS);
      const [kubernetes = 0, tables = 0, queues = 0, blobs = 0, executions = 0] = take().map(
        (count, index) => (count - (before[index] ?? 0)) / (IDLE_MS / MINUTE_MS),
      );
      return {
        samples: {},
        figures: { kubernetes, executions, tables, queues, blobs },
        note: `executed: ${[...new Set(executed.slice(before.at(-1)))].join(', ')}`,
      };
    });
  },
};

export const latencyRows: readonly Row[] = [latency, calls, phases, nothing];
