/** A run's events as a server-sent event stream. */
import type { RunEvent } from '../../core/events/event.ts';
import { jsonLine } from '../../core/json/line.ts';
import { PAGE_EVENTS_MAX } from '../../core/limits.ts';
import { readEvents } from '../../engine/events/events.ts';
import { enterReaders } from '../../engine/queries/readers.ts';
import { waitForEvents } from '../../engine/queries/wait-events.ts';
import type { Log, World } from '../../ports/world.ts';

/** Azure's load balancers cut a response at 230 s: the stream ends before that, and the client reconnects. */
const STREAM_MS = 200_000;
/** Interval of comments that keep proxies from closing a quiet stream. */
const COMMENT_MS = 15_000;
/** How soon a client reconnects after the end. */
const RETRY_MS = 1_000;

const encoder = new TextEncoder();
const frame = (event: RunEvent): string => `id: ${event.seq}\ndata: ${jsonLine(event)}\n\n`;

type Watch = {
  readonly world: World;
  readonly log: Log;
  readonly domain: string;
  readonly runId: string;
  /** Events with a higher seq are sent. */
  readonly after: number;
  readonly signal: AbortSignal;
  /** Whether the reader's token is still valid. */
  readonly stillAllowed: () => Promise<boolean>;
};

/** Frames until everything of an ended run was sent, 200 s have passed, the reader has left, or its token has ended. */
async function* frames(watch: Watch, abort: AbortSignal): AsyncGenerator<string> {
  const { world, domain, runId } = watch;
  const until = world.clock.now() + STREAM_MS;
  yield `retry: ${RETRY_MS}\n\n`;
  for (let after = watch.after; !abort.aborted; ) {
    const left = until - world.clock.now();
    if (left <= 0 || !(await watch.stillAllowed())) return;
    const page = await waitForEvents(world, domain, runId, {
      after,
      limit: PAGE_EVENTS_MAX,
      waitMs: Math.min(COMMENT_MS, left),
      signal: abort,
    });
    for (const event of page.events) yield frame(event);
    after = page.events.at(-1)?.seq ?? after;
    if (page.complete && after >= page.last_seq) return;
    if (page.events.length === 0) yield ': waiting\n\n';
  }
}

/**
 * The stream for one reader, as fast as the reader takes it. Rejects, before anything is sent, for a run that does not
 * exist or events that are gone. Undefined when the run is over and the reader has seen everything: the answer is then
 * 204, after which an EventSource does not reconnect.
 */
export async function eventStream(watch: Watch): Promise<ReadableStream<Uint8Array> | undefined> {
  const { world, domain, runId, after, log } = watch;
  const first = await readEvents(world, domain, runId, { after, limit: 1 });
  if (first.complete && after >= first.last_seq) return undefined;
  const gone = new AbortController();
  const abort = AbortSignal.any([watch.signal, gone.signal]);
  const source = frames(watch, abort);
  // Registered for the whole stream, so that the run is followed also while a slow reader takes its time.
  const reader = enterReaders(world, runId);
  abort.addEventListener('abort', () => reader.leave());
  const end = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    reader.leave();
    controller.close();
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await source.next();
        // The reader has left meanwhile.
        if (gone.signal.aborted) return;
        if (next.done === true) end(controller);
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        // The status is already sent: break the connection, and the client reconnects with its last id.
        log.warn('event stream broke off', { run_id: runId, error });
        reader.leave();
        controller.error(error);
      }
    },
    cancel() {
      gone.abort();
    },
  });
}
