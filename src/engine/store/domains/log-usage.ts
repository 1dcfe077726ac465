/**
 * Bytes of log lines that a domain with a quota for them has recorded today (UTC). Each instance counts what it commits, and
 * adds it to one of some rows every ten seconds, so that no commit of a log waits for that. A crash loses the count of ten
 * seconds; a write that was repeated after a lost answer may count twice.
 */

import { Conflict } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { cataloguePartition } from '../catalogue-partition.ts';
import { perInstance } from '../per-instance.ts';
import { allRows, writeRow } from '../rows.ts';
import { readDomain } from './domain-store.ts';

/** How late other instances see what this one has counted. */
const SAVE_MS = 10_000;
/** Rows of a day: instances that share one are in each other's way. */
const SHARDS = 16;
/** Attempts against other instances that write the same row. */
const SAVE_TRIES = 8;
const DAY_MS = 86_400_000;
/** Rows of past days that are deleted at a time. */
const PAST_MAX = 100;

const partitionOf = (domain: string): string => cataloguePartition(domain, 'log-bytes');
const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

type Counter = {
  readonly day: string;
  /** In the rows, as of the last read. */
  stored: Promise<number>;
  /** Counted here, and not in the rows; `adding` is on its way there. */
  own: number;
  adding: number;
  saving: Promise<void> | undefined;
};
const countersOf = perInstance(() => new Map<string, Counter>());
const shardOf = perInstance(() => ({ shard: '' }));

function counterOf(world: World, domain: string): Counter {
  const counters = countersOf(world);
  const day = dayAt(world.clock.now());
  const known = counters.get(domain);
  if (known?.day === day) return known;
  const counter: Counter = {
    day,
    stored: readTotal(world, domain, day),
    own: 0,
    adding: 0,
    saving: undefined,
  };
  counters.set(domain, counter);
  // By instances that did not count yesterday, too: few live that long.
  deletePast(world, domain, day).catch((error: unknown) =>
    world.log.warn('past counts of logs not deleted', { of: domain, error }),
  );
  // A failed read is not kept.
  counter.stored.catch(() => counters.get(domain) === counter && counters.delete(domain));
  return counter;
}

async function readTotal(world: World, domain: string, day: string): Promise<number> {
  const range = { from: `${day}.`, before: `${day}.~` };
  const rows = await allRows(world, 'catalogue', partitionOf(domain), range);
  return rows.reduce((sum, { values }) => sum + Number(values['bytes']), 0);
}

/** Bytes recorded today, as this instance knows; null for a domain without such a quota. */
export async function logBytesToday(world: World, domain: string): Promise<number | null> {
  const limit = (await readDomain(world, domain)).quotas.log_bytes_per_day;
  if (limit === undefined) return null;
  const { day, own } = counterOf(world, domain);
  return own + (await readTotal(world, domain, day));
}

export type LogQuota = {
  readonly limit: number;
  readonly day: string;
  /** More lines may be recorded. */
  readonly open: boolean;
};

/** Undefined for a domain without a quota for its log, and where storage does not tell. */
export async function logQuotaOf(world: World, domain: string): Promise<LogQuota | undefined> {
  try {
    const limit = (await readDomain(world, domain)).quotas.log_bytes_per_day;
    if (limit === undefined) return undefined;
    const counter = counterOf(world, domain);
    const used = (await counter.stored) + counter.own + counter.adding;
    return { limit, day: counter.day, open: used < limit };
  } catch (error) {
    world.log.warn('quota of a log not known: its lines are recorded', { of: domain, error });
    return undefined;
  }
}

/** Counts bytes that were recorded. */
export function countLogBytes(world: World, domain: string, bytes: number): void {
  const counter = counterOf(world, domain);
  counter.own += bytes;
  counter.saving ??= saveLater(world, domain, counter);
}

async function saveLater(world: World, domain: string, counter: Counter): Promise<void> {
  await world.clock.sleep(SAVE_MS);
  counter.saving = undefined;
  await save(world, domain, counter);
}

/** Adds what was counted to the rows. Never rejects; what failed is added the next time. */
async function save(world: World, domain: string, counter: Counter): Promise<void> {
  const bytes = counter.own;
  if (bytes === 0) return;
  counter.own = 0;
  counter.adding += bytes;
  try {
    await add(world, domain, counter.day, bytes);
    const total = await readTotal(world, domain, counter.day);
    counter.stored = Promise.resolve(total);
    counter.adding -= bytes;
  } catch (error) {
    counter.adding -= bytes;
    counter.own += bytes;
    world.log.warn('bytes of logs not counted', { of: domain, bytes, error });
  }
}

async function add(world: World, domain: string, day: string, bytes: number): Promise<void> {
  const state = shardOf(world);
  state.shard ||= String((world.random(1)[0] ?? 0) % SHARDS).padStart(2, '0');
  const key = `${day}.${state.shard}`;
  for (let tries = 1; ; tries += 1) {
    const row = await world.store.read('catalogue', partitionOf(domain), key);
    const values = { bytes: Number(row?.values['bytes'] ?? 0) + bytes };
    try {
      await writeRow(world, 'catalogue', partitionOf(domain), key, values, row?.etag ?? null);
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || tries === SAVE_TRIES) throw error;
    }
  }
}

/** Deletes rows of the days before yesterday; what is left is deleted the next day. */
async function deletePast(world: World, domain: string, day: string): Promise<void> {
  const before = dayAt(Date.parse(`${day}T00:00:00Z`) - DAY_MS);
  const partition = partitionOf(domain);
  const past = await world.store.list('catalogue', partition, { before, limit: PAST_MAX });
  for (const { key } of past)
    await world.store.commit('catalogue', partition, [{ op: 'delete', key }]);
}

/** Adds what this instance has counted, at its end. Never rejects. */
export async function saveLogBytes(world: World): Promise<void> {
  const counters = [...countersOf(world)];
  await Promise.all(counters.map(([domain, counter]) => save(world, domain, counter)));
}
