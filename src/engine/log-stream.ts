/** The open log stream of a driver, from where its last read stopped. */
import { LOG_START, LogReader, sinceTime } from '../core/log-reader.ts';
import { logKey, newRead, type Read, type Source } from './collect-log.ts';
import type { Pass } from './pass.ts';
import type { Held } from './run-store.ts';

export type LogStream = {
  readonly read: Read;
  readonly iterator: AsyncIterator<Uint8Array>;
  readonly abort: AbortController;
  /** The bytes that were asked for. */
  next: Promise<IteratorResult<Uint8Array>>;
};

/** Undefined when the log was read to its end already. */
export async function openLogStream(
  pass: Pass,
  held: Held,
  { pod, container }: Source,
): Promise<LogStream | undefined> {
  const position = held.run.log[logKey(pod.name, container.name)] ?? LOG_START;
  if (position.done) return undefined;
  const abort = new AbortController();
  const since = sinceTime(position);
  const cluster = await pass.cluster(held.run);
  const log = cluster.readLog(pod.name, container.name, {
    follow: true,
    signal: abort.signal,
    ...(since === undefined ? {} : { sinceTime: since }),
  });
  const iterator = log[Symbol.asyncIterator]();
  const read = newRead(held, { pod, container }, new LogReader(position));
  return { read, iterator, abort, next: ask(iterator) };
}

/** Where the stream's log stands by the run's row: another one than before, and somebody else has read on. */
export function storedPosition(stream: LogStream | undefined, held: Held): string {
  if (!stream) return '';
  const { pod, container } = stream.read.source;
  return JSON.stringify(held.run.log[logKey(pod.name, container.name)] ?? null);
}

/** Asks for the next bytes. Only then are they read: until then the cluster waits. */
export function pull(stream: LogStream): void {
  stream.next = ask(stream.iterator);
}

function ask(iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  const next = iterator.next();
  // Whoever awaits it sees the error; nobody may, when the stream is let go.
  next.catch(() => undefined);
  return next;
}
