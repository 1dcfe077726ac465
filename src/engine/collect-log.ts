/** Brings a driver's log from the cluster into the event log: lines and the position behind them in one commit. */
import type { EventBody } from '../core/event.ts';
import { batchEntries, entryText, type Fact } from '../core/event-row.ts';
import {
  EVENTS_PER_COMMIT,
  KIB,
  MIB,
  TICK_LOG_BYTES_PER_RUN,
  TICK_LOG_MS_PER_RUN,
} from '../core/limits.ts';
import {
  LOG_START,
  type LogPosition,
  LogReader,
  type ReadEntry,
  type ResumeMode,
  sinceTime,
} from '../core/log-reader.ts';
import { DRIVER_CONTAINER } from '../core/manifest.ts';
import type { ContainerView, PodView } from '../core/observation.ts';
import { lineError, nextProgress } from '../core/progress.ts';
import type { Sighting } from '../core/situation.ts';
import { shown } from '../core/terminal.ts';
import { ClusterError } from '../ports/cluster.ts';
import { Conflict } from '../ports/store.ts';
import { gapFact } from './facts.ts';
import type { Pass } from './pass.ts';
import type { Held } from './run-store.ts';

/** Bytes of lines that wait for a commit; with their events they stay below a transaction's 4 MiB. */
const FLUSH_BYTES = MIB;
const FLUSH_LINES = 8_000;
/** Chunks are looked at in slices of this size, so that a flush comes in time. */
const SLICE_BYTES = 64 * KIB;
/** `error` events of one log batch: a log full of warnings is not told twice. */
const LINE_ERRORS_MAX = 5;

/** `complete`: every container that has ended was read to its end. */
export type Collected = { readonly held: Held; readonly complete: boolean };

export const logKey = (pod: string, container: string): string => `${pod}/${container}`;

export type Source = { readonly pod: PodView; readonly container: ContainerView };

/** The pod is gone, and its log with it. */
export const GONE =
  'The pod was gone before its log could be read to the end; its last lines may be missing.';

/** What one container's read needs to know while it goes on. */
export type Read = {
  readonly source: Source;
  readonly reader: LogReader;
  held: Held;
  pending: ReadEntry[];
  pendingBytes: number;
  taken: number;
  gapTold: boolean;
};

/** Where the container's log stands by the run's row, to compare. */
export const positionText = (held: Held, { pod, container }: Source): string =>
  positionOf(held, logKey(pod.name, container.name));

export const positionOf = ({ run }: Held, key: string): string =>
  JSON.stringify([key, run.log[key]]);

export const newRead = (held: Held, source: Source, reader: LogReader): Read => ({
  source,
  reader,
  held,
  pending: [],
  pendingBytes: 0,
  taken: 0,
  gapTold: false,
});

export function* slices(chunk: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < chunk.length; from += SLICE_BYTES)
    yield chunk.subarray(from, from + SLICE_BYTES);
}

/** Reads every container of the run's driver pods from where the last read stopped. */
export async function collectLogs(pass: Pass, held: Held, sighting: Sighting): Promise<Collected> {
  let complete = true;
  let now = held;
  for (const pod of sighting.drivers) {
    for (const container of pod.containers) {
      const key = logKey(pod.name, container.name);
      if (container.state === 'waiting' || now.run.log[key]?.done) continue;
      if (pass.streams && isLive(container)) continue;
      const collected = await collectContainer(pass, now, { pod, container });
      now = collected.held;
      complete &&= collected.complete;
    }
  }
  return { held: now, complete };
}

/** The driver's own container, while it runs. */
export const isLive = (container: ContainerView): boolean =>
  container.kind === 'main' && container.state === 'running';

/** Tries the ways to find the place to go on, from the cheapest to the one that admits a gap. */
async function collectContainer(pass: Pass, held: Held, source: Source): Promise<Collected> {
  const ended = source.container.state === 'terminated';
  // How far the run got, also when a read fails half-way.
  const latest = { held };
  try {
    for (const mode of ['count', 'match', 'after'] satisfies ResumeMode[]) {
      const key = logKey(source.pod.name, source.container.name);
      const position = latest.held.run.log[key] ?? LOG_START;
      const outcome = await readOnce(pass, latest, source, position, mode, ended);
      if (outcome !== 'mismatch') return outcome;
    }
    return { held: latest.held, complete: false };
  } catch (error) {
    if (error instanceof Conflict) return { held: latest.held, complete: false };
    if (!(error instanceof ClusterError)) throw error;
    if (error.code === 'not_found' || (ended && error.code === 'not_ready'))
      return logGone(pass, latest.held, source, error);
    if (error.code !== 'not_ready')
      pass.world.log.warn('log not read', { run_id: held.run.run_id, pod: source.pod.name, error });
    return { held: latest.held, complete: false };
  }
}

async function readOnce(
  pass: Pass,
  latest: { held: Held },
  source: Source,
  position: LogPosition,
  mode: ResumeMode,
  ended: boolean,
): Promise<Collected | 'mismatch'> {
  const abort = new AbortController();
  const since = sinceTime(position);
  const read = newRead(latest.held, source, new LogReader(position, mode));
  const stopAt = pass.world.clock.now() + TICK_LOG_MS_PER_RUN;
  const cluster = await pass.cluster(read.held.run);
  const stream = cluster.readLog(source.pod.name, source.container.name, {
    ...(since === undefined ? {} : { sinceTime: since }),
    signal: abort.signal,
  });
  try {
    for await (const chunk of stream) {
      for (const slice of slices(chunk)) {
        await take(pass, read, read.reader.push(slice));
        if (read.reader.mismatch) return 'mismatch';
        if (read.taken >= TICK_LOG_BYTES_PER_RUN || pass.world.clock.now() >= stopAt) {
          await flush(pass, read, false);
          return { held: read.held, complete: false };
        }
      }
    }
  } finally {
    abort.abort();
    latest.held = read.held;
  }
  await take(pass, read, read.reader.end(ended));
  if (read.reader.mismatch) return 'mismatch';
  await flush(pass, read, ended);
  return { held: read.held, complete: true };
}

export async function take(pass: Pass, read: Read, entries: readonly ReadEntry[]): Promise<void> {
  for (const entry of entries) {
    read.pending.push(entry);
    read.pendingBytes += entry.bytes.length;
    read.taken += entry.bytes.length + 1;
  }
  if (read.pendingBytes >= FLUSH_BYTES || read.pending.length >= FLUSH_LINES)
    await flush(pass, read, false);
}

/** Commits the lines that wait, with the position behind them. */
export async function flush(pass: Pass, read: Read, done: boolean): Promise<void> {
  const { pod, container } = read.source;
  const { run } = read.held;
  const key = logKey(pod.name, container.name);
  const facts: Fact[] = gapOf(pass, read, done);
  const batches = batchEntries(read.pending);
  if (batches.length > EVENTS_PER_COMMIT * 4)
    throw new Error('more log batches than a commit takes');
  let { progress } = run;
  for (const entries of batches) {
    facts.push({ type: 'log', pod: pod.name, container: container.name, entries });
    if (container.name !== DRIVER_CONTAINER) continue;
    const texts = entries.filter(({ whole }) => whole).map((entry) => shown(entryText(entry)));
    for (const text of texts) progress = nextProgress(run.kind, progress, text);
    const errors = texts
      .map((text) => lineError(text, pod.name))
      .filter((error): error is EventBody & Fact => error !== null);
    facts.push(...errors.slice(0, LINE_ERRORS_MAX));
  }
  if (progress && JSON.stringify(progress) !== JSON.stringify(run.progress))
    facts.push({ type: 'progress', data: progress });
  const position = read.reader.position(done);
  const stored = run.log[key];
  // Without it each read from here on would miss its place, and the next one would follow at once.
  const recounted = read.reader.recounted && JSON.stringify(position) !== JSON.stringify(stored);
  const ends = position.done && stored?.done !== true;
  if (facts.length === 0 && !ends && !recounted) return;
  read.held = await pass.record(
    read.held,
    { log: { ...run.log, [key]: position }, progress },
    facts,
  );
  read.pending = [];
  read.pendingBytes = 0;
}

/** The gap that comes before the waiting lines, or that the end of the log leaves. Told once. */
function gapOf(pass: Pass, read: Read, done: boolean): Fact[] {
  const { reader, source, held } = read;
  const lost = done && reader.lost && pass.streamedTo !== positionText(held, source);
  if (read.gapTold || (reader.gapBefore === null && !lost)) return [];
  read.gapTold = true;
  const message =
    'The cluster rotated the log away before it could be read; lines may be missing here.';
  return [
    gapFact(
      source.pod.name,
      source.container.name,
      held.run.log[logKey(source.pod.name, source.container.name)]?.last_time ?? null,
      reader.gapBefore,
      message,
    ),
  ];
}

/** The pod is gone, or its log is: nothing more will come from it. */
async function logGone(
  pass: Pass,
  held: Held,
  { pod, container }: Source,
  cause: ClusterError,
): Promise<Collected> {
  const key = logKey(pod.name, container.name);
  const position = held.run.log[key] ?? LOG_START;
  pass.world.log.warn('log is gone', {
    run_id: held.run.run_id,
    pod: pod.name,
    container: container.name,
    error: cause,
  });
  // A stream that the cluster itself has ended brought everything.
  const whole = pass.streamedTo === positionText(held, { pod, container });
  const gaps = whole ? [] : [gapFact(pod.name, container.name, position.last_time, null, GONE)];
  const log = { ...held.run.log, [key]: { ...position, done: true } };
  return { held: await pass.record(held, { log }, gaps), complete: true };
}
