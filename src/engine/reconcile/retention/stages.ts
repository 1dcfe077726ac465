/** Deletes what is older than its domain keeps it: runs by the index, keys by their runs, entries of the audit log by their days. */

import { COMMIT_WRITES_MAX } from '../../../core/limits.ts';
import { DEFAULT_DOMAIN, runIdTime } from '../../../core/names.ts';
import {
  DAY_MS,
  DELETION_AGAIN_MS,
  SWEEP_BATCH,
  SWEEP_PARALLEL,
  TOMBSTONE_MS,
} from '../../../core/retention-limits.ts';
import type { Run } from '../../../core/runs/run.ts';
import { Conflict, keyAfter, type Row } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { auditPartition, DAYS } from '../../access/audit.ts';
import { type Deletion, dueDeletions, noteDeletions, postpone } from '../../store/deletions.ts';
import { auditDaysOf } from '../../store/domains/retention.ts';
import {
  type Cursor,
  cursorAt,
  type IndexEntry,
  removeIndex,
  walkIndex,
} from '../../store/index-store.ts';
import { buryRun, putTombstone, readRemains, type VersionedRun } from '../../store/run-store.ts';
import { endOf, obstacleTo, readForDeletion } from './delete-run.ts';
import { finishDeletion, isOver, removeKeyRow, type Slice, sliceUntil, tallyOf } from './erase.ts';

/** Where a stage stopped for lack of time; null: it is done. */
export type Place = string | null;

/**
 * Calls `act` for every item, some at a time, while there is time; it resolves to false when it had too little. False: some
 * are left. One failure stops no other.
 */
async function inParallel<T extends { readonly run_id: string } | Row>(
  world: World,
  slice: Slice,
  items: readonly T[],
  act: (item: T) => Promise<boolean | void>,
): Promise<boolean> {
  const queue = items.values();
  let left = false;
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      left ||= isOver(world, slice);
      if (left) return;
      const did = await act(item).catch((error: unknown) => {
        const id = 'run_id' in item ? item.run_id : item.key;
        if (!(error instanceof Conflict)) world.log.warn('not deleted by age', { id, error });
      });
      left ||= did === false;
    }
  };
  await Promise.all(Array.from({ length: SWEEP_PARALLEL }, worker));
  return !left;
}

/** Deletions that stopped half-way, and tombstones whose time is over. False: there was no time for some. */
export async function finishDue(world: World, slice: Slice): Promise<boolean> {
  for (let before = ''; ; ) {
    const due = await dueDeletions(world, world.clock.now());
    const first = JSON.stringify(due[0] ?? null);
    // The same again: nothing can be written, and the next round tries it.
    if (due.length === 0 || first === before) return true;
    before = first;
    const done = await inParallel(world, slice, due, async (each) => {
      try {
        return await finishDeletion(world, each, isByAge(each) ? slice : sliceUntil(slice.until));
      } catch (error) {
        // Out of the way of the others.
        await postpone(world, each, world.clock.now() + DELETION_AGAIN_MS);
        throw error;
      }
    });
    if (!done) return false;
  }
}

/** A deletion that was asked for has an entry of its own in the audit log; what is left of it is not counted as deleted by age. */
const isByAge = ({ noted_at, settles_at }: Deletion): boolean => settles_at <= noted_at;

/** Deletes runs of the domain that ended before the time `cutoff`, from `place` on, newest first. */
export async function sweepRuns(
  world: World,
  domain: string,
  cutoff: number,
  place: string,
  slice: Slice,
): Promise<Place> {
  const oldest = cursorAt(new Date(cutoff).toISOString());
  const cursor = place === '' ? oldest : (JSON.parse(place) as Cursor);
  let at = JSON.stringify(cursor);
  let batch: IndexEntry[] = [];
  const take = async (): Promise<boolean> => {
    const entries = batch;
    batch = [];
    return sweepBatch(world, domain, entries, cutoff, slice);
  };
  for await (const found of walkIndex(world, domain, {}, { cursor, page: SWEEP_PAGE })) {
    batch.push(found.entry);
    if (batch.length < SWEEP_BATCH) continue;
    if (!(await take())) return at;
    at = JSON.stringify(found.cursor);
    if (isOver(world, slice)) return at;
  }
  return (await take()) ? null : at;
}

/** Rows of the index per read. */
const SWEEP_PAGE = 1_000;

async function sweepBatch(
  world: World,
  domain: string,
  entries: readonly IndexEntry[],
  cutoff: number,
  slice: Slice,
): Promise<boolean> {
  const old: (Pick<Deletion, 'run_id'> & {
    readonly of: Deletion;
    readonly stored: VersionedRun;
  })[] = [];
  const read = await inParallel(world, slice, entries, async ({ run_id, created_at }) => {
    const { stored, hasWork } = await readForDeletion(world, run_id);
    if (stored) {
      if (isOld(stored.run, cutoff) && !obstacleTo(stored.run, hasWork))
        old.push({ run_id, stored, of: deletionOf(world, stored.run) });
      return;
    }
    // An entry that came late, of a run that is gone. Those of tombstones go with these.
    if ((await readRemains(world, run_id)) === 'nothing')
      await removeIndex(world, { run_id, domain, created_at });
  });
  await noteDeletions(
    world,
    old.map(({ of }) => of),
  );
  const deleted = await inParallel(world, slice, old, async ({ stored, of }) => {
    await buryRun(world, stored);
    tallyOf(slice, domain).runs += 1;
    return finishDeletion(world, of, slice);
  });
  return read && deleted;
}

const isOld = (run: Run, cutoff: number): boolean => endOf(run) < cutoff;

function deletionOf(world: World, run: Run): Deletion {
  const { run_id, domain } = run;
  const now = world.clock.now();
  return { run_id, domain, noted_at: now, settles_at: endOf(run) + TOMBSTONE_MS, due: now };
}

/** Deletes idempotency keys that are as old and whose runs are gone, or were never recorded. */
export async function sweepKeys(
  world: World,
  domain: string,
  cutoff: number,
  place: string,
  slice: Slice,
): Promise<Place> {
  for (let from = place; ; ) {
    const rows = await world.store.list('idempotency', domain, { from, limit: SWEEP_BATCH });
    const old = rows.filter(({ values }) => runIdTime(String(values['run_id'])) < cutoff);
    if (!(await inParallel(world, slice, old, (row) => sweepKey(world, domain, row, slice))))
      return from;
    const last = rows.at(-1);
    if (!last || rows.length < SWEEP_BATCH) return null;
    from = keyAfter(last.key);
    if (isOver(world, slice)) return from;
  }
}

async function sweepKey(world: World, domain: string, row: Row, slice: Slice): Promise<void> {
  const run_id = String(row.values['run_id']);
  const remains = await readRemains(world, run_id);
  if (remains === 'run') return;
  if (typeof remains !== 'object') {
    // A request may still record a run under the key: the tombstone comes first, and it has to take a new id.
    const noted_at = world.clock.now();
    const due = noted_at + TOMBSTONE_MS;
    await noteDeletions(world, [{ run_id, domain, noted_at, settles_at: due, due }]);
    if (!(await putTombstone(world, run_id))) return;
  }
  if (await removeKeyRow(world, domain, row)) tallyOf(slice, domain).keys += 1;
}

/** Deletes entries of the audit log, a domain's day at a time, which are older than the domain keeps them. */
export async function sweepAudit(world: World, place: string, slice: Slice): Promise<Place> {
  for (let from = place; ; ) {
    const days = await world.store.list('audit', DAYS, { from, limit: SWEEP_BATCH });
    for (const { key, values } of days) {
      const [name, day] = [String(values['domain']), String(values['day'])];
      const kept = await auditDaysOf(world, name === '' ? DEFAULT_DOMAIN : name);
      const over = Date.parse(day) + DAY_MS;
      if (kept === undefined || over >= world.clock.now() - kept * DAY_MS) continue;
      if (!(await removeDay(world, name === '' ? null : name, day, slice))) return key;
      await world.store.commit('audit', DAYS, [{ op: 'delete', key }]);
    }
    const last = days.at(-1);
    if (!last || days.length < SWEEP_BATCH) return null;
    from = keyAfter(last.key);
    if (isOver(world, slice)) return from;
  }
}

async function removeDay(
  world: World,
  domain: string | null,
  day: string,
  slice: Slice,
): Promise<boolean> {
  const partition = auditPartition(domain, day);
  for (;;) {
    const rows = await world.store.list('audit', partition, { limit: COMMIT_WRITES_MAX });
    if (rows.length === 0) return true;
    if (isOver(world, slice)) return false;
    const writes = rows.map(({ key }) => ({ op: 'delete', key }) as const);
    await world.store.commit('audit', partition, writes);
    tallyOf(slice, domain).audit_entries += rows.length;
  }
}
