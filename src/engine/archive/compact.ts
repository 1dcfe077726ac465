/** Moves the events of an ended run from rows to blobs, a segment at a time: a crash costs the work of one segment. */
import {
  EVENTS_END,
  eventKey,
  fromRow,
  type StoredEvent,
  toArchiveLine,
} from '../../core/events/event-row.ts';
import { COMMIT_WRITES_MAX, ROWS_PER_LIST_MAX, SEGMENT_BYTES } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { changeRun, type VersionedRun } from '../store/run-store.ts';
import { type Segment, segmentName, segmentRow } from './archive.ts';

/** Rows of a segment's first page, while their size is unknown, and the least of later pages. */
const FIRST_ROWS = 200;
const ROWS_MIN = 20;
/** Concurrent transactions that remove rows: a partition takes about 2,000 rows a second. */
const REMOVALS = 4;

const encoder = new TextEncoder();

/** `done`: every event is in a blob, and its row is deleted. */
export type Compacted = { readonly stored: VersionedRun; readonly done: boolean };

/**
 * Works until all is done, or until another step like those before would end after `until` (milliseconds of
 * the world's clock). Rejects with Conflict when the run changes; the next call continues from what is
 * stored.
 */
export async function compact(
  world: World,
  start: VersionedRun,
  until: number,
  signal?: AbortSignal,
): Promise<Compacted> {
  let stored = start;
  for (let longest = 0; ; ) {
    const began = world.clock.now();
    if (began + longest >= until || signal?.aborted) return { stored, done: false };
    if (!(await removeRows(world, stored.run, until))) return { stored, done: false };
    if (stored.run.archived_seq >= stored.run.last_seq) return { stored, done: true };
    stored = await archiveSegment(world, stored);
    longest = Math.max(longest, world.clock.now() - began);
  }
}

/** Writes a segment's blob, reads it back, then commits its row and the run's `archived_seq` in one transaction. */
async function archiveSegment(world: World, stored: VersionedRun): Promise<VersionedRun> {
  const { run } = stored;
  const { bytes, ...segment } = await nextSegment(world, run);
  const name = segmentName(run, segment);
  await world.blobs.put(name, bytes, 'application/x-ndjson');
  const back = await world.blobs.get(name);
  if (back?.length !== bytes.length || back.some((byte, index) => byte !== bytes[index]))
    throw new Error(`run ${run.run_id}: blob ${name} does not read back as written`);
  const change = { archived_seq: segment.last };
  const changed = await changeRun(world, stored, change, [], [segmentRow(segment)]);
  return { run: changed.run, etag: changed.etag };
}

/** The rows after the archive as JSON lines, as many as make a segment. */
async function nextSegment(
  world: World,
  run: Run,
): Promise<Segment & { readonly bytes: Uint8Array }> {
  const first = run.archived_seq + 1;
  const lines: string[] = [];
  let size = 0;
  let start: StoredEvent | undefined;
  while (size < SEGMENT_BYTES && first + lines.length <= run.last_seq) {
    const next = first + lines.length;
    const fitting = Math.ceil(((SEGMENT_BYTES - size) * lines.length) / (size || 1));
    const most = Math.min(ROWS_PER_LIST_MAX, Math.max(ROWS_MIN, fitting));
    const rows = await world.store.list('runs', run.run_id, {
      from: eventKey(next),
      before: EVENTS_END,
      limit: start ? most : FIRST_ROWS,
    });
    if (rows[0]?.key !== eventKey(next))
      throw new Error(`run ${run.run_id}: event ${next} is missing`);
    for (const row of rows) {
      if (row.key !== eventKey(first + lines.length)) break;
      const event = fromRow(row.key, row.values);
      const line = toArchiveLine(event);
      start ??= event;
      lines.push(line);
      size += line.length;
      if (size >= SEGMENT_BYTES || event.seq >= run.last_seq) break;
    }
  }
  const { line, byte } = start ?? { line: 0, byte: 0 };
  const bytes = encoder.encode(`${lines.join('\n')}\n`);
  return { first, last: first + lines.length - 1, line, byte, bytes };
}

/** Removes the rows of archived events, until `until`; true when none is left. */
async function removeRows(world: World, run: Run, until: number): Promise<boolean> {
  const end = run.archived_seq + 1;
  const range = { from: eventKey(1), before: eventKey(end), limit: 1 };
  const [row] = end > 1 ? await world.store.list('runs', run.run_id, range) : [];
  for (let next = row ? Number(row.key.slice(2)) : end; next < end; ) {
    if (world.clock.now() >= until) return false;
    const parts = Array.from({ length: REMOVALS }, (_, part) => next + part * COMMIT_WRITES_MAX)
      .filter((from) => from < end)
      .map((from) => removePart(world, run.run_id, from, Math.min(from + COMMIT_WRITES_MAX, end)));
    await Promise.all(parts);
    next += REMOVALS * COMMIT_WRITES_MAX;
  }
  return true;
}

/** Removes the rows from `from` to before `end`, at most one transaction's worth. */
async function removePart(world: World, runId: string, from: number, end: number): Promise<void> {
  const remove = (keys: readonly string[]): Promise<unknown> =>
    world.store.commit(
      'runs',
      runId,
      keys.map((key) => ({ op: 'delete', key })),
    );
  try {
    await remove(Array.from({ length: end - from }, (_, index) => eventKey(from + index)));
  } catch (error) {
    // Some are gone already: an earlier or a concurrent call removed them.
    if (!(error instanceof Conflict)) throw error;
    const range = { from: eventKey(from), before: eventKey(end), limit: COMMIT_WRITES_MAX };
    const left = await world.store.list('runs', runId, range);
    if (left.length > 0) await remove(left.map(({ key }) => key));
  }
}
