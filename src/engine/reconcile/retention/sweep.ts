/**
 * The sweep: deletes by age, in slices of bounded time after ticks. A row holds where it stopped, so that any instance
 * continues. Nothing depends on the row: what is deleted is decided by each run itself.
 */
import { bySystem } from '../../../core/access/audit.ts';
import { DEFAULT_DOMAIN } from '../../../core/names.ts';
import {
  DAY_MS,
  SWEEP_PAUSE_MS,
  SWEEP_SHARE,
  SWEEP_SLICE_MS,
} from '../../../core/retention-limits.ts';
import { Conflict } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { audit } from '../../access/audit.ts';
import { listSeen, listStoredDomains } from '../../store/domains/domain-store.ts';
import { runsDaysOf } from '../../store/domains/retention.ts';
import { count, INSTALLATION } from '../../store/figures.ts';
import { indexedDomains } from '../../store/index-store.ts';
import { perInstance } from '../../store/per-instance.ts';
import { writeRow } from '../../store/rows.ts';
import { emptyTally, type Slice, sliceUntil, type Tally } from './erase.ts';
import { finishDue, sweepAudit, sweepKeys, sweepRuns } from './stages.ts';

const PARTITION = 'meta';
const KEY = 'retention';

/** Where the sweep stopped; `place` is the stage's own. */
type Position = {
  readonly stage: 'deletions' | 'runs' | 'keys' | 'audit';
  readonly domain: string;
  readonly place: string;
};
const BEGIN: Position = { stage: 'deletions', domain: '', place: '' };

/** `at`: when the last slice began; `next_at`: when the next one may. */
type State = Position & { readonly at: number; readonly next_at: number };
type VersionedState = State & { readonly etag: string | null };

async function readState(world: World): Promise<VersionedState> {
  const row = await world.store.read('meta', PARTITION, KEY);
  if (!row) return { ...BEGIN, at: 0, next_at: 0, etag: null };
  return { ...(JSON.parse(String(row.values['body'])) as State), etag: row.etag };
}

async function writeState(
  world: World,
  { etag, ...state }: VersionedState,
): Promise<VersionedState> {
  const values = { body: JSON.stringify(state) };
  return { ...state, etag: await writeRow(world, 'meta', PARTITION, KEY, values, etag) };
}

export type Swept = {
  readonly deleted: Tally;
  /** Everything was looked at; the next slice begins anew, after a pause. */
  readonly done: boolean;
};

/** When this instance reads the row again: milliseconds of its clock. */
const nextLook = perInstance(() => ({ at: 0 }));

/** One slice, unless a pause is on: then undefined. Never rejects. */
export async function sweepSlice(
  world: World,
  options: { readonly budgetMs?: number } = {},
): Promise<Swept | undefined> {
  const now = world.clock.now();
  const look = nextLook(world);
  if (now < look.at && look.at - now <= SWEEP_PAUSE_MS) return undefined;
  try {
    const before = await readState(world);
    look.at = before.next_at;
    if (now < before.next_at && before.next_at - now <= SWEEP_PAUSE_MS) return undefined;
    const mine = await writeState(world, { ...before, at: now });
    const share = Math.abs(now - before.at) * SWEEP_SHARE;
    const until = now + (options.budgetMs ?? Math.min(SWEEP_SLICE_MS, share));
    const deleted = emptyTally();
    const position = await sweepFrom(world, before, until, deleted);
    const done = position === null;
    const next_at = done ? world.clock.now() + SWEEP_PAUSE_MS : 0;
    await writeState(world, { ...mine, ...(position ?? BEGIN), next_at });
    look.at = next_at;
    return { deleted, done };
  } catch (error) {
    // Another instance has just begun one, or storage failed: a later slice continues.
    if (!(error instanceof Conflict)) world.log.warn('sweep of old data stopped', { error });
    return undefined;
  }
}

/** Adds what it deletes to `deleted`. */
async function sweepFrom(
  world: World,
  from: Position,
  until: number,
  deleted: Tally,
): Promise<Position | null> {
  const told = <T>(act: (slice: Slice) => Promise<T>): Promise<T> =>
    telling(world, until, deleted, act);
  if (from.stage === 'deletions' && !(await told((slice) => finishDue(world, slice)))) return BEGIN;
  if (from.stage !== 'audit') {
    const names = await domainsOf(world);
    for (const domain of names.filter((name) => name >= from.domain)) {
      const start = domain === from.domain ? from : BEGIN;
      const stopped = await told((slice) => sweepDomain(world, domain, start, slice));
      if (stopped) return stopped;
    }
  }
  const start = from.stage === 'audit' ? from.place : '';
  const place = await told((slice) => sweepAudit(world, start, slice));
  return place === null ? null : { stage: 'audit', domain: '', place };
}

/** Runs may be from before the list of domains with an index: so with `default`, and with all that are in use or written. */
async function domainsOf(world: World): Promise<readonly string[]> {
  const [indexed, seen, stored] = await Promise.all([
    indexedDomains(world),
    listSeen(world),
    listStoredDomains(world),
  ]);
  const names = [DEFAULT_DOMAIN, ...indexed, ...seen, ...stored.map(({ domain }) => domain.name)];
  return [...new Set(names)].sort();
}

/** A failure leaves the domain to the next round, and others do not wait for it. */
async function sweepDomain(
  world: World,
  domain: string,
  from: Position,
  slice: Slice,
): Promise<Position | null> {
  try {
    const days = await runsDaysOf(world, domain);
    return days === undefined ? null : await sweepOld(world, domain, days, from, slice);
  } catch (error) {
    world.log.warn('old data of a domain not deleted', { domain, error });
    return null;
  }
}

async function sweepOld(
  world: World,
  domain: string,
  days: number,
  from: Position,
  slice: Slice,
): Promise<Position | null> {
  const cutoff = world.clock.now() - days * DAY_MS;
  if (from.stage !== 'keys') {
    const place = await sweepRuns(world, domain, cutoff, from.place, slice);
    if (place !== null) return { stage: 'runs', domain, place };
  }
  const start = from.stage === 'keys' ? from.place : '';
  const place = await sweepKeys(world, domain, cutoff, start, slice);
  return place === null ? null : { stage: 'keys', domain, place };
}

/** Tells what `act` has deleted, also when it fails, and adds it to `deleted`. */
async function telling<T>(
  world: World,
  until: number,
  deleted: Tally,
  act: (slice: Slice) => Promise<T>,
): Promise<T> {
  const slice = sliceUntil(until);
  try {
    return await act(slice);
  } finally {
    for (const [domain, tally] of slice.tallies) {
      deleted.runs += tally.runs;
      deleted.blobs += tally.blobs;
      deleted.keys += tally.keys;
      deleted.audit_entries += tally.audit_entries;
      await tell(world, domain, tally);
    }
  }
}

/** Says what was deleted of the domain by age, in the log, in the audit log and in the figure. */
async function tell(world: World, domain: string | null, deleted: Tally): Promise<void> {
  const { runs, keys, blobs, audit_entries } = deleted;
  const things = [
    {
      kind: 'runs',
      of: runs + blobs + keys,
      id: `${runs} runs, ${blobs} blobs, ${keys} idempotency keys`,
    },
    { kind: 'audit_entries', of: audit_entries, id: `${audit_entries} entries of the audit log` },
  ].filter(({ of }) => of > 0);
  if (things.length === 0) return;
  world.log.info('old data deleted', { domain, ...deleted });
  for (const { kind, id } of things) {
    const done = { domain, operation: 'deleteByAge', thing: { kind, id } };
    await audit(world, bySystem(world.clock.now(), done));
  }
  for (const [what, by] of Object.entries(deleted))
    count(world, domain ?? INSTALLATION, 'retention_deleted_total', [what], by);
}
