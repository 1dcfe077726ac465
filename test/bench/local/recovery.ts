/** An instance dies: when a live run moves again. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StackOptions } from '../../../src/dev/stack.ts';
import type { Measured, Row } from '../row.ts';
import { readEvents, startRuns } from '../support/followed.ts';
import { linesOf, receive } from '../support/load.ts';
import { type Bench, onStack, until, within } from '../support/stack.ts';
import { countNumbers } from '../support/statistics.ts';

const END_MS = 300_000;

type Round = { readonly seconds: number; readonly lost: number; readonly doubled: number };

type Plan = { readonly lines: number; readonly firstLines: number; readonly pauseMs: number };

/**
 * Kills the host `pauseMs` after so many lines have arrived, and waits for one that was printed later. Line
 * numbers are checked at the client and in the log.
 */
async function killed({ stack, client }: Bench, plan: Plan): Promise<Round> {
  const { lines, firstLines, pauseMs } = plan;
  const [id = ''] = await startRuns(client, 1, { lines, perSecond: 20 });
  const stop = new AbortController();
  try {
    const receipt = receive(client, id, stop.signal);
    await until('the run moving', END_MS, () => receipt.numbers.length >= firstLines, 5);
    await delay(pauseMs);
    const { host } = stack.pids;
    if (host === undefined) throw new Error('There is no host to kill');
    const killedAt = Date.now();
    process.kill(host, 'SIGKILL');
    const before = receipt.at.length;
    // Lines that come now may have been on their way: only one printed after the death counts.
    const moved = await until(
      'the run moving again',
      END_MS,
      () => {
        const index = receipt.at.findIndex(
          (at, each) => each >= before && at - (receipt.lag[each] ?? 0) > killedAt,
        );
        return receipt.at[index];
      },
      5,
    );
    await within('the end of the run', END_MS, receipt.done);
    const logged = (await readEvents(client, id)).flatMap(linesOf).map(({ number }) => number);
    const [seen, kept] = [countNumbers(receipt.numbers, lines), countNumbers(logged, lines)];
    return {
      seconds: (moved - killedAt) / 1_000,
      lost: seen.lost + kept.lost,
      doubled: seen.doubled + kept.doubled,
    };
  } finally {
    stop.abort();
  }
}

async function measure(
  options: StackOptions,
  plans: readonly Plan[],
  note: string,
): Promise<Measured> {
  const results: Round[] = [];
  for (const plan of plans) results.push(await onStack(options, (bench) => killed(bench, plan)));
  const seconds = results.map((each) => each.seconds);
  const sum = (key: 'lost' | 'doubled') => results.reduce((all, each) => all + each[key], 0);
  return {
    samples: { seconds },
    figures: { largest: Math.max(...seconds), lost: sum('lost'), doubled: sum('doubled') },
    note,
  };
}

/** At different times of the watchdog's 7 s. */
const QUEUE_PLANS = [2_000, 3_500, 5_000].map((pauseMs) => ({
  lines: 1_200,
  firstLines: 20,
  pauseMs,
}));
const TICKED_MS = 3_000;
const TIMER_PLAN = { lines: 3_600, firstLines: 20, pauseMs: TICKED_MS };
const TIMER_PLANS = [TIMER_PLAN, TIMER_PLAN];

const UNITS = { largest: 's', lost: 'lines', doubled: 'lines' };
const METHOD =
  'A run that prints 20 lines a second and a client that watches it; the host process gets SIGKILL, and its supervisor starts it again after 100 ms. The time is from the kill to the first line at the client that was printed after it; the largest of the rounds. At the end all numbers are checked, at the client and in the log.';

export const recoveryRows: readonly Row[] = [
  {
    id: 'killed-queue',
    title: 'instance killed → run moves again, queue',
    where: 'local',
    units: UNITS,
    targets: { largest: ['≤', 30], lost: ['=', 0], doubled: ['=', 0] },
    method: `${METHOD} Three rounds at default settings; the timer runs every 5 s, as under \`npm start\`, but leaves a run to its follower for a minute.`,
    measure: () => measure({}, QUEUE_PLANS, 'watchdog message and lease at their defaults'),
  },
  {
    id: 'killed-timer',
    title: 'instance killed → run moves again, timer alone',
    where: 'local',
    units: UNITS,
    targets: { largest: ['≤', 90], lost: ['=', 0], doubled: ['=', 0] },
    method: `${METHOD} Two rounds without followers (\`SLUICE_FOLLOW=false\`), the timer at the schedule of Azure, \`0 * * * * *\`; the kill comes ${TICKED_MS / 1_000} s after a pass has brought lines, so that all of a minute is left to the next one.`,
    measure: () =>
      measure(
        { settings: { SLUICE_FOLLOW: 'false' }, tickSchedule: '0 * * * * *' },
        TIMER_PLANS,
        'SLUICE_FOLLOW=false, timer once a minute',
      ),
  },
];
