/** The list of runs with anything left to do: the only thing that an idle tick reads. */
import { WORK_SHARDS } from '../core/limits.ts';
import { Conflict, type Row, type Values } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { allRows } from './all-rows.ts';

/** What a row is about. Others may come: a row of another kind is left alone. */
const KIND = 'run';

export type Work = {
  readonly run_id: string;
  readonly domain: string;
  readonly lane: string;
  /**
   * The run had its ticket in the lane when this was written, and has changed by nothing but its admission since. As
   * long as the ticket is there it waits, and need not be read.
   */
  readonly waits: boolean;
  /** `head` notices sent since the end. */
  readonly heads: number;
  /** Not 0: only the log is left to compact, and until then (milliseconds since 1970) the timer leaves it to a message. */
  readonly compacting_until: number;
};

/** The last character of a run id is random: shards fill evenly. */
const shardOf = (runId: string): string =>
  `w.${String((runId.charCodeAt(runId.length - 1) * 7 + runId.charCodeAt(runId.length - 2)) % WORK_SHARDS).padStart(2, '0')}`;

/** As read or written, with the version that `noteWaiting` must still find. */
export type HeldWork = Work & { readonly etag: string };

const toWork = ({ key, etag, values }: Row): HeldWork => ({
  run_id: key,
  domain: String(values['domain']),
  lane: String(values['lane']),
  waits: values['waits'] === true,
  heads: Number(values['heads']),
  compacting_until: Number(values['compacting_until']),
  etag,
});

const toValues = ({ domain, lane, waits, heads, compacting_until }: Work): Values => ({
  kind: KIND,
  domain,
  lane,
  waits,
  heads,
  compacting_until,
});

/** The row of a run with nothing done yet, or of one that has to be looked at. */
export const newWork = (run: {
  readonly run_id: string;
  readonly domain: string;
  readonly lane: string;
}): Work => ({
  run_id: run.run_id,
  domain: run.domain,
  lane: run.lane,
  waits: false,
  heads: 0,
  compacting_until: 0,
});

/** undefined when there is a row of that id. */
export async function insertWork(world: World, work: Work): Promise<HeldWork | undefined> {
  try {
    return await write(world, 'insert', work);
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

export const putWork = (world: World, work: Work): Promise<HeldWork> => write(world, 'put', work);

async function write(world: World, op: 'insert' | 'put', work: Work): Promise<HeldWork> {
  const { run_id } = work;
  const etags = await world.store.commit('work', shardOf(run_id), [
    { op, key: run_id, values: toValues(work) },
  ]);
  return { ...work, etag: etags.get(run_id) ?? '' };
}

/**
 * Says that the run waits: after its ticket was committed, and not if anybody has written the row since. Never rejects:
 * without it the timer looks the run up.
 */
export async function noteWaiting(world: World, work: HeldWork): Promise<void> {
  const { run_id, etag } = work;
  const values = toValues({ ...work, waits: true });
  await world.store
    .commit('work', shardOf(run_id), [{ op: 'replace', key: run_id, values, etag }])
    .catch((error: unknown) => {
      if (!(error instanceof Conflict))
        world.log.warn('not noted that a run waits; the timer looks', { run_id, error });
    });
}

export async function readWork(world: World, runId: string): Promise<HeldWork | undefined> {
  const row = await world.store.read('work', shardOf(runId), runId);
  return row && isOurs(row) ? toWork(row) : undefined;
}

const isOurs = ({ values }: Row): boolean => values['kind'] === KIND;

export async function dropWork(world: World, runId: string): Promise<void> {
  await world.store.commit('work', shardOf(runId), [{ op: 'delete', key: runId }]);
}

export async function listWork(world: World): Promise<HeldWork[]> {
  const shards = Array.from(
    { length: WORK_SHARDS },
    (_, index) => `w.${String(index).padStart(2, '0')}`,
  );
  const pages = await Promise.all(shards.map((shard) => listShard(world, shard)));
  return pages.flat().sort((a, b) => (a.run_id < b.run_id ? -1 : 1));
}

async function listShard(world: World, shard: string): Promise<HeldWork[]> {
  return (await allRows(world, 'work', shard, { from: '' })).filter(isOurs).map(toWork);
}
