/** What an installation on Azure costs in a month, without its cluster: arithmetic on `prices.ts` and on what a run uses. */
import { PRICES } from './prices.ts';

export type Profile = 'cheap' | 'production';

const MONTH_SECONDS = 730 * 60 * 60;
const DAYS = MONTH_SECONDS / (24 * 60 * 60);

/** What one run uses that goes on for ten minutes, writes 2,000 lines, and is watched by one person. */
export const RUN = {
  seconds: 600,
  /** Requests and messages: start, dispatch, slices of its follower, pages and streams of its reader, compaction. */
  executions: 30,
  /** Commits of lines, and all else that is read and written. */
  tableOperations: 1_500,
  blobWrites: 5,
  /** Batches of lines and heads, to one connection. */
  messages: 700,
  /** Its log and its rows, for as long as they are kept. */
  storedGigabytes: 0.0001,
  /** What it adds to Application Insights. */
  logGigabytes: 0.0002,
} as const;

/** Months that finished runs are kept in this calculation. */
const KEPT_MONTHS = 12;
/** Memory of an instance, as the template sets it. */
const INSTANCE_GIGABYTES = 2;
/** Live runs that one instance follows with room to spare; `host.json` lets it take 256. */
const FOLLOWED_BY_ONE = 100;

/** One execution a minute, billed for a second at least; it reads 16 partitions and notes its time. */
const TICKS = MONTH_SECONDS / 60;
const TICK = { seconds: 1, tableOperations: 18, logGigabytes: 0.000003 } as const;

export type Cost = {
  readonly functions: number;
  readonly webPubSub: number;
  readonly storage: number;
  readonly logs: number;
  readonly network: number;
  readonly total: number;
};

const above = (amount: number, free: number): number => Math.max(0, amount - free);

/**
 * Seconds in which instances follow runs. Runs begin at random: while one goes on, others cost nothing more, until one
 * instance does not suffice.
 */
function followedSeconds(runs: number): number {
  const liveOnAverage = (runs * RUN.seconds) / MONTH_SECONDS;
  return MONTH_SECONDS * Math.max(1 - Math.exp(-liveOnAverage), liveOnAverage / FOLLOWED_BY_ONE);
}

function functions(runs: number): number {
  // Requests are short: a second each, which is the least that is billed.
  const seconds = TICKS * TICK.seconds + followedSeconds(runs) + runs * RUN.executions;
  const memory = above(seconds * INSTANCE_GIGABYTES, PRICES.gigabyteSecondsFree.amount);
  const executions = above(TICKS + runs * RUN.executions, PRICES.executionsFree.amount);
  return (
    memory * PRICES.gigabyteSecond.usd + (executions / 1_000_000) * PRICES.millionExecutions.usd
  );
}

function webPubSub(profile: Profile, runs: number): number {
  // The free unit takes no more than its 20,000 messages a day; readers then get the rest over HTTP.
  if (profile === 'cheap') return 0;
  const more = above(runs * RUN.messages, PRICES.webPubSubMessagesFree.amount * DAYS);
  return PRICES.webPubSubUnit.usd + (more / 1_000_000) * PRICES.webPubSubMillion.usd;
}

function storage(runs: number): number {
  const operations = TICKS * TICK.tableOperations + runs * RUN.tableOperations;
  return (
    (operations / 10_000) * PRICES.tableTenThousand.usd +
    ((runs * RUN.blobWrites) / 10_000) * PRICES.blobWritesTenThousand.usd +
    runs * KEPT_MONTHS * RUN.storedGigabytes * PRICES.storedGigabyte.usd
  );
}

function logs(runs: number): number {
  const gigabytes = TICKS * TICK.logGigabytes + runs * RUN.logGigabytes;
  return above(gigabytes, PRICES.logGigabytesFree.amount) * PRICES.logGigabyte.usd;
}

/** Of `production`: five private endpoints, six private zones, and the way out. */
const network = (profile: Profile): number =>
  profile === 'cheap'
    ? 0
    : PRICES.natGateway.usd +
      PRICES.publicAddress.usd +
      5 * PRICES.privateEndpoint.usd +
      6 * PRICES.privateZone.usd;

/** US dollars in a month with that many runs. */
export function costOf(profile: Profile, runs: number): Cost {
  const parts = {
    functions: functions(runs),
    webPubSub: webPubSub(profile, runs),
    storage: storage(runs),
    logs: logs(runs),
    network: network(profile),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** A month of one always-ready instance that does nothing, in US dollars. */
export const readyInstance = (): number =>
  MONTH_SECONDS * INSTANCE_GIGABYTES * PRICES.readyGigabyteSecond.usd;

const dollars = (usd: number): string => (usd < 10 ? usd.toFixed(2) : usd.toFixed(0));

/** The table of `infra/README.md`. */
export const costTable = (): string =>
  [
    '| profile | runs a month | functions | Web PubSub | storage | logs | network | together, USD |',
    '|---|---|---|---|---|---|---|---|',
    ...(['cheap', 'production'] as const).flatMap((profile) =>
      [0, 10, 1_000, 100_000].map((runs) => {
        const cost = costOf(profile, runs);
        const parts = [cost.functions, cost.webPubSub, cost.storage, cost.logs, cost.network];
        const count = runs === 0 ? 'idle' : runs.toLocaleString('en-US');
        return `| \`${profile}\` | ${count} | ${[...parts, cost.total].map(dollars).join(' | ')} |`;
      }),
    ),
  ].join('\n');
