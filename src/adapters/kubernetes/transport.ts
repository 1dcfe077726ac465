/** Requests to the Kubernetes API: deadlines, retries where that is safe, and ClusterErrors only. */
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

/** The time by which a call must end. */
export type Deadline = { readonly signal: AbortSignal; readonly at: number; readonly ms: number };

export const deadlineIn = (ms: number): Deadline => ({
  signal: AbortSignal.timeout(ms),
  at: performance.now() + ms,
  ms,
});

/**
 * Time limits of an exchange in milliseconds. undici applies `headersMs` until the answer begins and `bodyMs` between two
 * pieces of it, without the time in which the reader is busy. `deadlineMs` is for the credentials, and for a refusal
 * instead of a stream.
 */
export type Times = {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
};

/** Methods that are safe to repeat: reads, and deletions, which all have a uid precondition. */
const REPEATABLE = new Set(['GET', 'DELETE']);
const RETRY_STATUS = new Set([0, 429, 500, 502, 503, 504]);
/** The server had no capacity and did not begin the request (priority and fairness): every method may be repeated. */
const NOT_BEGUN = 429;
/** With a longer Retry-After the call fails instead of waiting; a later pass tries again. */
const RETRY_AFTER_MAX_MS = 5_000;
const ATTEMPTS = 3;
const BACKOFF_MS = 100;

const USER_AGENT = { 'user-agent': 'sluice', accept: 'application/json' };

/** The promise, or the signal's rejection if that comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
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
      throw fromResponse(status, await orAborted(body.text(), answered));
    }
    return body;
  }

  /** One exchange, repeated once with new credentials or a new CA: neither refusal had an effect. */
  async #answer(call: Call, { signal, deadlineMs, headersMs, bodyMs }: Times) {
    const { request } = await orAborted(import('undici'), signal);
    const soon = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
    for (let renewed = false; ; renewed = true) {
      const session = await orAborted(this.#sessions.open(), soon).catch(unusable(signal));
      const credentials = await orAborted(session.headers(), soon).catch(unusable(signal));
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
        // A body that fails while it is not being read must not crash the process.
        body.on('error', () => undefined);
        return { body, status, headers: flat(response.headers) };
      }
      await response?.body.dump();
      this.#sessions.renew(session);
    }
  }
}

/** A failed attempt with the server's Retry-After. */
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
  // The pauses grow also after a Retry-After of 0.
  return error.retryAfter * 1_000 > RETRY_AFTER_MAX_MS
    ? null
    : Math.max(ms, error.retryAfter * 1_000);
}

/** Whether a repetition cannot take effect twice. */
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
