/**
 * Runs that are being deleted: a row each, written before anything of the run is deleted and removed when nothing is left, so
 * that what stops half-way is found again.
 */
import { COMMIT_WRITES_MAX } from '../../core/limits.ts';
import { Conflict, type Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';

const PARTITION = 'deletions';

export type Deletion = {
  readonly run_id: string;
  readonly domain: string;
  /** When this was written. Times are milliseconds since 1970. */
  readonly noted_at: number;
  /** When the run's tombstone may go, too. */
  readonly settles_at: number;
  /** When the sweep looks next; the rows are in this order. */
  readonly due: number;
};

/** Digits of a time, so that keys are in order. */
const DIGITS = 15;
const timeKey = (ms: number): string => String(Math.max(0, Math.floor(ms))).padStart(DIGITS, '0');
const keyOf = ({ due, run_id }: Deletion): string => `${timeKey(due)}.${run_id}`;

const valuesOf = ({ run_id, domain, noted_at, settles_at, due }: Deletion) => ({
  run_id,
  domain,
  noted_at,
  settles_at,
  due,
});

const fromRow = ({ values }: Row): Deletion => ({
  run_id: String(values['run_id']),
  domain: String(values['domain']),
  noted_at: Number(values['noted_at']),
  settles_at: Number(values['settles_at']),
  due: Number(values['due']),
});

/** At most 100. */
export async function noteDeletions(world: World, deletions: readonly Deletion[]): Promise<void> {
  if (deletions.length === 0) return;
  await world.store.commit(
    'meta',
    PARTITION,
    deletions.map((each) => ({ op: 'put', key: keyOf(each), values: valuesOf(each) })),
  );
}

/** The first ones whose time has come, at most 100. */
export async function dueDeletions(world: World, now: number): Promise<readonly Deletion[]> {
  const rows = await world.store.list('meta', PARTITION, {
    before: timeKey(now + 1),
    limit: COMMIT_WRITES_MAX,
  });
  return rows.map(fromRow);
}

/** Looks again at `due`. Nothing happens when the row was moved or dropped meanwhile. */
export async function postpone(world: World, deletion: Deletion, due: number): Promise<void> {
  const later = { ...deletion, due };
  try {
    await world.store.commit('meta', PARTITION, [
      { op: 'delete', key: keyOf(deletion) },
      { op: 'put', key: keyOf(later), values: valuesOf(later) },
    ]);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
}

export async function dropDeletion(world: World, deletion: Deletion): Promise<void> {
  await world.store.commit('meta', PARTITION, [{ op: 'delete', key: keyOf(deletion) }]);
}
