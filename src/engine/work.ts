/** The list of runs with anything left to do: the only thing that an idle tick reads. */
import { WORK_SHARDS } from '../core/limits.ts';
import type { World } from '../ports/world.ts';
import { allRows } from './all-rows.ts';

export type Work = {
  readonly run_id: string;
  readonly domain: string;
  readonly lane: string;
  /** `head` notices sent since the end. */
  readonly heads: number;
};

/** The last character of a run id is random: shards fill evenly. */
const shardOf = (runId: string): string =>
  `w.${String((runId.charCodeAt(runId.length - 1) * 7 + runId.charCodeAt(runId.length - 2)) % WORK_SHARDS).padStart(2, '0')}`;

export async function putWork(world: World, work: Work): Promise<void> {
  await world.store.commit('work', shardOf(work.run_id), [
    {
      op: 'put',
      key: work.run_id,
      values: { domain: work.domain, lane: work.lane, heads: work.heads },
    },
  ]);
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
  const rows = await allRows(world, 'work', shard, { from: '' });
  return rows.map(({ key, values }) => ({
    run_id: key,
    domain: String(values['domain']),
    lane: String(values['lane']),
    heads: Number(values['heads']),
  }));
}
