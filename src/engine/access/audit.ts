/**
 * Writes the audit log: table `audit`, a partition for each domain and day, rows in order of time. What one instance has to
 * write at the same time goes together, so that a burst of changes costs a few commits.
 */
import type { AuditEntry } from '../../core/access/audit.ts';
import { COMMIT_WRITES_MAX } from '../../core/limits.ts';
import type { Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';

/** The domain of entries whose caller is not known: no name of a domain. */
export const NOBODY = '_';
/** Partition of the list of partitions: its name has no dot. */
export const DAYS = 'days';

/** `day` is such as 2026-11-29, UTC. */
export const auditPartition = (domain: string | null, day: string): string =>
  `${domain ?? NOBODY}.${day}`;
/** Key in `DAYS`: by day, then by domain. */
export const dayKey = (domain: string | null, day: string): string => `${day}.${domain ?? NOBODY}`;
/** The day of a timestamp. */
export const dayOf = (at: string): string => at.slice(0, 10);

/** The last time of thirteen digits, in the year 2286. */
const LAST_MS = 9_999_999_999_999;

/** The first possible key of a time: 13 digits of milliseconds. */
export const auditKey = (atMs: number): string =>
  `${String(Math.min(LAST_MS, Math.max(0, atMs))).padStart(13, '0')}.`;

/** Writes by key: of several for one row the last. */
type Batch = { readonly writes: Map<string, Write>; readonly written: Promise<void> };
type Writer = { next: Batch | null; last: Promise<unknown> };
type State = {
  /** By partition: the batch that is being written, and the next one. */
  readonly writers: Map<string, Writer>;
  /** Partitions that are on the list of `DAYS`. */
  readonly listed: Set<string>;
  /** Entries so far. */
  count: number;
};
const stateOf = perInstance((): State => ({ writers: new Map(), listed: new Set(), count: 0 }));

/** Hexadecimal digits of the count, which may start again, and random bytes: two instances never have the same key. */
const COUNT_DIGITS = 6;
const RANDOM_BYTES = 4;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A new row key: entries of one instance keep their order within a millisecond. */
export function newAuditKey(world: World, { at }: Pick<AuditEntry, 'at'>): string {
  const state = stateOf(world);
  state.count = (state.count + 1) % 16 ** COUNT_DIGITS;
  const random = Array.from(world.random(RANDOM_BYTES), (byte) => hex(byte, 2)).join('');
  return auditKey(Date.parse(at)) + hex(state.count, COUNT_DIGITS) + random;
}

/** Partitions remembered as listed; writing one again does no harm. */
const LISTED_MAX = 10_000;

/** Lists the partition before its first row, so that readers and the retention sweep find it. */
async function listPartition(world: World, domain: string | null, day: string): Promise<void> {
  const { listed } = stateOf(world);
  const key = dayKey(domain, day);
  if (listed.has(key)) return;
  const values = { domain: domain ?? '', day };
  await world.store.commit('audit', DAYS, [{ op: 'put', key, values }]);
  if (listed.size >= LISTED_MAX) listed.clear();
  listed.add(key);
}

/** Writes a batch after the one before it; what comes until then is in it. */
async function commitAll(
  world: World,
  { domain, at }: AuditEntry,
  writer: Writer,
  writes: ReadonlyMap<string, Write>,
): Promise<void> {
  await writer.last;
  writer.next = null;
  const day = dayOf(at);
  const partition = auditPartition(domain, day);
  try {
    await listPartition(world, domain, day);
    const all = [...writes.values()];
    for (let from = 0; from < all.length; from += COMMIT_WRITES_MAX)
      await world.store.commit('audit', partition, all.slice(from, from + COMMIT_WRITES_MAX));
  } finally {
    // Nothing waits behind it: the next entry begins anew.
    if (stateOf(world).writers.get(partition) === writer && isIdle(writer))
      stateOf(world).writers.delete(partition);
  }
}

const isIdle = ({ next }: Writer): boolean => next === null;

/** A `put`, so that an attempt whose answer was lost may be repeated. */
function write(world: World, entry: AuditEntry, key: string): Promise<void> {
  const { writers } = stateOf(world);
  const partition = auditPartition(entry.domain, dayOf(entry.at));
  const writer = writers.get(partition) ?? { next: null, last: Promise.resolve() };
  writers.set(partition, writer);
  if (writer.next === null) {
    const writes = new Map<string, Write>();
    const written = commitAll(world, entry, writer, writes);
    writer.next = { writes, written };
    writer.last = written.catch(() => undefined);
  }
  const { writes, written } = writer.next;
  writes.set(key, { op: 'put', key, values: { body: JSON.stringify(entry) } });
  return written;
}

/**
 * Writes an entry. True once it is stored; false when storage failed: then it may be missing, and the log of the app has
 * it instead. Never rejects.
 */
export async function audit(world: World, entry: AuditEntry, key?: string): Promise<boolean> {
  try {
    await write(world, entry, key ?? newAuditKey(world, entry));
    return true;
  } catch (error) {
    world.log.error('audit entry not stored', { entry, error });
    return false;
  }
}
