/** One at a time: how soon the next run follows, how soon a cancel is felt, and whether two are ever alive. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../../src/client/index.ts';
import type { Row } from '../row.ts';
import { until } from '../support/stack.ts';
import { percentile, spread } from '../support/statistics.ts';
import { type Bench, linesOf, receive, start, textLines, withBench, wordOf } from './bench.ts';
import { READ_UP, STAMP_MS, stampOf, uptime } from './clock.ts';

const QUEUED = 16;
const WORK_MS = 500;
const ROUNDS = 10;
const RUN_SECONDS = 90;
/** A driver that was told to end says so twice, then stays this long: nothing may be alive beside it. */
const LINGER_MS = 1_000;

/**
 * A kubelet that has just started a pod takes the next order for it up to a second later, whoever
 * gives it. So much later than its first line, and a little more each round, a run is cancelled.
 */
const SETTLED_MS = 2_000;
const ROUND_STEP_MS = 97;

const say = (word: string): string => `${READ_UP}; echo "${word} $up"`;
const stay = `sleep ${LINGER_MS / 1_000}`;
const WORK = `${say('start')}; exec sleep ${WORK_MS / 1_000}`;
const STUBBORN = [
  `trap '${say('term')}; ${stay}; ${say('end')}; ${stay}; exit 0' TERM`,
  say('start'),
  'while :; do sleep 600 & wait $!; done',
].join('\n');

/** The stamp of a word in the log of a run that is over. */
const stampIn = async (client: Client, runId: string, word: string): Promise<number> =>
  stampOf(wordOf(await textLines(client, runId), word));

async function queueUp(bench: Bench): Promise<number[]> {
  const lane = 'bench-one';
  const ids: string[] = [];
  for (let index = 0; index < QUEUED; index++) {
    ids.push(await start(bench.client, bench, { script: WORK, lane }));
  }
  await until('the lane to be empty', QUEUED * RUN_SECONDS * 1_000, async () => {
    const { active, queued } = await bench.client.getLane(lane);
    return active.length === 0 && queued === 0;
  });
  return Promise.all(ids.map(async (id) => stampIn(bench.client, id, 'start')));
}

const laneOfOne: Row = {
  id: 'lane-of-one',
  title: 'runs of 0.5 s through a lane of one',
  where: 'cluster',
  units: { seconds: 's', p50: 's', overlaps: 'pairs', runs: 'runs' },
  targets: { seconds: ['≤', 3.5], overlaps: ['=', 0], runs: ['≥', 15] },
  method: `${QUEUED} runs are queued at once in a lane of capacity 1. A driver stamps its start and sleeps for ${WORK_MS} ms. \`seconds\` is the mean from one start to the next; two overlap when the next starts less than ${WORK_MS} ms after the one before.`,
  async measure() {
    const starts = (await withBench(queueUp)).sort((a, b) => a - b);
    const steps = starts.slice(1).map((at, index) => (at - (starts[index] ?? Number.NaN)) / 1_000);
    return {
      samples: { step_s: steps },
      figures: {
        seconds: steps.reduce((sum, step) => sum + step, 0) / steps.length,
        p50: percentile(steps, 50),
        overlaps: steps.filter((step) => step * 1_000 < WORK_MS).length,
        runs: starts.length,
      },
    };
  },
};

type Round = { readonly term: number; readonly next: number };

/** Cancels a run that is in no hurry, and starts another in its lane at once. Milliseconds. */
async function cancelRound(bench: Bench, round: number): Promise<Round> {
  const { client } = bench;
  const driver = { script: STUBBORN, lane: 'bench-cancel' };
  const first = await start(client, bench, driver);
  const ready = Promise.withResolvers<void>();
  const whole = receive(client, first, RUN_SECONDS, (received) => {
    if (linesOf([received]).length > 0) ready.resolve();
  });
  await Promise.race([ready.promise, whole]);
  await delay(SETTLED_MS + round * ROUND_STEP_MS);
  const asked = uptime();
  await client.cancelRun(first);
  const second = await start(client, bench, { ...driver, script: WORK });
  const [lines] = await Promise.all([whole.then(linesOf), receive(client, second, RUN_SECONDS)]);
  const gone = stampOf(wordOf(lines, 'end')) + LINGER_MS;
  return {
    term: stampOf(wordOf(lines, 'term')) + STAMP_MS - asked,
    next: (await stampIn(client, second, 'start')) - gone,
  };
}

const cancel: Row = {
  id: 'cancel',
  title: 'cancel → TERM at the process; cancel, then start at once',
  where: 'cluster',
  units: { p50: 'ms', p99: 'ms', two_alive: 'rounds', next_p50: 'ms', rounds: 'rounds' },
  targets: { p50: ['≤', 300], two_alive: ['=', 0], rounds: ['≥', 5] },
  method: `${ROUNDS} rounds in a lane of capacity 1. The driver traps TERM, stamps it, stamps its end ${LINGER_MS} ms later and exits after another ${LINGER_MS} ms. It is cancelled ${SETTLED_MS / 1_000} to 3 s after its first line: a kubelet that has just started a pod takes an order for it up to a second later. Measured from sending the cancel to the stamp, taken as ${STAMP_MS} ms later. The next run is started as soon as the cancel is answered; two are alive when it starts before the first one's end and ${LINGER_MS} ms. \`next_p50\` is from that end to the next start.`,
  async measure() {
    const rounds = await withBench(async (bench) => {
      const all: Round[] = [];
      while (all.length < ROUNDS) all.push(await cancelRound(bench, all.length));
      return all;
    });
    const [term, next] = [rounds.map((each) => each.term), rounds.map((each) => each.next)];
    return {
      samples: { term_ms: term, next_ms: next },
      figures: {
        ...spread(term),
        two_alive: next.filter((ms) => ms < 0).length,
        next_p50: percentile(next, 50),
        rounds: rounds.length,
      },
    };
  },
};

export const laneRows: Row[] = [laneOfOne, cancel];
