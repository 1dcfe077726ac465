/** The work list: every run with work left. An idle tick reads nothing else. */
import { WORK_PAGE, WORK_SHARDS } from '../../core/limits.ts';
import { Conflict, keyAfter, type Row, type Values } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { writeRow } from './rows.ts';

/** The kind of a row that is about a run. */
const KIND = 'run';

export type Work = {
  readonly run_id: string;
  readonly domain: string;
  readonly lane: string;
  /**
   * The run had its ticket in the lane when this was written, and only its admission can have changed it since. While the
   * ticket is there the run waits and need not be read.
   */
  readonly waits: boolean;
  /** A waiting run is about to be ended, or its priority to be changed: ticks read it, whether or not its lane has its ticket. */
  readonly leaves: boolean;
  /** Passes since the end that have delivered events to subscribers. */
  readonly attempts: number;
  /** If not 0, only compaction is left, and the timer leaves it to a message until then (milliseconds since 1970). */
  readonly compacting_until: number;
  /** Pause until then (milliseconds since 1970): leftovers of the run on the cluster cannot be deleted now. */
  readonly rests_until: number;
};

/** By the last character of a run id, which is random, so that shards fill evenly. */
export const shardOf = (runId: string): string =>
  `w.${String((runId.charCodeAt(runId.length - 1) * 7 + runId.charCodeAt(runId.length - 2)) % WORK_SHARDS).padStart(2, '0')}`;

/** As read or written, with the ETag for `noteWaiting`. */
export type VersionedWork = Work & { readonly etag: string };

const toWork = ({ key, etag, values }: Row): VersionedWork => ({
  run_id: key,
  domain: String(values['domain']),
  lane: String(values['lane']),
  waits: values['waits'] === true,
  leaves: values['leaves'] === true,
  attempts: Number(values['attempts']),
  compacting_until: Number(values['compacting_until']),
  rests_until: Number(values['rests_until']),
  etag,
});

const toValues = (work: Work): Values => ({
  kind: KIND,
  domain: work.domain,
  lane: work.lane,
  waits: work.waits,
  leaves: work.leaves,
  attempts: work.attempts,
  compacting_until: work.compacting_until,
  rests_until: work.rests_until,
});

/** The row of a new run, or of one that the next tick has to read. */
export const newWork = (run: {
  readonly run_id: string;
  readonly domain: string;
  readonly lane: string;
}): Work => ({
  run_id: run.run_id,
  domain: run.domain,
  lane: run.lane,
  waits: false,
  leaves: false,
  attempts: 0,
  compacting_until: 0,
  rests_until: 0,
});

/** Undefined when there is a row of that id. */
export async function insertWork(world: World, work: Work): Promise<VersionedWork | undefined> {
  try {
    return { ...work, etag: await writeWork(world, work, null) };
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

/** Writes the row unconditionally. */
export async function putWork(world: World, work: Work): Promise<VersionedWork> {
  const { run_id } = work;
  const etags = await world.store.commit('work', shardOf(run_id), [
    { op: 'put', key: run_id, values: toValues(work) },
  ]);
  return { ...work, etag: etags.get(run_id) ?? '' };
}

const writeWork = (world: World, work: Work, etag: string | null): Promise<string> =>
  writeRow(world, 'work', shardOf(work.run_id), work.run_id, toValues(work), etag);

/**
 * Notes that the run waits, after its ticket was committed and if the row is unchanged. Never rejects: without the note
 * ticks read the run.
 */
export async function noteWaiting(world: World, work: VersionedWork): Promise<void> {
  const { run_id, etag, leaves } = work;
  if (leaves) return;
  await writeWork(world, { ...work, waits: true }, etag).catch((error: unknown) => {
    if (!(error instanceof Conflict))
      world.log.warn('not noted that a run waits; the timer looks', { run_id, error });
  });
}

/**
 * Has ticks read a waiting run from now on, until `noteWaiting` with the result, if nobody else has asked for the same. Undefined
 * when there is no row.
 */
export async function keepRead(world: World, runId: string): Promise<VersionedWork | undefined> {
  for (;;) {
    const work = await readWork(world, runId);
    if (!work) return undefined;
    const kept = { ...work, waits: false, leaves: true };
    try {
      // Also where it says so already: then an earlier `noteWaiting` fails.
      const etag = await writeWork(world, kept, work.etag);
      return { ...kept, leaves: work.leaves, etag };
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}

export async function readWork(world: World, runId: string): Promise<VersionedWork | undefined> {
  const row = await world.store.read('work', shardOf(runId), runId);
  return row && isOurs(row) ? toWork(row) : undefined;
}

const isOurs = ({ values }: Row): boolean => values['kind'] === KIND;

export async function dropWork(world: World, runId: string): Promise<void> {
  await world.store.commit('work', shardOf(runId), [{ op: 'delete', key: runId }]);
}

const SHARDS = Array.from(
  { length: WORK_SHARDS },
  (_, index) => `w.${String(index).padStart(2, '0')}`,
);

/** A part of the list, from all shards. */
export type WorkChunk = {
  /** By run id. */
  readonly works: readonly VersionedWork[];
  /** Rows of other kinds, in no order. */
  readonly others: readonly Row[];
  /** `from` of the next chunk; null when there is no more. */
  readonly next: string | null;
};

/**
 * The whole list in chunks: from a run id on, then those before it. All shards are read concurrently, `page` rows of each
 * at a time, so that an installation with few runs needs one chunk.
 */
export async function* workFrom(
  world: World,
  from: string,
  page = WORK_PAGE,
): AsyncGenerator<WorkChunk> {
  yield* workIn(world, { from }, page, from === '' ? null : '');
  if (from !== '') yield* workIn(world, { from: '', before: from }, page, null);
}

/** `end`: `next` of the last chunk. */
async function* workIn(
  world: World,
  range: { readonly from: string; readonly before?: string },
  page: number,
  end: string | null,
): AsyncGenerator<WorkChunk> {
  let open = SHARDS.map((shard) => ({ shard, from: range.from }));
  while (open.length > 0) {
    const pages = await Promise.all(
      open.map(async ({ shard, from }) => ({
        shard,
        rows: await world.store.list('work', shard, { ...range, from, limit: page }),
      })),
    );
    open = pages.flatMap(({ shard, rows }) => {
      const last = rows.length < page ? undefined : rows.at(-1);
      return last ? [{ shard, from: keyAfter(last.key) }] : [];
    });
    const works = pages.flatMap(({ rows }) => rows.filter(isOurs).map(toWork));
    const [next = end] = open.map(({ from }) => from).sort();
    const others = pages.flatMap(({ rows }) => rows.filter((row) => !isOurs(row)));
    yield { works: works.sort((a, b) => (a.run_id < b.run_id ? -1 : 1)), others, next };
  }
}
