/** Idempotency keys: the same key and body always come to the same run. */
import { AppError } from '../core/errors.ts';
import { newRunId } from '../core/names.ts';
import { Conflict } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { canonical } from './launch.ts';
import { blockRun, isBlocked } from './run-store.ts';
import type { Submission } from './submission.ts';

/** `attached`: the first request with the key was given a run that was there already. */
type Claim = { readonly runId: string; readonly replayed: boolean; readonly attached: boolean };

/** Ties the key to a run id before anything else exists: the same key always comes to the same run. */
export async function claim(
  world: World,
  { domain, request, idempotencyKey }: Submission,
): Promise<Claim> {
  const runId = newRunId(world.clock.now(), world.random(4));
  const fresh = { runId, replayed: false, attached: false };
  if (idempotencyKey === undefined) return fresh;
  const key = await world.sha256(idempotencyKey);
  const body = await world.sha256(canonical(request));
  try {
    await world.store.commit('idempotency', domain, [
      { op: 'insert', key, values: { run_id: runId, body } },
    ]);
    return fresh;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const row = await world.store.read('idempotency', domain, key);
    if (!row)
      throw new AppError('unavailable', 'The Idempotency-Key could not be read.', {
        retryAfter: 1,
      });
    if (row.values['body'] !== body)
      throw new AppError(
        'idempotency_mismatch',
        'The Idempotency-Key was used before, with another body.',
      );
    const known = String(row.values['run_id']);
    const attached = row.values['attached'] === true;
    if (!(await isBlocked(world, known))) return { runId: known, replayed: true, attached };
    // The first try was taken back half way: this one is a new one, for whoever comes first.
    await world.store.commit('idempotency', domain, [
      { op: 'replace', key, values: { run_id: runId, body }, etag: row.etag },
    ]);
    return fresh;
  }
}

/**
 * Ties the key to the run that its request was attached to, in place of the one that it had been given.
 * That one is blocked first, so that no repetition of the request can still begin it; false when one has.
 */
export async function tieKey(
  world: World,
  { domain, idempotencyKey }: Submission,
  from: string,
  to: string,
): Promise<boolean> {
  if (idempotencyKey === undefined) return true;
  if (!(await blockRun(world, from))) return false;
  const key = await world.sha256(idempotencyKey);
  const row = await world.store.read('idempotency', domain, key);
  if (row?.values['run_id'] !== from) return true;
  const values = { ...row.values, run_id: to, attached: true };
  try {
    await world.store.commit('idempotency', domain, [
      { op: 'replace', key, values, etag: row.etag },
    ]);
  } catch (error) {
    // A repetition found the run blocked and has taken the key for a new one.
    if (!(error instanceof Conflict)) throw error;
  }
  return true;
}
