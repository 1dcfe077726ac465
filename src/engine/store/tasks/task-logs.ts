/** What failed tasks printed, kept before their pods are deleted: in rows of their run, which go with it. */
import type { Row } from '../../../ports/store.ts';
import type { World } from '../../../ports/world.ts';

/** Bytes that are kept of one log, its last ones; a row takes a megabyte. */
export const KEPT_BYTES_MAX = 512 * 1024;
/** Logs that are kept of one run. */
export const KEPT_LOGS_MAX = 20;

/** The first eight digits of a task's hash, which its pod and its work folder are named by; null of another name. */
export const hashOfPod = (name: string): string | null =>
  /^nf-([0-9a-f]{8})[0-9a-f]{24}(?:-|$)/.exec(name)?.[1] ?? null;

/** `ab/cdef12` as these rows have it. */
const digits = (hash: string): string => hash.replaceAll(/[^0-9a-f]/g, '');

const logKey = (hash: string): string => `l.${digits(hash)}`;
/** Says that the log is kept, to readers that need only that. */
const PREFIX = 'k.';
const END = 'k.~';
const markKey = (hash: string): string => PREFIX + digits(hash);

export async function keepLog(
  world: World,
  runId: string,
  hash: string,
  bytes: Uint8Array,
): Promise<void> {
  const values = { bytes: bytes.subarray(-KEPT_BYTES_MAX) };
  await world.store.commit('runs', runId, [
    { op: 'put', key: logKey(hash), values },
    { op: 'put', key: markKey(hash), values: {} },
  ]);
}

const bytesOf = (row: Row): Uint8Array => row.values['bytes'] as Uint8Array;

/** The log that was kept of the task; undefined without one. */
export async function readKeptLog(
  world: World,
  runId: string,
  hash: string,
): Promise<Uint8Array | undefined> {
  const row = await world.store.read('runs', runId, logKey(hash));
  return row && bytesOf(row);
}

export const hasKeptLog = async (world: World, runId: string, hash: string): Promise<boolean> =>
  (await world.store.read('runs', runId, markKey(hash))) !== undefined;

/** How many are kept of the run, and of which hashes. */
export async function keptHashes(world: World, runId: string): Promise<ReadonlySet<string>> {
  const range = { from: PREFIX, before: END, limit: KEPT_LOGS_MAX };
  const rows = await world.store.list('runs', runId, range);
  return new Set(rows.map(({ key }) => key.slice(PREFIX.length)));
}
