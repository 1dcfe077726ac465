/** The open log stream of a driver, from where its last read stopped. */
import { LOG_REREAD_BYTES, STREAM_PAUSE_MS, STREAM_REST_MS } from '../../core/limits.ts';
import { LOG_START, sinceTime } from '../../core/log/position.ts';
import { LogReader } from '../../core/log/reader.ts';
import type { World } from '../../ports/world.ts';
import {
  logKey,
  newRead,
  positionText,
  type Read,
  type Source,
} from '../reconcile/kubernetes/log-lines.ts';
import type { Pass } from '../reconcile/pass.ts';
import type { VersionedRun } from '../store/run-store.ts';

export type LogStream = {
  readonly read: Read;
  readonly iterator: AsyncIterator<Uint8Array>;
  readonly abort: AbortController;
  /** What was asked for last. */
  next: Promise<Next>;
  /** It has brought something since it was last asked whether it is blind. */
  heard: boolean;
  /** When its first pause is long enough to count. */
  pauseAt: number;
  caughtUp: boolean;
};

/** Bytes, the end, or `broken`: what was there to read is not known. */
export type Next = IteratorResult<Uint8Array> | 'broken';

/** Undefined when the log was read to its end already. */
export async function openLogStream(
  pass: Pass,
  stored: VersionedRun,
  { pod, container }: Source,
): Promise<LogStream | undefined> {
  const position = stored.run.log[logKey(pod.name, container.name)] ?? LOG_START;
  if (position.done) return undefined;
  const abort = new AbortController();
  const since = sinceTime(position);
  const cluster = await pass.cluster(stored.run);
  const log = cluster.readLog(pod.name, container.name, {
    follow: true,
    signal: abort.signal,
    ...(since === undefined ? {} : { sinceTime: since }),
  });
  const iterator = log[Symbol.asyncIterator]();
  const read = newRead(stored, { pod, container }, new LogReader(position));
  const fresh = { heard: false, pauseAt: Number.POSITIVE_INFINITY, caughtUp: false };
  return { read, iterator, abort, next: ask(iterator), ...fresh };
}

/** Where the stream's log stands by the run's row, or ''. Another one than before, and somebody else has read on. */
export function storedPosition(stream: LogStream | undefined, stored: VersionedRun): string {
  return stream ? positionText(stored, stream.read.source) : '';
}

/** Asks for the next bytes. Only then are they read: until then the cluster waits. */
export function pull(stream: LogStream, now: number): void {
  stream.next = ask(stream.iterator);
  stream.heard = true;
  if (!stream.caughtUp) stream.pauseAt = now + STREAM_PAUSE_MS;
}

/**
 * Its first pause. The kubelet looks for a rotation only once it has come to the end of its file; when the log was rotated
 * before that, the stream stays in the old file until the container ends, and what is written meanwhile never comes. So a
 * stream that had much to catch up with is opened anew: true.
 */
export function mayBeLeftBehind(stream: LogStream): boolean {
  stream.caughtUp = true;
  stream.pauseAt = Number.POSITIVE_INFINITY;
  return stream.read.taken > LOG_REREAD_BYTES;
}

/** Nothing has come since the last time, and that may be because of a clock that was set back: lines are left out by their time. */
export function isBlind(stream: LogStream): boolean {
  const { heard } = stream;
  stream.heard = false;
  return !heard && (stream.read.reader.narrow || stream.read.reader.lost);
}

const ask = (iterator: AsyncIterator<Uint8Array>): Promise<Next> =>
  iterator.next().catch(() => 'broken' as const);

/**
 * What the stream still holds of a driver that has ended: however far behind the reader is, the
 * cluster keeps for an open stream what it has rotated away for a new one. Until the stream ends,
 * breaks, is let go, or brings nothing for a while; whoever takes the bytes asks for the next ones.
 */
export async function* rest(
  stream: LogStream,
  clock: World['clock'],
  signal: AbortSignal | undefined,
): AsyncGenerator<Next> {
  for (;;) {
    if (stream.abort.signal.aborted || signal?.aborted) return;
    const limit = new AbortController();
    const quiet = clock.sleep(STREAM_REST_MS, limit.signal).then(() => undefined);
    const next = await Promise.race([stream.next, quiet]);
    limit.abort();
    if (!next) return;
    yield next;
    if (next === 'broken' || next.done) return;
  }
}
