/**
 * Sessions that several runs continue one after the other: a row each, in a partition of its own, which names the run that has
 * the session. Without a row it is still with the run that is to be continued.
 */
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { writeRow } from './rows.ts';
import { type Grave, putTombstone, readRemains } from './run-store.ts';

const KEY = 'session';
const partitionOf = (session: string): string => `session.${session}`;

export type SessionRow = {
  /** The run that has it, or that was about to be recorded with it. */
  readonly run_id: string;
  /** The last run before that one which had a driver; null where none is known, or nothing can be left of it. */
  readonly before: string | null;
  readonly etag: string;
};

export async function readSession(world: World, session: string): Promise<SessionRow | undefined> {
  const row = await world.store.read('runs', partitionOf(session), KEY);
  if (!row) return undefined;
  const { run_id, before } = row.values;
  return { run_id: String(run_id), before: String(before) || null, etag: row.etag };
}

/** Writes over the version that was read (`etag`; null without a row). Rejects with Conflict when it has changed. */
export const writeSession = (
  world: World,
  session: string,
  { run_id, before }: Omit<SessionRow, 'etag'>,
  etag: string | null,
): Promise<string> =>
  writeRow(world, 'runs', partitionOf(session), KEY, { run_id, before: before ?? '' }, etag);

const isThere = async (world: World, runId: string): Promise<boolean> =>
  (await readRemains(world, runId)) === 'run';

/**
 * Of a run that is deleted: its session goes to the run before it, if that is still there, else the row goes, too. That of a
 * run which was never recorded goes likewise. It may be repeated.
 */
export async function leaveSession(world: World, { session, run_id }: Grave): Promise<void> {
  const row = session === undefined ? undefined : await readSession(world, session);
  if (session === undefined || !row) return;
  // It goes with the run that has it. If that is not recorded, its start may be under way: with a tombstone that takes the
  // session again, under another id.
  if (row.run_id !== run_id && !(await putTombstone(world, row.run_id))) return;
  const { before, etag } = row;
  const isLeft = before !== null && before !== run_id && (await isThere(world, before));
  try {
    if (isLeft) await writeSession(world, session, { run_id: before, before: null }, etag);
    else await world.store.commit('runs', partitionOf(session), [{ op: 'delete', key: KEY, etag }]);
  } catch (error) {
    // Another run has taken it, and it goes with that one.
    if (!(error instanceof Conflict)) throw error;
  }
}
