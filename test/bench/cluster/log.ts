/** Whether every line arrives, and how soon. */
import type { Client } from '../../../src/client/index.ts';
import type { Row } from '../row.ts';
import { until } from '../support/stack.ts';
import { countNumbers, spread, thin } from '../support/statistics.ts';
import {
  type Bench,
  type Line,
  linesOf,
  NAMESPACE,
  RUN_LABEL,
  receive,
  start,
  textLines,
  withBench,
} from './bench.ts';
import { STAMP_MS, stampOf } from './clock.ts';
import { countUp } from './drivers.ts';

const RATE = 500;
const SECONDS = 90;
const BURST = 20_000;
const RUN_SECONDS = 240;
const GONE_MS = 60_000;

export const numbersOf = (lines: readonly Line[]): number[] =>
  lines.map(({ text }) => Number(text.split(' ')[0]));

/** Milliseconds from its stamp to the client, of each line. */
const lagsOf = (lines: readonly Line[]): number[] =>
  lines.map(({ text, at }) => at - stampOf(text.split(' ')[1]));

const latency: Row = {
  id: 'log-latency',
  title: `log line printed → at a client, ${RATE} lines/s`,
  where: 'cluster',
  units: { p50: 'ms', p99: 'ms', lost: 'lines', doubled: 'lines', seconds: 's', lines: 'lines' },
  targets: {
    p50: ['≤', 250],
    p99: ['≤', 600],
    lost: ['=', 0],
    doubled: ['=', 0],
    seconds: ['≥', 60],
  },
  method: `One run prints ${RATE} numbered lines a second for ${SECONDS} s, each with the driver's reading of /proc/uptime, and one client watches. Counted are the lines after the first one's arrival: those before waited for the cluster to serve the log at all. A stamp is up to ${STAMP_MS} ms early, which counts against the product.`,
  async measure() {
    const total = RATE * SECONDS;
    const lines = await withBench(async (bench) => {
      const script = countUp({ lines: total, perSecond: RATE });
      const runId = await start(bench.client, bench, { script, lane: 'bench-log' });
      return linesOf(await receive(bench.client, runId, RUN_SECONDS));
    });
    const from = lines[0]?.at ?? Number.NaN;
    const live = lines.filter(({ text }) => stampOf(text.split(' ')[1]) >= from);
    const lags = lagsOf(live);
    return {
      samples: { lag_ms: thin(lags) },
      figures: {
        ...spread(lags),
        ...countNumbers(numbersOf(lines), total),
        seconds: live.length / RATE,
        lines: live.length,
      },
    };
  },
};

/** How many lines of the burst are there, each once. */
function count(lines: readonly Line[]) {
  const { lost, doubled } = countNumbers(numbersOf(lines), BURST);
  return { there: BURST - lost, doubled };
}

const podsOf = async ({ admin }: Bench, runId: string): Promise<number> => {
  const labelSelector = `${RUN_LABEL}=${runId}`;
  return (await admin.core.listNamespacedPod({ namespace: NAMESPACE, labelSelector })).items.length;
};

const readAgain = async (client: Client, runId: string): Promise<Line[]> =>
  linesOf(await receive(client, runId, RUN_SECONDS));

const burst: Row = {
  id: 'burst',
  title: `burst of ${BURST.toLocaleString('en-US')} lines`,
  where: 'cluster',
  units: { live: 'lines', after: 'lines', doubled: 'lines', p50: 'ms', p99: 'ms' },
  targets: { live: ['=', BURST], after: ['=', BURST], doubled: ['=', 0] },
  method:
    'One run prints numbered lines as fast as its shell can, rests for a second and ends. `live` counts them at a client that watches meanwhile; `after` at a new client, and in the log over HTTP (the smaller number), once no pod of the run is left. Times are from printing to the live client, and begin before the cluster serves the log.',
  async measure() {
    return withBench(async (bench) => {
      const { client } = bench;
      const script = countUp({ lines: BURST, perSecond: 0 });
      const runId = await start(client, bench, { script, lane: 'bench-burst' });
      const lines = linesOf(await receive(client, runId, RUN_SECONDS));
      await until('the pod to be gone', GONE_MS, async () => (await podsOf(bench, runId)) === 0);
      const live = count(lines);
      const [again, text] = [
        count(await readAgain(client, runId)),
        count(await textLines(client, runId)),
      ];
      const lags = lagsOf(lines);
      return {
        samples: { lag_ms: thin(lags) },
        figures: {
          live: live.there,
          after: Math.min(again.there, text.there),
          doubled: live.doubled + again.doubled + text.doubled,
          ...spread(lags),
        },
      };
    });
  },
};

export const logRows: Row[] = [latency, burst];
