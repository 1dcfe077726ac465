/** Commits lines of a driver's log to the event log, with the position after them. */

import { lineError } from '../../../core/events/driver-lines.ts';
import type { EventBody, Progress } from '../../../core/events/event.ts';
import {
  batchEntries,
  type EventDraft,
  entryText,
  measure,
} from '../../../core/events/event-row.ts';
import { kindOf } from '../../../core/kinds/all.ts';
import type { ObservedContainer, ObservedPod } from '../../../core/kubernetes/observed.ts';
import { EVENTS_PER_COMMIT, KIB, MIB } from '../../../core/limits.ts';
import type { GapCause, ReadEntry } from '../../../core/log/position.ts';
import type { LogReader } from '../../../core/log/reader.ts';
import { shown } from '../../../core/log/terminal.ts';
import { DRIVER_CONTAINER, TRACE_CONTAINER } from '../../../core/names.ts';
import { gapDraft, quotaDraft } from '../../../core/runs/event-draft.ts';
import type { Run } from '../../../core/runs/run.ts';
import type { Recorder } from '../../events/recorder.ts';
import { countLogBytes, type LogQuota, logQuotaOf } from '../../store/domains/log-usage.ts';
import { readRun, type VersionedRun } from '../../store/run-store.ts';
import { TaskLines } from './tasks/task-lines.ts';

/** Bytes of lines after which they are committed; with their events they stay below a transaction's 4 MiB. */
const FLUSH_BYTES = MIB;
const FLUSH_LINES = 8_000;
/** Chunks are processed in pieces of this size, so that commits stay small. */
const PIECE_BYTES = 64 * KIB;
/** Most `error` events of one log batch, so that a log full of warnings is not stored twice. */
const LINE_ERRORS_MAX = 5;

export const logKey = (pod: string, container: string): string => `${pod}/${container}`;

export type Source = { readonly pod: ObservedPod; readonly container: ObservedContainer };

/** State of the read of one container's log. */
export type Read = {
  readonly source: Source;
  readonly reader: LogReader;
  readonly tasks: TaskLines;
  stored: VersionedRun;
  pending: ReadEntry[];
  pendingBytes: number;
  taken: number;
};

/** The container's log position in the run's row, as text to compare. */
export const positionText = (stored: VersionedRun, { pod, container }: Source): string =>
  positionOf(stored.run, logKey(pod.name, container.name));

export const positionOf = (run: Run, key: string): string => JSON.stringify([key, run.log[key]]);

export const newRead = (stored: VersionedRun, source: Source, reader: LogReader): Read => ({
  source,
  reader,
  tasks: new TaskLines(source.container.name),
  stored,
  pending: [],
  pendingBytes: 0,
  taken: 0,
});

export function* pieces(chunk: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < chunk.length; from += PIECE_BYTES)
    yield chunk.subarray(from, from + PIECE_BYTES);
}

export async function take(
  recorder: Recorder,
  read: Read,
  entries: readonly ReadEntry[],
): Promise<void> {
  for (const entry of entries) {
    read.pending.push(entry);
    read.pendingBytes += entry.bytes.length;
    read.taken += entry.bytes.length + 1;
  }
  if (read.pendingBytes >= FLUSH_BYTES || read.pending.length >= FLUSH_LINES)
    await flush(recorder, read);
}

const GAPS: Readonly<Record<GapCause, string>> = {
  rotated: 'The cluster rotated the log away before it could be read; lines may be missing here.',
  clock:
    "The clock of the driver's node was set back while it wrote much; lines may be missing here.",
};

/** Splits the entries before each gap. */
function splitAtGaps(entries: readonly ReadEntry[]): ReadEntry[][] {
  const found: ReadEntry[][] = [];
  for (const entry of entries) {
    const last = found.at(-1);
    if (last && entry.gap === undefined) last.push(entry);
    else found.push([entry]);
  }
  return found;
}

const isSame = (next: Progress, before: Progress | null): boolean =>
  next.completed === before?.completed && next.total === before.total;

/** Drafts of the waiting lines, of gaps, and of what the driver's lines tell: progress and errors. */
function draftsOf({ source, stored, pending }: Read): {
  readonly drafts: EventDraft[];
  readonly progress: VersionedRun['run']['progress'];
} {
  const { pod, container } = source;
  // What it prints is no output of the run.
  if (container.name === TRACE_CONTAINER) return { drafts: [], progress: stored.run.progress };
  const counted = kindOf(stored.run.kind).progress;
  const drafts: EventDraft[] = [];
  let { progress } = stored.run;
  let after = stored.run.log[logKey(pod.name, container.name)]?.last_time ?? null;
  for (const stretch of splitAtGaps(pending)) {
    const [first] = stretch;
    if (first?.gap)
      drafts.push(gapDraft(pod.name, container.name, after, first.time, GAPS[first.gap]));
    after = stretch.at(-1)?.time ?? after;
    for (const entries of batchEntries(stretch)) {
      drafts.push({ type: 'log', pod: pod.name, container: container.name, entries });
      if (container.name !== DRIVER_CONTAINER) continue;
      const texts = entries.filter(({ whole }) => whole).map((entry) => shown(entryText(entry)));
      const steps: Progress[] = [];
      for (const text of texts) {
        const next = counted.next(progress, text);
        if (next && !isSame(next, progress)) steps.push(next);
        progress = next;
      }
      const told = steps.slice(-counted.eventsPerBatch);
      drafts.push(...told.map((data): EventDraft => ({ type: 'progress', data })));
      const errors = texts
        .map((text) => lineError(text, pod.name))
        .filter((error): error is EventBody & EventDraft => error !== null);
      drafts.push(...errors.slice(0, LINE_ERRORS_MAX));
    }
  }
  return { drafts, progress };
}

/** What is recorded once the quota of the domain is used up: progress, and one event a day that tells so. */
function withoutLines(
  { source, stored: { run } }: Read,
  drafts: readonly EventDraft[],
  { limit, day }: LogQuota,
): EventDraft[] {
  const { pod, container } = source;
  const after = run.log[logKey(pod.name, container.name)]?.last_time ?? null;
  const told = run.log_quota_day === day;
  return [
    ...(told ? [] : [quotaDraft(pod.name, container.name, after, limit)]),
    ...drafts.filter(({ type }) => type === 'progress'),
  ];
}

/**
 * Commits the lines that wait, with the position behind them. `done`: they are the last ones; `streamedTo`: where the
 * cluster itself has ended a stream, or ''.
 */
export async function flush(
  recorder: Recorder,
  read: Read,
  done = false,
  streamedTo = '',
): Promise<void> {
  const { source, reader, pending, tasks } = read;
  await storeTasks(recorder, read);
  const { stored } = read;
  const { run } = stored;
  const key = logKey(source.pod.name, source.container.name);
  const isTrace = source.container.name === TRACE_CONTAINER;
  const found = draftsOf(read);
  const told = tasks.told(recorder.world, run, done);
  const progress = told?.progress ?? found.progress;
  const isCounted = pending.length > 0 && !isTrace;
  const quota = isCounted ? await logQuotaOf(recorder.world, run.domain) : undefined;
  const shut = quota?.open === false ? quota : undefined;
  const drafts = [
    ...(shut ? withoutLines(read, found.drafts, shut) : found.drafts),
    ...(told?.drafts ?? []),
  ];
  if (drafts.filter(({ type }) => type === 'log').length > EVENTS_PER_COMMIT * 4)
    throw new Error('more log batches than a commit takes');
  const before = run.log[key];
  if (done && !isTrace && reader.lost && streamedTo !== positionText(stored, source))
    drafts.push(
      gapDraft(
        source.pod.name,
        source.container.name,
        before?.last_time ?? null,
        null,
        GAPS.rotated,
      ),
    );
  const ends = done && before?.done !== true;
  if (drafts.length === 0 && !ends && pending.length === 0) return;
  const position = reader.position(done);
  read.stored = await recorder.record(
    read.stored,
    {
      log: { ...run.log, [key]: position },
      progress,
      ...(shut && { log_quota_day: shut.day }),
    },
    drafts,
  );
  if (quota?.open) countLogBytes(recorder.world, run.domain, measure(pending).bytes);
  read.pending = [];
  read.pendingBytes = 0;
}

/** Stores the tasks that the waiting lines tell of. The first of a run change its own row. */
async function storeTasks({ world }: Recorder, read: Read): Promise<void> {
  const { run } = read.stored;
  const isFirst = await read.tasks.store(world, run, read.pending);
  if (!isFirst) return;
  const now = await readRun(world, run.run_id);
  const key = logKey(read.source.pod.name, read.source.container.name);
  // Where somebody else has read these lines too, the commit has to fail.
  if (now && positionOf(now.run, key) === positionOf(run, key)) read.stored = now;
}

/** The pod is gone, and its log with it. */
export const GONE =
  'The pod was gone before its log could be read to the end; its last lines may be missing.';
