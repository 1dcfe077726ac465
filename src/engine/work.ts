/** The list of runs with anything left to do: the only thing that an idle tick reads. */
import { WORK_SHARDS } from '../core/limits.ts';
import type { Row } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { allRows } from './all-rows.ts';

export type Work = {
  readonly run_id: string;
  readonly domain: string;
  readonly lane: string;
  /** `head` notices sent since the end. */
  readonly heads: number;
  /** Not 0: only the log is left to compact, and until then (milliseconds since 1970) the timer leaves it to a message. */
  readonly compacting_until: number;
};

/** The last character of a run id is random: shards fill evenly. */
const shardOf = (runId: string): string =>
  `w.${String((runId.charCodeAt(runId.length - 1) * 7 + runId.charCodeAt(runId.length - 2)) % WORK_SHARDS).padStart(2, '0')}`;

const toWork = ({ key, values }: Row): Work => ({
  run_id: key,
  domain: String(values['domain']),
  lane: String(values['lane']),
  heads: Number(values['heads']),
  compacting_until: Number(values['compacting_until']),
});

export async function putWork(world: World, { run_id, ...values }: Work): Promise<void> {
  await world.store.commit('work', shardOf(run_id), [{ op: 'put', key: run_id, values }]);
}

export async function readWork(world: World, runId: string): Promise<Work | undefined> {
  const row = await world.store.read('work', shardOf(runId), runId);
  return row && toWork(row);
}

export async function dropWork(world: World, runId: string): Promise<void> {
  await world.store.commit('work', shardOf(runId), [{ op: 'delete', key: runId }]);
}

export async function listWork(world: World): Promise<Work[]> {
  const shards = Array.from(
    { length: WORK_SHARDS },
    (_, index) => `w.${String(index).padStart(2, '0')}`,
  );
  const pages = await Promise.all(shards.map((shard) => listShard(world, shard)));
  return pages.flat().sort((a, b) => (a.run_id < b.run_id ? -1 : 1));
}

async function listShard(world: World, shard: string): Promise<Work[]> {
  return (await allRows(world, 'work', shard, { from: '' })).map(toWork);
}
