/** Runs, their launches and their events in the store: one partition per run, changed only by ETag. */

import {
  type EventDraft,
  eventKey,
  measure,
  type StoredEvent,
  toRow,
} from '../../core/events/event-row.ts';
import { DRIVER_CONTAINER } from '../../core/names.ts';
import type { Launch } from '../../core/runs/request.ts';
import { assertChange, type Run, sessionOf } from '../../core/runs/run.ts';
import { Conflict, type Row, type Values, type Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from './per-instance.ts';

export const RUN_KEY = 'run';
export const LAUNCH_KEY = 'launch';

/** A run as read, with the ETag for a change of it. */
export type VersionedRun = { readonly run: Run; readonly etag: string };

const toValues = (run: Run): Values => ({
  state: run.state,
  last_seq: run.last_seq,
  body: JSON.stringify(run),
});

/** The row that stays of a withdrawn or deleted run. */
const isTombstone = (row: Row): boolean => row.values['state'] === 'tombstone';

function toVersionedRun(row: Row): VersionedRun {
  return { run: JSON.parse(String(row.values['body'])) as Run, etag: row.etag };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** As bytes, which take half the room of text in a row. Params and request are stored as text of their own, since most readers only pass them on. */
function launchValues({ params, request, ...launch }: Launch): Values {
  const bytes = (text: string): Uint8Array => encoder.encode(text);
  return { body: bytes(JSON.stringify(launch)), params: bytes(params), request: bytes(request) };
}

function toLaunch({ values }: Row): Launch {
  const text = (name: string): string => decoder.decode(values[name] as Uint8Array);
  const launch = JSON.parse(text('body')) as Omit<Launch, 'params' | 'request'>;
  return { ...launch, params: text('params'), request: text('request') };
}

export async function readRun(world: World, runId: string): Promise<VersionedRun | undefined> {
  const row = await world.store.read('runs', runId, RUN_KEY);
  return row && !isTombstone(row) ? toVersionedRun(row) : undefined;
}

export async function readLaunch(world: World, runId: string): Promise<Launch> {
  const row = await world.store.read('runs', runId, LAUNCH_KEY);
  if (!row) throw new Error(`run ${runId} has no launch row`);
  return toLaunch(row);
}

export type Found = VersionedRun & { readonly launch: Launch };

/** Reads both rows together; undefined when the run does not exist. */
export async function readRunAndLaunch(world: World, runId: string): Promise<Found | undefined> {
  const [launch, run] = await Promise.all([
    world.store.read('runs', runId, LAUNCH_KEY),
    world.store.read('runs', runId, RUN_KEY),
  ]);
  if (!launch || !run || isTombstone(run)) return undefined;
  return { ...toVersionedRun(run), launch: toLaunch(launch) };
}

/** Numbers the drafts, and adds their lines and bytes to the counts of the driver's log. */
function number(
  run: Run,
  drafts: readonly EventDraft[],
  at: string,
): { readonly events: StoredEvent[]; readonly lines: number; readonly bytes: number } {
  let [seq, line, byte] = [run.last_seq, run.log_lines, run.log_bytes];
  const events = drafts.map((draft): StoredEvent => {
    seq += 1;
    const event = { seq, at, line, byte, draft };
    if (draft.type === 'log' && draft.container === DRIVER_CONTAINER) {
      const size = measure(draft.entries);
      line += size.lines;
      byte += size.bytes;
    }
    return event;
  });
  return { events, lines: line, bytes: byte };
}

/** One transaction on the rows of a run: the new version of each. */
const commit = (world: World, runId: string, writes: readonly Write[]) =>
  world.store.commit('runs', runId, writes);

const insertEvent = (event: StoredEvent) => ({
  op: 'insert' as const,
  key: eventKey(event.seq),
  values: toRow(event),
});

/** Writes the rows of a new run with its first events. Rejects with Conflict when the id is taken. */
export async function insertRun(
  world: World,
  run: Run,
  launch: Launch,
  drafts: readonly EventDraft[],
): Promise<VersionedRun> {
  const { events } = number(run, drafts, run.created_at);
  const recorded = { ...run, last_seq: run.last_seq + drafts.length };
  const etags = await commit(world, run.run_id, [
    { op: 'insert', key: RUN_KEY, values: toValues(recorded) },
    { op: 'insert', key: LAUNCH_KEY, values: launchValues(launch) },
    ...events.map(insertEvent),
  ]);
  return { run: recorded, etag: etags.get(RUN_KEY) ?? '' };
}

/** Readers in this instance that wait for changes of a run: they need not wait for their next poll. */
type Listeners = Map<string, Set<() => void>>;

const listeners = perInstance((): Listeners => new Map());

/** Calls `notify` after each change of the run that this instance commits, until the returned function is called. */
export function onRunChange(world: World, runId: string, notify: () => void): () => void {
  const runs = listeners(world);
  const those = runs.get(runId) ?? new Set();
  runs.set(runId, those.add(notify));
  return () => {
    those.delete(notify);
    if (those.size === 0 && runs.get(runId) === those) runs.delete(runId);
  };
}

/** Calls the listeners of the run. */
function notifyRunChange(world: World, runId: string): void {
  for (const notify of listeners(world).get(runId) ?? []) notify();
}

/** A run after a change, with the events of that change. */
export type Changed = VersionedRun & { readonly events: readonly StoredEvent[] };

/**
 * Changes a run and records the events of the change in one transaction: a state never changes without its event, and
 * log lines are never separate from the log position after them. Rejects with Conflict when the run has changed since it
 * was read. `also`: writes of other rows of the run.
 */
export async function changeRun(
  world: World,
  stored: VersionedRun,
  change: Partial<Run>,
  drafts: readonly EventDraft[] = [],
  also: readonly Write[] = [],
): Promise<Changed> {
  const at = new Date(world.clock.now()).toISOString();
  const { events, lines, bytes } = number(stored.run, drafts, at);
  const run: Run = {
    ...stored.run,
    ...change,
    last_seq: stored.run.last_seq + drafts.length,
    log_lines: lines,
    log_bytes: bytes,
  };
  assertChange(stored.run, run);
  const etags = await commit(world, run.run_id, [
    { op: 'replace', key: RUN_KEY, values: toValues(run), etag: stored.etag },
    ...events.map(insertEvent),
    ...also,
  ]);
  notifyRunChange(world, run.run_id);
  return { run, etag: etags.get(RUN_KEY) ?? '', events };
}

/**
 * Withdraws a run that was never accepted: replaces it by a tombstone, which blocks the id for a repeated submit. Rejects
 * with Conflict when the run has changed since it was read.
 */
export async function withdrawRun(world: World, stored: VersionedRun): Promise<void> {
  const events = Array.from({ length: stored.run.last_seq }, (_, index) => eventKey(index + 1));
  await commit(world, stored.run.run_id, [
    { op: 'replace', key: RUN_KEY, values: { state: 'tombstone' }, etag: stored.etag },
    ...[LAUNCH_KEY, ...events].map((key) => ({ op: 'delete' as const, key })),
  ]);
}

/** What a tombstone tells of a run that was deleted. */
export type Grave = {
  readonly run_id: string;
  readonly domain: string;
  /** SHA-256 of its `Idempotency-Key`; null without one. */
  readonly key: string | null;
  readonly created_at: string;
  /** Its session, if it had one. */
  readonly session?: string;
};

/**
 * Replaces an ended run by a tombstone: from now on it is deleted for every reader. Rejects with Conflict when the run has
 * changed since it was read.
 */
export async function buryRun(world: World, { run, etag }: VersionedRun): Promise<void> {
  const { run_id, domain, key, created_at } = run;
  const session = sessionOf(run) ?? '';
  const values = { state: 'tombstone', domain, key: key ?? '', created_at, session };
  await commit(world, run_id, [{ op: 'replace', key: RUN_KEY, values, etag }]);
  notifyRunChange(world, run_id);
}

/** What is stored under a run's id: a run, a tombstone, or nothing. A tombstone of a deleted run tells of it. */
export async function readRemains(
  world: World,
  runId: string,
): Promise<'run' | 'nothing' | 'tombstone' | Grave> {
  const row = await world.store.read('runs', runId, RUN_KEY);
  if (!row) return 'nothing';
  if (!isTombstone(row)) return 'run';
  const { domain, key, created_at, session = '' } = row.values;
  if (domain === undefined) return 'tombstone';
  return {
    run_id: runId,
    domain: String(domain),
    key: key === '' ? null : String(key),
    created_at: String(created_at),
    ...(session !== '' && { session: String(session) }),
  };
}

/** Whether a run can be recorded under this id: there is neither a run nor a tombstone. */
export async function isFree(world: World, runId: string): Promise<boolean> {
  return (await world.store.read('runs', runId, RUN_KEY)) === undefined;
}

/** Writes a tombstone, so that no run of this id is ever recorded; false when there is one already. */
export async function putTombstone(world: World, runId: string): Promise<boolean> {
  try {
    await commit(world, runId, [{ op: 'insert', key: RUN_KEY, values: { state: 'tombstone' } }]);
    return true;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    const row = await world.store.read('runs', runId, RUN_KEY);
    return row !== undefined && isTombstone(row);
  }
}

/**
 * Adopts a run: notes that another process than the first submitter brings it into its lane. It is written before that,
 * so that the first submitter, however late, checks what the other one has done and can no longer withdraw the
 * run.
 */
export async function adoptRun(world: World, found: VersionedRun): Promise<VersionedRun> {
  for (
    let stored: VersionedRun | undefined = found;
    stored;
    stored = await readRun(world, stored.run.run_id)
  ) {
    if (stored.run.state !== 'queued') return stored;
    try {
      return await changeRun(world, stored, { adopted: true });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
  return found;
}
