/** Idempotency keys: the same key and body always lead to the same run, as long as that is stored. */
import { AppError } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json/write.ts';
import { Conflict, type Row, type Values } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { writeRow } from '../store/rows.ts';
import { type Found, isFree, putTombstone, readRunAndLaunch } from '../store/run-store.ts';

/** The header, and the body as it was sent: the schema's output for it may change. */
export type Idempotency = { readonly key: string; readonly body: unknown };

/** A key as it was read; without a row it is new. */
export type Key = {
  readonly domain: string;
  /** SHA-256 of the key; a run that is recorded under it has it too. */
  readonly hash: string;
  /** SHA-256 of the body. */
  readonly body: string;
  readonly row: Row | undefined;
};

/** One read. Rejects with `idempotency_mismatch` when the key came with another body before. */
export async function lookUpKey(
  world: World,
  domain: string,
  { key, body }: Idempotency,
): Promise<Key> {
  const [hash, sent] = await Promise.all([world.sha256(key), world.sha256(canonicalJson(body))]);
  const row = await world.store.read('idempotency', domain, hash);
  if (row && row.values['body'] !== sent)
    throw new AppError(
      'idempotency_mismatch',
      'The Idempotency-Key was used before, with another body.',
    );
  return { domain, hash, body: sent, row };
}

/** `attached`: the request got an existing run; `differs`: that run is not what it asked for. */
type Known = Found & { readonly attached: boolean; readonly differs: boolean };

/** The run of the key; undefined while there is none, or when its id belongs to another run. */
export async function runOf(world: World, { domain, hash, row }: Key): Promise<Known | undefined> {
  if (!row) return undefined;
  const found = await readRunAndLaunch(world, idOf(row));
  if (found?.run.domain !== domain) return undefined;
  const [attached, differs] = [isAttached(row), row.values['differs'] === true];
  return attached || found.run.key === hash ? { ...found, attached, differs } : undefined;
}

const idOf = (row: Row): string => String(row.values['run_id']);
const isAttached = (row: Row): boolean => row.values['attached'] === true;

/** The first request with the key is still in progress, or has crashed before it recorded its run. */
const isUnderWay = async (world: World, row: Row | undefined): Promise<boolean> =>
  row !== undefined && !isAttached(row) && (await isFree(world, idOf(row)));

/** The first request with the key has recorded its run since the key was looked up. */
const isRecorded = async (world: World, key: Key): Promise<boolean> =>
  (await runOf(world, key)) !== undefined;

/**
 * Ties a key without a run to an id before anything else is written: to `fresh`, or to the id of a request
 * that has not recorded its run yet, so that both lead to one run. Undefined when another request was
 * faster: the key has to be looked up again.
 */
export async function reserveKey(
  world: World,
  key: Key,
  fresh: string,
): Promise<string | undefined> {
  if (key.row && (await isUnderWay(world, key.row))) return idOf(key.row);
  if (await isRecorded(world, key)) return undefined;
  return (await write(world, key, { run_id: fresh })) ? fresh : undefined;
}

/**
 * Ties a key without a run to the run that its request attaches to. A concurrent request with the same key can
 * then no longer record its own run. False when another request was faster.
 */
export async function tieKey(
  world: World,
  key: Key,
  runId: string,
  differs: boolean,
): Promise<boolean> {
  if (key.row && (await isUnderWay(world, key.row)) && !(await putTombstone(world, idOf(key.row))))
    return false;
  if (await isRecorded(world, key)) return false;
  return write(world, key, { run_id: runId, attached: true, differs });
}

/** Writes only if the row is still as it was read. */
async function write(
  world: World,
  { domain, hash, body, row }: Key,
  tie: Values,
): Promise<boolean> {
  const values = { ...tie, body };
  try {
    await writeRow(world, 'idempotency', domain, hash, values, row?.etag ?? null);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}
