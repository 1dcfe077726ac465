/**
 * Deletes what is stored of a run that is a tombstone already, as far as it can go now. Every step may be repeated, and two
 * instances may do the same at once. The order is in `src/engine/README.md` § Deleting runs.
 */
import { COMMIT_WRITES_MAX } from '../../../core/limits.ts';
import { TOMBSTONE_MS } from '../../../core/retention-limits.ts';
import { Conflict, keyAfter, type Row } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';
import { SEGMENTS_END, segmentName, segmentsFrom } from '../../archive/archive.ts';
import { type Deletion, dropDeletion, postpone } from '../../store/deletions.ts';
import { removeIndex } from '../../store/index-store.ts';
import { type Grave, RUN_KEY, readRemains } from '../../store/run-store.ts';
import { leaveSession } from '../../store/session-store.ts';
import { TRACE_KEY } from '../../store/tasks/task-rows.ts';

/** What was deleted. */
export type Tally = { runs: number; blobs: number; keys: number; audit_entries: number };

export const emptyTally = (): Tally => ({ runs: 0, blobs: 0, keys: 0, audit_entries: 0 });

/**
 * Until when work may begin (milliseconds of the world's clock), and what was done so far, by domain; null is for entries of
 * the audit log whose caller is not known.
 */
export type Slice = { readonly until: number; readonly tallies: Map<string | null, Tally> };

export const sliceUntil = (until: number): Slice => ({ until, tallies: new Map() });

/** What was done so far in the domain; to be added to. */
export function tallyOf({ tallies }: Slice, domain: string | null): Tally {
  const tally = tallies.get(domain) ?? emptyTally();
  tallies.set(domain, tally);
  return tally;
}

export const isOver = (world: World, { until }: Slice): boolean => world.clock.now() >= until;

/** Continues a deletion. False: the time is over, and the next call continues. */
export async function finishDeletion(
  world: World,
  deletion: Deletion,
  slice: Slice,
): Promise<boolean> {
  const remains = await readRemains(world, deletion.run_id);
  const now = world.clock.now();
  // Without a tombstone: it was refused or is done, or the process that noted it has not come so far yet.
  const buried = remains !== 'run' && remains !== 'nothing';
  const settles_at = buried ? deletion.settles_at : deletion.noted_at + TOMBSTONE_MS;
  const settled = now >= settles_at;
  if (typeof remains === 'object') {
    if (!(await eraseRun(world, remains, settled, slice))) return false;
  } else if (buried && settled) await dropTombstone(world, deletion.run_id);
  if (settled) await dropDeletion(world, deletion);
  else await postpone(world, deletion, settles_at);
  return true;
}

/** Its tombstone and the names of its blobs stay until it is settled: then what came late goes with them. */
async function eraseRun(
  world: World,
  grave: Grave,
  settled: boolean,
  slice: Slice,
): Promise<boolean> {
  if (!(await removeBlobs(world, grave, settled, slice))) return false;
  for (const range of RANGES)
    if (!(await removeRows(world, grave.run_id, range, slice))) return false;
  const [hadKey] = await Promise.all([
    removeKey(world, grave),
    removeIndex(world, grave),
    leaveSession(world, grave),
  ]);
  tallyOf(slice, grave.domain).keys += Number(hadKey);
  if (settled) await dropTombstone(world, grave.run_id);
  return true;
}

/** Each blob before the row that names it. */
async function removeBlobs(
  world: World,
  grave: Grave,
  withRows: boolean,
  slice: Slice,
): Promise<boolean> {
  for (let from: string | undefined; ; ) {
    const found = await segmentsFrom(world, grave.run_id, from);
    if (found.length === 0) return true;
    if (isOver(world, slice)) return false;
    await Promise.all(found.map(({ segment }) => world.blobs.remove(segmentName(grave, segment))));
    tallyOf(slice, grave.domain).blobs += found.length;
    if (withRows)
      await removeAll(
        world,
        grave.run_id,
        found.map(({ key }) => key),
      );
    if (found.length < COMMIT_WRITES_MAX) return true;
    from = `${found.at(-1)?.key}!`;
  }
}

/**
 * What goes of a run besides the names of its blobs and its own row. The row that every change of its tasks demands goes before
 * these: from then on none can come.
 */
const RANGES: readonly { readonly from: string; readonly before?: string }[] = [
  // Events and the launch.
  { from: SEGMENTS_END, before: RUN_KEY },
  { from: TRACE_KEY },
  { from: keyAfter(RUN_KEY) },
];

/** Removes the rows of the range. */
async function removeRows(
  world: World,
  runId: string,
  range: (typeof RANGES)[number],
  slice: Slice,
): Promise<boolean> {
  for (;;) {
    const rows = await world.store.list('runs', runId, { ...range, limit: COMMIT_WRITES_MAX });
    if (rows.length === 0) return true;
    if (isOver(world, slice)) return false;
    await removeAll(
      world,
      runId,
      rows.map(({ key }) => key),
    );
    if (rows.length < COMMIT_WRITES_MAX) return true;
  }
}

/** In one transaction. When another instance removed some meanwhile, it removes the rest, too. */
async function removeAll(world: World, runId: string, keys: readonly string[]): Promise<void> {
  try {
    await world.store.commit(
      'runs',
      runId,
      keys.map((key) => ({ op: 'delete', key })),
    );
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    for (const key of keys) await world.store.commit('runs', runId, [{ op: 'delete', key }]);
  }
}

/** Only while it belongs to this run: a request may have tied it to a new one. */
async function removeKey(world: World, { domain, key, run_id }: Grave): Promise<boolean> {
  const row = key === null ? undefined : await world.store.read('idempotency', domain, key);
  if (row?.values['run_id'] !== run_id) return false;
  return removeKeyRow(world, domain, row);
}

/** False when it has changed since it was read. */
export async function removeKeyRow(
  world: World,
  domain: string,
  { key, etag }: Row,
): Promise<boolean> {
  try {
    await world.store.commit('idempotency', domain, [{ op: 'delete', key, etag }]);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** The id is free again; nothing that knew the run is under way any more. */
async function dropTombstone(world: World, runId: string): Promise<void> {
  await world.store.commit('runs', runId, [{ op: 'delete', key: RUN_KEY }]);
}
