/** Compacted event logs: JSON lines in blobs of a few MiB, each with a row that describes it. */
import { AppError } from '../../core/errors.ts';
import { fromArchiveLine, type StoredEvent } from '../../core/events/event-row.ts';
import { COMMIT_WRITES_MAX } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { Write } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';

/** Events `first` to `last` of a run. `line` and `byte`: how much of the driver's log comes before them. */
export type Segment = {
  readonly first: number;
  readonly last: number;
  readonly line: number;
  readonly byte: number;
};

const decoder = new TextDecoder();
const twelve = (seq: number): string => String(seq).padStart(12, '0');
/** Key by the last event, so that the first key at or after an event is the segment that holds it. */
const segmentKey = (seq: number): string => `a.${twelve(seq)}`;
const SEGMENTS_START = 'a.';
/** Above the key of every segment. */
export const SEGMENTS_END = 'a.~';

/** A blob of this name always has the same content, so a late write does no harm. */
export const segmentName = (
  run: Pick<Run, 'run_id' | 'domain'>,
  { first, last }: Pick<Segment, 'first' | 'last'>,
): string => `events/${run.domain}/${run.run_id}/${twelve(first)}-${twelve(last)}.jsonl`;

/** The write that makes the segment visible to readers. */
export const segmentRow = ({ first, last, line, byte }: Segment): Write => ({
  op: 'put',
  key: segmentKey(last),
  values: { first, last, line, byte },
});

/** All segments from this key of a row on, a page at most, each with its key. */
export async function segmentsFrom(
  world: World,
  runId: string,
  from = SEGMENTS_START,
): Promise<readonly { readonly key: string; readonly segment: Segment }[]> {
  const range = { from, before: SEGMENTS_END, limit: COMMIT_WRITES_MAX };
  const rows = await world.store.list('runs', runId, range);
  return rows.map(({ key, values }) => ({ key, segment: values as Segment }));
}

/** The segment that holds the event; undefined when none does. */
async function segmentOf(world: World, runId: string, seq: number): Promise<Segment | undefined> {
  const range = { from: segmentKey(seq), before: SEGMENTS_END, limit: 1 };
  const [row] = await world.store.list('runs', runId, range);
  return row?.values as Segment | undefined;
}

/** Events above `after` from one segment (never more than `limit`). Rejects with `gone` when the blob is. */
export async function readArchive(
  world: World,
  run: Run,
  after: number,
  limit: number,
): Promise<StoredEvent[]> {
  const segment = await segmentOf(world, run.run_id, after + 1);
  // Every event is in a row or in a blob, until the run is deleted.
  const bytes = segment && (await world.blobs.get(segmentName(run, segment)));
  if (!segment || !bytes) throw new AppError('gone', `Run ${run.run_id} was deleted.`);
  const lines = decoder.decode(bytes).trimEnd().split('\n');
  const skipped = Math.max(0, after + 1 - segment.first);
  return lines.slice(skipped, skipped + limit).map(fromArchiveLine);
}

/** Number of the event before the last segment for which `isBefore` holds, found by bisection; 0 without one. */
export async function seekArchive(
  world: World,
  run: Run,
  isBefore: (segment: Segment) => boolean,
): Promise<number> {
  let found = 0;
  for (let [low, high] = [1, run.archived_seq]; low <= high; ) {
    const middle = Math.floor((low + high) / 2);
    const segment = await segmentOf(world, run.run_id, middle);
    if (!segment) break;
    if (isBefore(segment)) [found, low] = [segment.first - 1, segment.last + 1];
    else high = segment.first - 1;
  }
  return found;
}
