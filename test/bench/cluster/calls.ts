/** How many calls to the Kubernetes API the product makes. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { measurePhases, PHASE_METHOD, PHASE_TARGETS, PHASE_UNITS } from '../support/call-phases.ts';
import { kindOf, type Relay, type Request, startRelay, summary } from '../support/relay.ts';
import { until } from '../support/stack.ts';
import { type Bench, NAMESPACE, openAdmin, RUN_LABEL, receive, start, withBench } from './bench.ts';
import { READ_UP } from './clock.ts';

const IDLE_MS = 60_000;
const LIVE_MS = 120_000;
/** A start has its own calls, which count with the trivial run. */
const SETTLED_MS = 10_000;
const TRIVIAL_RUNS = 3;
/** So long without a call, and nothing more comes of a run that is over: several ticks. */
const QUIET_MS = 20_000;
const RUN_SECONDS = 240;
const MINUTE_MS = 60_000;

const since = (relay: Relay, from: number): Request[] =>
  relay.requests.filter(({ at }) => at >= from);

/** All calls of one run that does nothing, to the last. */
async function trivialRun(bench: Bench, relay: Relay): Promise<Request[]> {
  const from = Date.now();
  const script = `${READ_UP}; echo "up $up"; exec sleep 1`;
  const runId = await start(bench.client, bench, { script, lane: 'bench-calls' });
  await receive(bench.client, runId, RUN_SECONDS);
  await until('the cluster to be left alone', RUN_SECONDS * 1_000, () => {
    const last = relay.requests.at(-1)?.at ?? from;
    return Date.now() - Math.max(last, from) > QUIET_MS;
  });
  return since(relay, from).map((call) => ({ ...call, at: call.at - from }));
}

/** Calls while a run prints a line a second, without those of its start and its end. */
async function liveRun(bench: Bench, relay: Relay): Promise<Request[]> {
  const seconds = (2 * SETTLED_MS + LIVE_MS) / 1_000;
  const script = `n=0; while [ $n -lt ${seconds} ]; do n=$((n + 1)); echo "line $n"; sleep 1; done`;
  const runId = await start(bench.client, bench, { script, lane: 'bench-calls' });
  const ready = Promise.withResolvers<void>();
  const whole = receive(bench.client, runId, RUN_SECONDS, ({ event }) => {
    if (event.type === 'log') ready.resolve();
  });
  await Promise.race([ready.promise, whole]);
  await delay(SETTLED_MS);
  const from = Date.now();
  await delay(LIVE_MS);
  const calls = since(relay, from);
  await whole;
  return calls.map((call) => ({ ...call, at: call.at - from }));
}

async function idle(relay: Relay): Promise<Request[]> {
  const from = Date.now();
  await delay(IDLE_MS);
  return since(relay, from);
}

/** The moments of each kind of call, for the result file. */
const samplesOf = (prefix: string, calls: readonly Request[]): Record<string, number[]> =>
  Object.fromEntries(
    [...Map.groupBy(calls, kindOf)].map(([name, each]) => [
      `${prefix} ${name}`,
      each.map(({ at }) => at),
    ]),
  );

async function measure() {
  const { server, ca } = openAdmin();
  const relay = await startRelay(server, ca);
  try {
    return await withBench(async (bench) => {
      // The first run loads code and opens connections; it counts nowhere.
      await trivialRun(bench, relay);
      const trivial: Request[][] = [];
      while (trivial.length < TRIVIAL_RUNS) trivial.push(await trivialRun(bench, relay));
      const live = await liveRun(bench, relay);
      await until('the live run to be tidied', RUN_SECONDS * 1_000, () => {
        return Date.now() - (relay.requests.at(-1)?.at ?? 0) > QUIET_MS;
      });
      const quiet = await idle(relay);
      const last = trivial.at(-1) ?? [];
      return {
        samples: {
          trivial_calls: trivial.map((calls) => calls.length),
          ...samplesOf('trivial_ms', last),
          ...samplesOf('live_ms', live),
        },
        figures: {
          idle: (quiet.length * MINUTE_MS) / IDLE_MS,
          live: (live.length * MINUTE_MS) / LIVE_MS,
          trivial: Math.max(...trivial.map((calls) => calls.length)),
        },
        note: `trivial run: ${summary(last)}; live run, ${LIVE_MS / 1_000} s: ${summary(live) || 'none'}`,
      };
    }, relay.url);
  } finally {
    await relay.close();
  }
}

/** All phases of a run, on the cluster; one with an image that nobody has stays pending for three minutes. */
async function measureThere() {
  const { server, ca } = openAdmin();
  const relay = await startRelay(server, ca);
  try {
    return await withBench(async (bench) => {
      const { client, admin } = bench;
      const pods = async (runId: string): Promise<number> => {
        const labelSelector = `${RUN_LABEL}=${runId}`;
        const found = await admin.core.listNamespacedPod({ namespace: NAMESPACE, labelSelector });
        return found.items.length;
      };
      return measurePhases({
        client,
        requests: relay.requests,
        pods,
        start: (script, lane) => start(client, bench, { script, lane }),
        startPending: (lane) => start(client, bench, { script: '', lane, image: 'local/none:1' }),
      });
    }, relay.url);
  } finally {
    await relay.close();
  }
}

export const callRows: Row[] = [
  {
    id: 'kubernetes-calls',
    title: 'Kubernetes API calls: idle and per live run, a minute; per trivial run in all',
    where: 'cluster',
    units: { idle: 'calls', live: 'calls', trivial: 'calls' },
    targets: { idle: ['=', 0], live: ['≤', 4], trivial: ['≤', 12] },
    method: `A relay between host and API server counts every request. A trivial run prints a line and sleeps for a second; all its calls count until there were none for ${QUIET_MS / 1_000} s (the most of ${TRIVIAL_RUNS} runs). A live run prints a line a second and is looked at for ${LIVE_MS / 1_000} s, from ${SETTLED_MS / 1_000} s after its first line. Idle is one minute after both.`,
    measure,
  },
  {
    id: 'calls-by-phase',
    title: 'Kubernetes API calls of a run: a minute of each phase; a cancel in all',
    where: 'cluster',
    units: PHASE_UNITS,
    targets: PHASE_TARGETS,
    method: `${PHASE_METHOD} A pending run has an image that cannot be pulled.`,
    measure: measureThere,
  },
];
