/** Compacted event logs: JSON lines in blobs of a few MiB, and the row that lists them. */
import { AppError } from '../core/errors.ts';
import {
  EVENTS_END,
  eventKey,
  fromArchiveLine,
  fromRow,
  type StoredEvent,
  toArchiveLine,
} from '../core/event-row.ts';
import { COMMIT_WRITES_MAX, MIB } from '../core/limits.ts';
import type { Run } from '../core/run.ts';
import type { World } from '../ports/world.ts';
import type { Held } from './run-store.ts';
import { changeRun } from './run-store.ts';

const ARCHIVE_KEY = 'archive';
/** One blob is read whole for a page of events: large enough for few requests, small enough for that. */
const SEGMENT_BYTES = 2 * MIB;
/** Rows read at once: as many as fill a segment on average, but no fewer and no more than this. */
const ROWS_MIN = 20;
const ROWS_MAX = 200;

/** `line` and `byte`: how much of the driver's log comes before the segment. */
type Segment = {
  readonly first: number;
  readonly last: number;
  readonly line: number;
  readonly byte: number;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const segmentName = (run: Run, first: number): string =>
  `events/${run.domain}/${run.run_id}/${String(first).padStart(12, '0')}.jsonl`;

async function segments(world: World, runId: string): Promise<Segment[]> {
  const row = await world.store.read('runs', runId, ARCHIVE_KEY);
  return row ? (JSON.parse(String(row.values['segments'])) as Segment[]) : [];
}

/** Events above `after` from one segment (never more than `limit`). Rejects with `gone` when the blob is. */
export async function readArchive(
  world: World,
  run: Run,
  after: number,
  limit: number,
): Promise<StoredEvent[]> {
  const segment = (await segments(world, run.run_id)).find((segment) => segment.last > after);
  if (!segment) return [];
  const bytes = await world.blobs.get(segmentName(run, segment.first));
  if (!bytes)
    throw new AppError('gone', `The events of run ${run.run_id} are past their retention time.`);
  const lines = decoder.decode(bytes).trimEnd().split('\n');
  const skipped = Math.max(0, after + 1 - segment.first);
  return lines.slice(skipped, skipped + limit).map(fromArchiveLine);
}

/** Number of the last event before a segment boundary from which the driver's log can be read for this offset. */
export async function seekArchive(
  world: World,
  run: Run,
  unit: 'line' | 'byte',
  offset: number,
): Promise<number> {
  const before = (await segments(world, run.run_id)).filter((segment) => segment[unit] <= offset);
  return (before.at(-1)?.first ?? 1) - 1;
}

/** The rows of a run as JSON lines, cut into segments. */
async function* toSegments(
  world: World,
  run: Run,
): AsyncGenerator<Segment & { readonly bytes: Uint8Array }> {
  let lines: string[] = [];
  let size = 0;
  let first = 1;
  let start = { line: 0, byte: 0 };
  const fitting = Math.floor((SEGMENT_BYTES * run.last_seq) / (run.log_bytes || 1));
  const most = Math.min(ROWS_MAX, Math.max(ROWS_MIN, fitting));
  for (let next = 1; next <= run.last_seq; ) {
    const rows = await world.store.list('runs', run.run_id, {
      from: eventKey(next),
      before: EVENTS_END,
      limit: most,
    });
    if (rows.length === 0) throw new Error(`run ${run.run_id}: event ${next} is missing`);
    for (const row of rows) {
      const event = fromRow(row.key, row.values);
      if (event.seq !== next) throw new Error(`run ${run.run_id}: event ${next} is missing`);
      const line = toArchiveLine(event);
      if (lines.length === 0) start = { line: event.line, byte: event.byte };
      lines.push(line);
      size += line.length;
      next += 1;
      if (size < SEGMENT_BYTES && next <= run.last_seq) continue;
      yield { first, last: next - 1, ...start, bytes: encoder.encode(`${lines.join('\n')}\n`) };
      [lines, size, first] = [[], 0, next];
    }
  }
}

/** Moves the events of a finished run from rows to blobs. The rows go once the blobs were read back. */
export async function compact(world: World, held: Held): Promise<Held> {
  const { run } = held;
  if (run.compacted) return removeRows(world, held);
  const list: Segment[] = [];
  for await (const { bytes, ...segment } of toSegments(world, run)) {
    const name = segmentName(run, segment.first);
    await world.blobs.put(name, bytes, 'application/x-ndjson');
    const back = await world.blobs.get(name);
    if (
      !back ||
      back.length !== bytes.length ||
      back.some((byte, index) => byte !== bytes[index])
    ) {
      throw new Error(`run ${run.run_id}: blob ${name} does not read back as written`);
    }
    list.push(segment);
  }
  await world.store.commit('runs', run.run_id, [
    { op: 'put', key: ARCHIVE_KEY, values: { segments: JSON.stringify(list) } },
  ]);
  const { run: compacted, etag } = await changeRun(world, held, { compacted: true });
  return removeRows(world, { run: compacted, etag });
}

async function removeRows(world: World, held: Held): Promise<Held> {
  const { run } = held;
  for (;;) {
    const rows = await world.store.list('runs', run.run_id, {
      from: eventKey(1),
      before: EVENTS_END,
      limit: COMMIT_WRITES_MAX,
    });
    if (rows.length === 0) return held;
    await world.store.commit(
      'runs',
      run.run_id,
      rows.map((row) => ({ op: 'delete', key: row.key })),
    );
  }
}
