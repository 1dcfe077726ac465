/**
 * The list of a domain's lanes: one row with all their names. A lane is put on it before it is written as listed, and
 * removed after it is written as deleted; both write this row, even if it stays the same. So a lane that holds runs
 * is always on the list, also when it is deleted and made again concurrently.
 */
import { AppError } from '../../core/errors.ts';
import { LANE_CHANGE_MS, LANES_MAX } from '../../core/limits.ts';
import { DEFAULT_LANE } from '../../core/names.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { readPolicy } from '../catalogue/policy.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { perInstance } from '../store/per-instance.ts';
import { writeRow } from '../store/rows.ts';
import { pause } from './lane-store.ts';

const KEY = 'names';
const lanesOf = (domain: string): string => cataloguePartition(domain, 'lanes');

export type LaneNames = { readonly names: readonly string[]; readonly etag: string | null };

/** The names in order, without `default`, which every domain has. */
export async function readLaneNames(world: World, domain: string): Promise<LaneNames> {
  const row = await world.store.read('catalogue', lanesOf(domain), KEY);
  if (!row) return { names: [], etag: null };
  return { names: JSON.parse(String(row.values['body'])) as string[], etag: row.etag };
}

/** Resolves with the list as it is now. Rejects with `Conflict` when the list has changed since it was read. */
export async function writeLaneNames(
  world: World,
  domain: string,
  { etag }: LaneNames,
  wanted: readonly string[],
): Promise<LaneNames> {
  const names = [...wanted].sort();
  const values = { body: JSON.stringify(names) };
  return { names, etag: await writeRow(world, 'catalogue', lanesOf(domain), KEY, values, etag) };
}

/** Names that are added together; `refused` are those without room. */
type Batch = { readonly names: Set<string>; readonly refused: Promise<ReadonlySet<string>> };

type Writer = {
  next: Batch | null;
  last: Promise<unknown>;
  /** The list as this instance wrote it last; it is read again only after a conflict. */
  known: LaneNames | undefined;
};
/** By domain: the batch that is being written, and the next one. */
const writersOf = perInstance(() => new Map<string, Writer>());

/**
 * Puts a lane on the list; false when the list is full. Concurrent calls in this instance are written together.
 * Rejects with `Conflict` when other instances changed the list for too long.
 */
export async function listLane(world: World, domain: string, name: string): Promise<boolean> {
  if (name === DEFAULT_LANE) return true;
  const writers = writersOf(world);
  const writer = writers.get(domain) ?? { next: null, last: Promise.resolve(), known: undefined };
  writers.set(domain, writer);
  if (writer.next === null) {
    const names = new Set<string>();
    const refused = writer.last.then(() => {
      writer.next = null;
      return write(world, domain, writer, names);
    });
    writer.next = { names, refused };
    writer.last = refused.catch(() => undefined);
  }
  const { names, refused } = writer.next;
  names.add(name);
  return !(await refused).has(name);
}

async function write(
  world: World,
  domain: string,
  writer: Writer,
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const until = world.clock.now() + LANE_CHANGE_MS;
  for (;;) {
    const { known } = writer;
    writer.known = undefined;
    const stored = known ?? (await readLaneNames(world, domain));
    const names = new Set(stored.names);
    const refused = new Set<string>();
    for (const name of wanted) {
      if (names.size < LANES_MAX || names.has(name)) names.add(name);
      else refused.add(name);
    }
    // Lanes may have been deleted since.
    if (known && refused.size > 0) continue;
    if (refused.size === wanted.size) return refused;
    try {
      writer.known = await writeLaneNames(world, domain, stored, [...names]);
      return refused;
    } catch (error) {
      if (!(error instanceof Conflict) || world.clock.now() >= until) throw error;
    }
    if (!known) await pause(world);
  }
}

/** Whether the list has this lane, or room for it, as it is now. */
export async function hasRoomForLane(world: World, domain: string, name: string): Promise<boolean> {
  const { names } = await readLaneNames(world, domain);
  return names.length < LANES_MAX || names.includes(name);
}

export const tooManyLanes = (domain: string): AppError =>
  new AppError(
    'too_many_lanes',
    `The domain ${domain} has ${LANES_MAX} lanes, and can have no more: delete one that is idle, or use one that is there.`,
  );

/** Why a run may not make the lane that it wants. */
export type LaneRefusal = 'undeclared' | 'too_many_lanes';

/** Puts the lane of a first run on the list, before the lane is written; null when it is on the list, else the refusal. */
export async function listForUse(
  world: World,
  domain: string,
  name: string,
): Promise<LaneRefusal | null> {
  const { lanes } = await readPolicy(world, domain);
  if (lanes === 'declared' && name !== DEFAULT_LANE) return 'undeclared';
  return (await listLane(world, domain, name)) ? null : 'too_many_lanes';
}
