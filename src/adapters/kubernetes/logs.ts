/**
 * Container logs as streams, on undici directly: the log reader of @kubernetes/client-node crashes the process
 * when a follow is aborted or silent for five minutes, and loses the reason of a refusal.
 */
import { ClusterError } from '../../ports/cluster.ts';
import { fromException } from './failure.ts';
import type { Transport } from './transport.ts';

export type LogRequest = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number | undefined;
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
};

function path({ namespace, pod, container, sinceTime, tailLines, follow }: LogRequest): string {
  const query = new URLSearchParams({
    container,
    timestamps: 'true',
    ...(follow === true && { follow: 'true' }),
    ...(sinceTime !== undefined && { sinceTime }),
    ...(tailLines !== undefined && { tailLines: String(tailLines) }),
  });
  const name = (text: string) => encodeURIComponent(text);
  return `/api/v1/namespaces/${name(namespace)}/pods/${name(pod)}/log?${query.toString()}`;
}

/** What a kubelet writes, with status 200, instead of a log that is gone. A real log line begins with a time. */
const GONE =
  /^(?:unable to retrieve container logs for |failed to try resolving symlinks in path )/;
/** Longer than the beginning that tells it, and so much of it is quoted. */
const GONE_START = 100;
const GONE_MAX = 2_000;

/** 400 means that the container has not started, or that its log is gone. */
function asLogError(error: unknown): ClusterError {
  const found = fromException(error, 'The log could not be read');
  const { code, status, message } = found;
  return code === 'refused' && status === 400
    ? new ClusterError('not_ready', status, message, { cause: found })
    : found;
}

/**
 * Streams a log with timestamps. A follow ends when the container does, or when the signal aborts; the end
 * alone does not prove that the container has ended. Errors are ClusterErrors, also when `idleMs` pass without
 * a line: the connection may be dead. The API server sends even the headers only with the container's first
 * line, so they may take as long.
 */
export async function* streamLog(
  transport: Transport,
  request: LogRequest,
  limits: { readonly deadlineMs: number; readonly idleMs: number },
): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const signal =
    request.signal === undefined ? stop.signal : AbortSignal.any([request.signal, stop.signal]);
  const silentMs = request.follow === true ? limits.idleMs : limits.deadlineMs;
  try {
    const body = await transport.stream(
      { method: 'GET', path: path(request), headers: { accept: '*/*' } },
      { signal, deadlineMs: limits.deadlineMs, headersMs: silentMs, bodyMs: silentMs },
    );
    let first = true;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (first && GONE.test(new TextDecoder().decode(chunk.subarray(0, GONE_START)))) {
        const text = new TextDecoder().decode(chunk.subarray(0, GONE_MAX)).trim();
        throw new ClusterError('not_ready', 200, text);
      }
      first = false;
      yield chunk;
    }
  } catch (error) {
    if (request.signal?.aborted !== true) throw asLogError(error);
  } finally {
    // However this ended, the request must end too.
    stop.abort();
  }
}
