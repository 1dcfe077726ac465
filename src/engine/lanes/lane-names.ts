/**
 * The list of a domain's lanes: one row with all their names. A lane is put on it before it is written as listed,
 * and taken off it after it is written as deleted; both write this row, also where it stays the same. So a lane
 * that holds runs is always on the list, whoever deletes it and makes it again at once.
 */
import { AppError } from '../../core/errors.ts';
import { LANE_CHANGE_MS, LANES_MAX } from '../../core/limits.ts';
import { DEFAULT_LANE } from '../../core/names.ts';
import { Conflict, type Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { readPolicy } from '../catalogue/policy.ts';
import { cataloguePartition } from '../store/catalogue-partition.ts';
import { perInstance } from '../store/per-instance.ts';
import { pause } from './lane-store.ts';

const KEY = 'names';
const lanesOf = (domain: string): string => cataloguePartition(domain, 'lanes');

export type LaneNames = { readonly names: readonly string[]; readonly etag: string | null };

/** In order; `default`, which every domain has, is not among them. */
export async function readLaneNames(world: World, domain: string): Promise<LaneNames> {
  const row = await world.store.read('catalogue', lanesOf(domain), KEY);
  if (!row) return { names: [], etag: null };
  return { names: JSON.parse(String(row.values['body'])) as string[], etag: row.etag };
}

/** Rejects with `Conflict` when the list is no longer the one that was read. */
export async function writeLaneNames(
  world: World,
  domain: string,
  { etag }: LaneNames,
  names: readonly string[],
): Promise<void> {
  const values = { body: JSON.stringify([...names].sort()) };
  const write: Write =
    etag === null ? { op: 'insert', key: KEY, values } : { op: 'replace', key: KEY, values, etag };
  await world.store.commit('catalogue', lanesOf(domain), [write]);
}

/** Names that go on the list together, and which of them found no room. */
type Batch = { readonly names: Set<string>; readonly refused: Promise<ReadonlySet<string>> };

type Desk = { next: Batch | null; last: Promise<unknown> };
/** By domain: what is being written, and what comes after it. */
const desksOf = perInstance(() => new Map<string, Desk>());

/**
 * Puts a lane on the list; false when that has no room. What comes to this instance while it writes goes together.
 * Rejects with `Conflict` when other instances came between for too long.
 */
export async function listLane(world: World, domain: string, name: string): Promise<boolean> {
  if (name === DEFAULT_LANE) return true;
  const known = desksOf(world);
  const desk = known.get(domain) ?? { next: null, last: Promise.resolve() };
  known.set(domain, desk);
  if (desk.next === null) {
    const names = new Set<string>();
    const refused = desk.last.then(() => {
      desk.next = null;
      return write(world, domain, names);
    });
    desk.next = { names, refused };
    desk.last = refused.catch(() => undefined);
  }
  const { names, refused } = desk.next;
  names.add(name);
  return !(await refused).has(name);
}

async function write(
  world: World,
  domain: string,
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const until = world.clock.now() + LANE_CHANGE_MS;
  for (;;) {
    const stored = await readLaneNames(world, domain);
    const names = new Set(stored.names);
    const refused = new Set<string>();
    for (const name of wanted) {
      if (names.size < LANES_MAX || names.has(name)) names.add(name);
      else refused.add(name);
    }
    if (refused.size === wanted.size) return refused;
    try {
      await writeLaneNames(world, domain, stored, [...names]);
      return refused;
    } catch (error) {
      if (!(error instanceof Conflict) || world.clock.now() >= until) throw error;
    }
    await pause(world);
  }
}

export const tooManyLanes = (domain: string): AppError =>
  new AppError(
    'too_many_lanes',
    `The domain ${domain} has ${LANES_MAX} lanes, and can have no more: delete one that is idle, or use one that is there.`,
  );

/** Why a run may not make the lane that it wants. */
export type LaneRefusal = 'undeclared' | 'too_many_lanes';

/** Makes way for the first run of a lane: null when it is on the list now, which is before it is written. */
export async function listForUse(
  world: World,
  domain: string,
  name: string,
): Promise<LaneRefusal | null> {
  const { lanes } = await readPolicy(world, domain);
  if (lanes === 'declared' && name !== DEFAULT_LANE) return 'undeclared';
  return (await listLane(world, domain, name)) ? null : 'too_many_lanes';
}
