/** The driver pods of one run, told whenever they change: one watch request, on undici directly. */
import type { V1Pod } from '@kubernetes/client-node';
import { RUN_LABEL } from '../../core/manifest.ts';
import type { PodView } from '../../core/observation.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { fromException } from './failure.ts';
import type { Transport } from './transport.ts';
import { podView } from './views.ts';

/** The server ends the watch by itself after this long; whoever still wants it opens another one. */
const WATCH_SECONDS = 300;
/** A pod is a few KiB; a line beyond this is no watch event. */
const LINE_MAX = 4 * 1024 * 1024;

type WatchEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: V1Pod & { readonly code?: number; readonly message?: string };
};

/** The typed client gives times as dates, and so do we. */
const reviveTime = (key: string, value: unknown): unknown =>
  typeof value === 'string' && /(?:At|Time|Timestamp)$/.test(key) ? new Date(value) : value;

/** Complete lines of a stream. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_MAX)
      throw new ClusterError('unavailable', 200, 'a watch event is too large');
    yield* lines.filter((line) => line !== '');
  }
}

/**
 * Without a resourceVersion the server first tells of every pod that is there, then of each change.
 * Ends when the server ends it, or when the signal aborts; other ends are ClusterErrors.
 */
export async function* watchPods(
  transport: Transport,
  request: { readonly namespace: string; readonly runId: string; readonly signal: AbortSignal },
  headersMs: number,
): AsyncGenerator<readonly PodView[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const query = new URLSearchParams({
    watch: '1',
    labelSelector: `${RUN_LABEL}=${request.runId}`,
    timeoutSeconds: String(WATCH_SECONDS),
  });
  const path = `/api/v1/namespaces/${encodeURIComponent(request.namespace)}/pods?${query.toString()}`;
  const pods = new Map<string, PodView>();
  try {
    const body = await transport.stream(
      { method: 'GET', path, headers: { accept: 'application/json' } },
      { signal, headersMs, bodyMs: (WATCH_SECONDS + 30) * 1_000 },
    );
    for await (const line of linesOf(body as AsyncIterable<Uint8Array>)) {
      const { type, object } = JSON.parse(line, reviveTime) as WatchEvent;
      if (type === 'BOOKMARK') continue;
      if (type === 'ERROR')
        throw new ClusterError(
          'unavailable',
          object.code ?? 0,
          object.message ?? 'the watch ended',
        );
      const view = podView(object);
      if (view?.role !== 'driver') continue;
      const before = JSON.stringify(pods.get(view.uid));
      if (type === 'DELETED') pods.delete(view.uid);
      else pods.set(view.uid, view);
      if (before !== JSON.stringify(pods.get(view.uid))) yield [...pods.values()];
    }
  } catch (error) {
    if (!request.signal.aborted) throw fromException(error, 'The watch could not be read');
  } finally {
    stop.abort();
  }
}
