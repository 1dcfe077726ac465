/** Requests to the API: address, token, time limit, errors, careful retries. */
import { backoff } from './backoff.ts';
import { errorOf, isTransient, SluiceError, whyOf } from './errors.ts';
import { later, type Runtime } from './runtime.ts';

/** A token, or a function that returns one and is called for each request. */
export type Token = string | (() => string | Promise<string>);

export type HttpOptions = {
  readonly url: string;
  readonly token?: Token;
  readonly fetch?: typeof fetch;
  /** Reads the JSON of answers; default `JSON.parse`, which rounds long numbers. */
  readonly readJson?: (text: string) => unknown;
};

/** A body that is JSON text already: JavaScript values would round long numbers. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const writeBody = (body: unknown): string =>
  body instanceof JsonText ? body.text : JSON.stringify(body);

type Value = string | number | boolean;

export type Call = {
  readonly query?: Readonly<Record<string, Value | readonly Value[] | undefined>>;
  /** Any JSON value, or a JsonText. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Milliseconds until the headers must have come, and between the pieces of a body; default 30 s. */
  readonly timeout?: number;
  /** Attempts, default 1. More only where a repetition is harmless. */
  readonly tries?: number;
};

export type Http = {
  /** The answer if it is 2xx; otherwise rejects with SluiceError. The caller reads the body. */
  fetch(method: string, path: string, call?: Call): Promise<Response>;
  /** The answer's JSON; undefined for 204. A large one may take long on a slow connection, but must not stall. */
  json<T>(method: string, path: string, call?: Call): Promise<T>;
  /** The answer's body as text, under the same conditions. */
  text(method: string, path: string, call?: Call): Promise<string>;
  /** The same with the version that it is of. */
  versioned(method: string, path: string, call?: Call): Promise<VersionedText>;
};

/** JSON text of a thing, and its version. */
export type VersionedText = {
  readonly text: string;
  /** For `ifMatch` of the change that is made from it; null where the server gives none. */
  readonly etag: string | null;
};

/** The same as a value. */
export type Versioned<T> = { readonly value: T; readonly etag: string | null };

/** A change that is refused with `precondition_failed` when the thing is no longer in this version. */
export type IfMatch = { readonly ifMatch?: string | undefined };

export const matching = ({ ifMatch }: IfMatch): Pick<Call, 'headers'> =>
  ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } };

type Deps = { readonly options: HttpOptions; readonly runtime: Runtime };

/** Attempts for requests that may be repeated. */
export const TRIES = 3;
const TIMEOUT_MS = 30_000;
/** Longest wait for Retry-After inside one call. */
const RETRY_AFTER_MAX_S = 10;

function address(base: string, path: string, query: Call['query']): string {
  const url = new URL(`${base.replace(/\/+$/, '')}/api/v1${path}`);
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of value === undefined ? [] : [value].flat())
      url.searchParams.append(name, String(each));
  }
  return url.href;
}

/** Reads an answer; each call of `heard` restarts the time-out. */
type Read<T> = (response: Response, heard: () => void) => Promise<T>;

/** The promise, or the rejection of the signal: Node 20 may leave a request waiting when it aborts. */
const untilAborted = <T>(signal: AbortSignal, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

/** One attempt: request, then `read`; fails when no data comes within the call's time-out. */
async function attempt<T>(
  { options, runtime }: Deps,
  method: string,
  path: string,
  call: Call,
  read: Read<T>,
): Promise<T> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(call.signal?.reason);
  if (call.signal?.aborted) abort();
  call.signal?.addEventListener('abort', abort);
  const timeout = call.timeout ?? TIMEOUT_MS;
  let silence = new AbortController();
  const heard = (): void => {
    silence.abort();
    silence = new AbortController();
    void later(runtime, timeout, silence.signal, () =>
      stop.abort(new SluiceError('unreachable', 0, `No answer within ${timeout / 1_000} s`)),
    );
  };
  heard();
  try {
    const { token, fetch: send = fetch } = options;
    const secret = typeof token === 'function' ? await token() : token;
    const sent = send(address(options.url, path, call.query), {
      method,
      headers: {
        accept: 'application/json, application/problem+json',
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: writeBody(call.body) }),
      signal: stop.signal,
    });
    const response = await untilAborted(stop.signal, sent);
    if (!response.ok) throw await errorOf(response);
    heard();
    return await untilAborted(stop.signal, read(response, heard));
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    call.signal?.throwIfAborted();
    throw new SluiceError('unreachable', 0, `The server cannot be reached: ${whyOf(error)}`, {
      cause: error,
    });
  } finally {
    silence.abort();
    // A streamed body outlives this call and is ended only by the caller's signal.
    if (read !== asIs) call.signal?.removeEventListener('abort', abort);
  }
}

/** Retries where that is harmless and the failure is transient. */
async function persist<T>(
  { options, runtime }: Deps,
  call: Call,
  send: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await send();
    } catch (error) {
      const refusal = error instanceof SluiceError ? error : undefined;
      // A token from a function may have expired on its way to the server.
      const stale = refusal?.status === 401 && typeof options.token === 'function';
      if (stale && failures === 1) continue;
      const wait = refusal?.retryAfter ?? 0;
      const again = failures < (call.tries ?? 1) && isTransient(error);
      if (!again || wait > RETRY_AFTER_MAX_S) throw error;
      const signal = call.signal ?? new AbortController().signal;
      await runtime.sleep(backoff(failures, runtime.random(), wait), signal);
    }
  }
}

export function createHttp(options: HttpOptions, runtime: Runtime): Http {
  const deps = { options, runtime };
  const readJson = jsonReader(options.readJson ?? JSON.parse);
  return {
    fetch: (method, path, call = {}) =>
      persist(deps, call, () => attempt(deps, method, path, call, asIs)),
    json: <T>(method: string, path: string, call: Call = {}) =>
      persist(deps, call, () => attempt(deps, method, path, call, readJson as Read<T>)),
    text: (method, path, call = {}) =>
      persist(deps, call, () => attempt(deps, method, path, call, readText)),
    versioned: (method, path, call = {}) =>
      persist(deps, call, () => attempt(deps, method, path, call, readVersioned)),
  };
}

const asIs: Read<Response> = (response) => Promise.resolve(response);

const readText: Read<string> = ({ body }, heard) => {
  const noting = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, to) {
      heard();
      to.enqueue(piece);
    },
  });
  return new Response(body?.pipeThrough(noting) ?? null).text();
};

const readVersioned: Read<VersionedText> = async (response, heard) => ({
  text: await readText(response, heard),
  etag: response.headers.get('etag'),
});

const jsonReader =
  (parse: (text: string) => unknown): Read<unknown> =>
  async (response, heard) => {
    if (response.status === 204) return undefined;
    const text = await readText(response, heard);
    try {
      return parse(text);
    } catch (cause) {
      throw new SluiceError('unexpected', response.status, 'The answer is no JSON', { cause });
    }
  };
