/** Sends the SDKs' requests over undici's pool, for half the processor time of their own client. */
import {
  createDefaultHttpClient,
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import { Agent, type Dispatcher } from 'undici';

/** Milliseconds for which an idle connection is kept, where the service does not say how long it keeps it. */
const KEEP_ALIVE_MS = 30_000;

/** The system's error codes, which the SDKs and `attempts.ts` know, by undici's own codes. */
const SYSTEM_CODES: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_HEADERS_TIMEOUT: 'ETIMEDOUT',
  UND_ERR_BODY_TIMEOUT: 'ETIMEDOUT',
};

/**
 * One connection pool for all users of this client. Requests other than text with a text answer (streams, progress, proxies,
 * TLS settings) are sent by the SDKs' own client. Rejects with a `RestError` with the cause and the system's code, or
 * `REQUEST_SEND_ERROR` without one; after an abort, with the signal's reason.
 */
export function createHttpClient(): HttpClient {
  const agent = new Agent({ keepAliveTimeout: KEEP_ALIVE_MS });
  const usual = createDefaultHttpClient();
  return {
    sendRequest: (request) =>
      isPlain(request) ? send(agent, request) : usual.sendRequest(request),
  };
}

type Plain = PipelineRequest & {
  readonly body?: string | null;
  readonly abortSignal?: AbortSignal;
};

/** By this point a proxy of the environment has become the request's agent. */
function isPlain(request: PipelineRequest): request is Plain {
  const { body, abortSignal } = request;
  return (
    (typeof body === 'string' || body === undefined || body === null) &&
    (abortSignal === undefined || abortSignal instanceof AbortSignal) &&
    !request.streamResponseStatusCodes?.size &&
    !(request.onUploadProgress || request.onDownloadProgress) &&
    !(request.agent || request.proxySettings || request.tlsSettings || request.requestOverrides) &&
    !(request.disableKeepAlive || request.timeout > 0)
  );
}

function send(agent: Agent, request: Plain): Promise<PipelineResponse> {
  const { protocol, origin, pathname, search } = new URL(request.url);
  if (protocol !== 'https:' && !request.allowInsecureConnection)
    return Promise.reject(new Error(`${origin} must be reached over HTTPS.`));
  // Compressed answers would have to be decompressed here, and these services have no large ones.
  request.headers.delete('accept-encoding');
  const options = {
    origin,
    path: pathname + search,
    method: request.method,
    headers: request.headers.toJSON(),
    body: request.body ?? null,
  };
  return new Promise((resolve, reject) => {
    agent.dispatch(options, exchange(request, resolve, reject));
  });
}

/** Handlers of undici for one request. */
function exchange(
  request: Plain,
  resolve: (response: PipelineResponse) => void,
  reject: (error: unknown) => void,
): Dispatcher.DispatchHandler {
  const { abortSignal } = request;
  const chunks: Buffer[] = [];
  const headers = createHttpHeaders();
  let status = 0;
  let controller: Dispatcher.DispatchController | undefined;
  // The request may be waiting for a connection that is never made.
  const abort = (): void => {
    reject(abortSignal?.reason);
    controller?.abort(abortSignal?.reason as Error);
  };
  const end = (): void => abortSignal?.removeEventListener('abort', abort);
  abortSignal?.addEventListener('abort', abort);
  if (abortSignal?.aborted) abort();
  return {
    onRequestStart(started) {
      controller = started;
      if (abortSignal?.aborted) abort();
    },
    onResponseStart(_, code, fields) {
      status = code;
      for (const [name, value] of Object.entries(fields))
        if (value !== undefined) headers.set(name, Array.isArray(value) ? (value[0] ?? '') : value);
    },
    onResponseData(_, chunk) {
      chunks.push(chunk);
    },
    onResponseEnd() {
      end();
      resolve({ request, status, headers, bodyAsText: Buffer.concat(chunks).toString('utf8') });
    },
    onResponseError(_, error) {
      end();
      reject(abortSignal?.aborted ? abortSignal.reason : failure(error));
    },
  };
}

function failure(error: Error): RestError {
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' ? (SYSTEM_CODES[code] ?? code) : undefined;
  const failed = new RestError(error.message, { code: known ?? RestError.REQUEST_SEND_ERROR });
  failed.cause = error;
  return failed;
}
