/** The open log stream of a driver, from the stored log position on. */
import { LOG_REREAD_BYTES, STREAM_PAUSE_MS, STREAM_REST_MS } from '../../../../core/limits.ts';
import { LOG_START, sinceTime } from '../../../../core/log/position.ts';
import { LogReader } from '../../../../core/log/reader.ts';
import type { Cluster } from '../../../../ports/cluster.ts';
import type { World } from '../../../../ports/world.ts';
import type { VersionedRun } from '../../../store/run-store.ts';
import { logKey, newRead, positionText, type Read, type Source } from '../log-lines.ts';

export type LogStream = {
  readonly read: Read;
  readonly iterator: AsyncIterator<Uint8Array>;
  readonly abort: AbortController;
  /** The pending read. */
  next: Promise<Next>;
  /** Bytes have come since the last call of `isBlind`. */
  heard: boolean;
  /** When its first pause becomes long enough to count. */
  pauseAt: number;
  caughtUp: boolean;
};

/** Bytes, the end, or `broken`: the stream failed, and may not have brought everything. */
export type Next = IteratorResult<Uint8Array> | 'broken';

/** Opens the stream; undefined when the log has been read to its end. */
export function openLogStream(
  cluster: Cluster,
  stored: VersionedRun,
  { pod, container }: Source,
): LogStream | undefined {
  const position = stored.run.log[logKey(pod.name, container.name)] ?? LOG_START;
  if (position.done) return undefined;
  const abort = new AbortController();
  const since = sinceTime(position);
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

/** The log position of the stream's container in the run's row, or ''. If it has changed, another process has read the log. */
export function storedPosition(stream: LogStream | undefined, stored: VersionedRun): string {
  return stream ? positionText(stored, stream.read.source) : '';
}

/** Requests the next bytes. Without a request nothing is read, and the cluster waits. */
export function pull(stream: LogStream, now: number): void {
  stream.next = ask(stream.iterator);
  stream.heard = true;
  if (!stream.caughtUp) stream.pauseAt = now + STREAM_PAUSE_MS;
}

/**
 * At the first pause of a stream: whether it may be stuck in a rotated file. The kubelet checks for a rotation only at the end
 * of its file. If the log was rotated before that, the stream stays in the old file until the container ends, and new lines
 * never come. So a stream that had much to catch up with is opened anew.
 */
export function mayBeLeftBehind(stream: LogStream): boolean {
  stream.caughtUp = true;
  stream.pauseAt = Number.POSITIVE_INFINITY;
  return stream.read.taken > LOG_REREAD_BYTES;
}

/** Nothing has come since the last call, and that may be because a clock was set back, so that lines are filtered out by their time. */
export function isBlind(stream: LogStream): boolean {
  const { heard } = stream;
  stream.heard = false;
  return !heard && (stream.read.reader.narrow || stream.read.reader.lost);
}

const ask = (iterator: AsyncIterator<Uint8Array>): Promise<Next> =>
  iterator.next().catch(() => 'broken' as const);

/**
 * The rest of the stream of a driver that has ended: for an open stream the cluster keeps what it has rotated away for a
 * new one. Ends when the stream ends, breaks, is dropped, or is quiet for a while; the consumer requests the next
 * bytes.
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
