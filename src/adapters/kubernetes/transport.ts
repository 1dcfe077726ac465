/** Requests to the Kubernetes API with deadlines, retries of what is safe to repeat, and one kind of error. */
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { ClusterError } from '../../ports/cluster.ts';
import { fromException, fromResponse, isCertificateError, retryAfterSeconds } from './failure.ts';
import type { Sessions } from './session.ts';

export type Call = {
  readonly method: Dispatcher.HttpMethod;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/** A moment by which everything must be over. */
export type Deadline = { readonly signal: AbortSignal; readonly at: number; readonly ms: number };

export const deadlineIn = (ms: number): Deadline => ({
  signal: AbortSignal.timeout(ms),
  at: performance.now() + ms,
  ms,
});

/**
 * How long an exchange may take, in milliseconds. `headersMs` until the answer begins and `bodyMs` from one piece of it to the
 * next are undici's, which does not count the time in which the reader is busy. `deadlineMs` is for the credentials, and for
 * a refusal that is no stream.
 */
export type Times = {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
};

/** Safe to repeat: reads, and deletions, which all carry a uid. */
const REPEATABLE = new Set(['GET', 'DELETE']);
const RETRY_STATUS = new Set([0, 429, 500, 502, 503, 504]);
/** The server had no room and has not begun with the request (priority and fairness): safe to repeat for all. */
const NOT_BEGUN = 429;
/** A longer Retry-After is for whoever looks again later; a call is to answer. */
const RETRY_AFTER_MAX_MS = 5_000;
const ATTEMPTS = 3;
const BACKOFF_MS = 100;

const USER_AGENT = { 'user-agent': 'sluice', accept: 'application/json' };

/** The promise, or the signal's rejection if that comes first. */
function within<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) {
      stop();
    }
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Transport {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** The answer, if it is 2xx. Rejects with a ClusterError before or at the deadline. */
  async send(call: Call, deadline: Deadline): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(call, deadline);
      } catch (error) {
        const wait = attempt < ATTEMPTS && isSafe(call, error) ? backoff(error, attempt) : null;
        if (wait === null || performance.now() + wait >= deadline.at) {
          throw error instanceof Failure ? error.error : error;
        }
        await pause(wait);
      }
    }
  }

  async #once(call: Call, deadline: Deadline): Promise<Answer> {
    const { body, status, headers } = await this.#answer(call, {
      signal: deadline.signal,
      deadlineMs: deadline.ms,
      headersMs: deadline.ms,
      bodyMs: deadline.ms,
    }).catch((error: unknown) => {
      throw noAnswer(error, deadline);
    });
    const text = await body.text().catch((error: unknown) => {
      throw noAnswer(error, deadline);
    });
    if (status < 200 || status > 299) {
      throw new Failure(
        fromResponse(status, text),
        retryAfterSeconds(headers['retry-after'], text),
      );
    }
    return { status, headers, text };
  }

  /** A response whose body is a stream. */
  async stream(call: Call, times: Times): Promise<Readable> {
    const { body, status } = await this.#answer(call, times);
    if (status < 200 || status > 299) {
      const answered = AbortSignal.timeout(times.deadlineMs);
      throw fromResponse(status, await within(body.text(), answered));
    }
    return body;
  }

  /** One exchange; again once with fresh credentials or a fresh CA, since neither refusal did anything. */
  async #answer(call: Call, { signal, deadlineMs, headersMs, bodyMs }: Times) {
    const { request } = await within(import('undici'), signal);
    const soon = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    for (let renewed = false; ; renewed = true) {
      const session = await within(this.#sessions.open(), soon).catch(unusable(signal));
      const credentials = await within(session.headers(), soon).catch(unusable(signal));
      const exchange = request(session.server + call.path, {
        dispatcher: session.dispatcher,
        method: call.method,
        headers: { ...USER_AGENT, ...call.headers, ...credentials },
        body: call.body ?? null,
        signal,
        headersTimeout: headersMs,
        bodyTimeout: bodyMs,
      });
      const response = await exchange.catch((error: unknown) => {
        if (renewed || !isCertificateError(error)) {
          throw error;
        }
        return null;
      });
      if (response !== null && (response.statusCode !== 401 || renewed)) {
        const { body, statusCode: status } = response;
        // A body that fails while nobody reads it must not end the process.
        body.on('error', () => undefined);
        return { body, status, headers: flat(response.headers) };
      }
      await response?.body.dump();
      this.#sessions.renew(session);
    }
  }
}

/** A failed attempt with what the server said about trying again. */
class Failure extends Error {
  readonly error: ClusterError;
  readonly retryAfter: number | null;
  constructor(error: ClusterError, retryAfter: number | null) {
    super(error.message, { cause: error });
    this.error = error;
    this.retryAfter = retryAfter;
  }
}

/** Milliseconds to wait before the next attempt; null when none makes sense. */
function backoff(error: unknown, attempt: number): number | null {
  if (!(error instanceof Failure) || !RETRY_STATUS.has(error.error.status)) {
    return null;
  }
  const ms = BACKOFF_MS * 4 ** (attempt - 1) * (1 + Math.random());
  if (error.retryAfter === null) return ms;
  // Also after a Retry-After of nothing the next attempts come further and further apart.
  return error.retryAfter * 1_000 > RETRY_AFTER_MAX_MS
    ? null
    : Math.max(ms, error.retryAfter * 1_000);
}

/** Whether a repetition cannot do anything twice. */
const isSafe = (call: Call, error: unknown): boolean =>
  REPEATABLE.has(call.method) || (error instanceof Failure && error.error.status === NOT_BEGUN);

function noAnswer(error: unknown, deadline: Deadline): Error {
  if (deadline.signal.aborted) {
    const message = `The cluster did not answer within ${deadline.ms / 1_000} s`;
    return new ClusterError('unavailable', 0, message, { cause: error });
  }
  if (error instanceof ClusterError) {
    return error;
  }
  return new Failure(fromException(error, 'The cluster cannot be reached'), null);
}

function unusable(signal: AbortSignal): (error: unknown) => never {
  return (error) => {
    throw signal.aborted
      ? error
      : fromException(error, 'The connection to the cluster is not usable');
  };
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(entries);
}
