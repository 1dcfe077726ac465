/** Reads a run's events from rows, or from the blobs of a compacted run. */
import { type EventPage, type RunEvent } from '../../core/events/event.ts';
import {
  EVENTS_END,
  eventKey,
  fromRow,
  type StoredEvent,
  toEvent,
} from '../../core/events/event-row.ts';
import { isTerminal } from '../../core/events/state.ts';
import { jsonBytes } from '../../core/json/write.ts';
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX, ROWS_PER_LIST_MAX } from '../../core/limits.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { readArchive } from '../archive/archive.ts';
import { readRun, type VersionedRun } from '../store/run-store.ts';
import { missingRun } from './missing.ts';

/** Events per read: for the first part of a page, whose sizes are unknown, and at least. */
const FIRST_PART = 200;
const PART_MIN = 30;

/** Stored events with a seq above `after`, in order, at most `limit`; a short page does not mean the end. */
export async function storedFrom(
  world: World,
  run: Run,
  after: number,
  limit: number,
): Promise<StoredEvent[]> {
  if (after < run.archived_seq) return readArchive(world, run, after, limit);
  const rows = await world.store.list('runs', run.run_id, {
    from: eventKey(after + 1),
    before: EVENTS_END,
    limit: Math.min(limit, ROWS_PER_LIST_MAX),
  });
  // The rows may have moved to a blob since the run was read, or between two pages of the list.
  const hole = rows.findIndex((row, index) => row.key !== eventKey(after + 1 + index));
  const found = hole < 0 ? rows : rows.slice(0, hole);
  if (after < run.last_seq && found.length === 0) return readArchive(world, run, after, limit);
  return found.map((row) => fromRow(row.key, row.values));
}

export async function eventsFrom(
  world: World,
  run: Run,
  after: number,
  limit: number,
): Promise<RunEvent[]> {
  // Log batches may be large: the number per read follows the size of those before.
  const events: RunEvent[] = [];
  let bytes = 0;
  let size = run.log_bytes / (run.last_seq || 1);
  for (let next = after; events.length < limit && bytes < PAGE_BYTES_MAX; ) {
    const most = events.length === 0 ? FIRST_PART : PAGE_EVENTS_MAX;
    const fitting = Math.floor(PAGE_BYTES_MAX / Math.max(1, size));
    const rows = Math.min(most, Math.max(PART_MIN, fitting));
    // A blob is read whole, whatever part is needed.
    const part = Math.min(limit - events.length, next < run.archived_seq ? limit : rows);
    const items = await storedFrom(world, run, next, part);
    for (const item of items) {
      const event = toEvent(run.run_id, item);
      bytes += jsonBytes(event);
      if (events.length > 0 && bytes > PAGE_BYTES_MAX) return events;
      events.push(event);
    }
    const last = items.at(-1);
    if (!last) break;
    next = last.seq;
    size = bytes / events.length;
  }
  return events;
}

/** A run of another domain looks like one that does not exist. Rejects with `not_found` or `gone`. */
export async function ofDomain(
  world: World,
  stored: VersionedRun | undefined,
  domain: string,
  runId: string,
): Promise<VersionedRun> {
  if (stored?.run.domain !== domain) throw await missingRun(world, domain, runId);
  return stored;
}

/** Rejects with `not_found` or `gone`. */
export const findRun = async (world: World, domain: string, runId: string): Promise<Run> =>
  (await ofDomain(world, await readRun(world, runId), domain, runId)).run;

export type PageOptions = { readonly after: number; readonly limit: number };

/** One page of events after `after` (0 for the start), at most `limit` and 4 MiB. */
export async function readEvents(
  world: World,
  domain: string,
  runId: string,
  options: PageOptions,
): Promise<EventPage> {
  const run = await findRun(world, domain, runId);
  const { after, limit } = options;
  return pageOf(run, after < run.last_seq ? await eventsFrom(world, run, after, limit) : []);
}

export const pageOf = (run: Run, events: readonly RunEvent[]): EventPage => ({
  events: [...events],
  // An event may have come between the two reads.
  last_seq: Math.max(run.last_seq, events.at(-1)?.seq ?? 0),
  complete: isTerminal(run.state),
});
