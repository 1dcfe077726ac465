/** The driver pods of one run after each change: one watch request, on undici directly. */
import type { V1Pod } from '@kubernetes/client-node';
import { RUN_LABEL } from '../../core/kubernetes/manifest.ts';
import type { ObservedPod } from '../../core/kubernetes/observed.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { codeText, fromException } from './failure.ts';
import { toObservedPod } from './observed.ts';
import type { Transport } from './transport.ts';

/** The server ends the watch after this long; the caller opens another one if it needs it. */
const WATCH_SECONDS = 300;
/** Most characters of one event: more than a stored object can have (1.5 MiB, etcd's limit). */
const LINE_MAX = 4 * 1024 * 1024;
/** Annotation of the bookmark after the initial objects; servers without `WatchList` (KEP-3157) do not send it. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

type WatchEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** A pod, of a bookmark only its metadata, or the Status of an error. */
  readonly object: V1Pod & { readonly code?: number; readonly message?: string };
};

type WatchRequest = {
  readonly namespace: string;
  readonly runId: string;
  readonly signal: AbortSignal;
};

function path({ namespace, runId }: WatchRequest): string {
  // Without a resourceVersion the server begins with the current objects. Bookmarks come about once a
  // minute: a watch that is silent for longer is dead.
  const query = new URLSearchParams({
    watch: '1',
    labelSelector: `${RUN_LABEL}=${runId}`,
    timeoutSeconds: String(WATCH_SECONDS),
    allowWatchBookmarks: 'true',
  });
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods?${query.toString()}`;
}

/** The typed client has times as dates, but does not export its conversion. */
const reviveTime = (key: string, value: unknown): unknown =>
  typeof value === 'string' && /(?:At|Time|Timestamp)$/.test(key) ? new Date(value) : value;

/** Complete lines of a stream; an incomplete last one is dropped. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_MAX) {
      throw new ClusterError('unavailable', 200, 'A watch event is too large');
    }
    yield* lines.filter((line) => line !== '');
  }
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  for await (const line of linesOf(body)) {
    const event = JSON.parse(line, reviveTime) as WatchEvent;
    if (event.type === 'ERROR') {
      // Such as 410 when the server no longer has the history: the next watch begins anew.
      const { code = 0, message = 'The cluster ended the watch' } = event.object;
      throw new ClusterError('unavailable', code, message);
    }
    yield event;
  }
}

/** The set of driver pods after each event that changed it; also the initial set, where the server marks its end. */
async function* setsOf(events: AsyncIterable<WatchEvent>): AsyncGenerator<readonly ObservedPod[]> {
  const pods = new Map<string, ObservedPod>();
  let told = false;
  for await (const { type, object } of events) {
    let changed = false;
    if (type === 'BOOKMARK') {
      changed = !told && object.metadata?.annotations?.[INITIAL_EVENTS_END] === 'true';
    } else {
      const view = toObservedPod(object);
      if (view?.role === 'driver') {
        const before = JSON.stringify(pods.get(view.uid));
        if (type === 'DELETED') pods.delete(view.uid);
        else pods.set(view.uid, view);
        changed = before !== JSON.stringify(pods.get(view.uid));
      }
    }
    if (changed) yield [...pods.values()];
    told ||= changed;
  }
}

/**
 * Ends when the server ends it, after `idleMs` without data, or when the signal aborts; every other end
 * rejects with a ClusterError.
 */
export async function* watchPods(
  transport: Transport,
  request: WatchRequest,
  limits: { readonly deadlineMs: number; readonly idleMs: number },
): AsyncGenerator<readonly ObservedPod[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  try {
    const body = await transport.stream(
      { method: 'GET', path: path(request) },
      {
        signal,
        deadlineMs: limits.deadlineMs,
        headersMs: limits.deadlineMs,
        bodyMs: limits.idleMs,
      },
    );
    yield* setsOf(eventsOf(body as AsyncIterable<Uint8Array>));
  } catch (error) {
    if (!request.signal.aborted && codeText(error) !== 'UND_ERR_BODY_TIMEOUT') {
      throw fromException(error, 'The watch could not be read');
    }
  } finally {
    // However this ended, the request must end too.
    stop.abort();
  }
}
