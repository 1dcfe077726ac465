/** Server-sent events as a stream of their `data`, per the WHATWG HTML standard. */
import { SluiceError } from './errors.ts';
import type { Runtime } from './runtime.ts';

/** The server sends a comment every 15 s; after three of silence the stream is dead. */
const SILENCE_MS = 45_000;
/** Most characters of one event, which is at most a batch of log lines; a longer one is no event stream. */
const EVENT_CHARS_MAX = 8 * 1024 * 1024;

/**
 * Splits text into events. Takes any pieces of text and returns the data of every event that they complete. Ids, names
 * and `retry` are ignored: an event has its seq inside.
 */
export function createSseParser(): (text: string) => string[] {
  let rest = '';
  let data: string[] = [];
  return (text) => {
    const events: string[] = [];
    // A line may end with CR LF: a CR at the end of a piece waits for the next one.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > EVENT_CHARS_MAX) {
      throw new SluiceError('unexpected', 200, 'The event stream has a line without end');
    }
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) events.push(data.join('\n'));
        data = [];
      } else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
    }
    return events;
  };
}

/** The connection broke while a body was read: the same error as for an unreachable server. */
function brokenOff(cause: unknown): never {
  const detail = `The event stream broke off: ${String(cause)}`;
  throw new SluiceError('unreachable', 0, detail, { cause });
}

function parseValue(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new SluiceError('unexpected', 200, 'An event is no JSON', { cause });
  }
}

/** Reads an event stream to its end and passes on each JSON value; rejects on a broken or silent connection. */
export async function readEventStream(
  response: Response,
  {
    onOpen,
    onValue,
    runtime,
    signal,
  }: {
    onOpen: () => void;
    onValue: (value: unknown) => void;
    runtime: Runtime;
    /** Ends the reading. The one of the request is not enough: Node 20 may leave a read waiting when it aborts. */
    signal?: AbortSignal;
  },
): Promise<void> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream') || response.body === null) {
    await response.body?.cancel();
    throw new SluiceError('unexpected', response.status, `No event stream but ${type}`);
  }
  onOpen();
  const parse = createSseParser();
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', stop);
  if (signal?.aborted) stop();
  try {
    for (;;) {
      const alarm = new AbortController();
      const silence = runtime.sleep(SILENCE_MS, alarm.signal).then(() => 'silence' as const);
      const chunk = await Promise.race([reader.read().catch(brokenOff), silence]).finally(() =>
        alarm.abort(),
      );
      if (chunk === 'silence') {
        throw new SluiceError('unexpected', 0, 'The event stream has gone silent');
      }
      if (chunk.done) return;
      for (const data of parse(decoder.decode(chunk.value, { stream: true }))) {
        onValue(parseValue(data));
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await reader.cancel().catch(() => undefined);
  }
}
