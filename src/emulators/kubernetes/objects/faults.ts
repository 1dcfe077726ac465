/** Faults of the API server that tests ask for, from inside its process. */

export type Fault = {
  /** Against `METHOD /path?query`; every request without it. */
  readonly match?: RegExp;
  /** Answer with this status and a body of kind Status. */
  readonly status?: number;
  /** With `status`: the Retry-After header, in seconds. */
  readonly retryAfter?: number;
  /** Never answer. */
  readonly hang?: boolean;
  /** Do what was asked first, and only then fail; without `status` or `hang` the connection is cut. */
  readonly afterEffect?: boolean;
};

type PendingFault = { readonly fault: Fault; left: number };

export class Faults {
  readonly #pending: PendingFault[] = [];
  readonly #disconnect: () => void;
  readonly #compact: () => void;

  constructor(hooks: { readonly disconnect: () => void; readonly compact: () => void }) {
    this.#disconnect = hooks.disconnect;
    this.#compact = hooks.compact;
  }

  /** The next `n` requests that match fail: by cut connection unless the fault says otherwise. */
  failNext(n: number, fault: Fault = {}): void {
    this.#pending.push({ fault, left: n });
  }

  /** No more faults. */
  clear(): void {
    this.#pending.length = 0;
  }

  /** Cuts every connection, streams among them. */
  disconnect(): void {
    this.#disconnect();
  }

  /** Forgets the history: watches and pages from before get 410 Expired. */
  compact(): void {
    this.#compact();
  }

  /** For the server: the fault of this request, if one is pending; it is then used up. */
  take(request: string): Fault | undefined {
    const pending = this.#pending.find(({ fault }) => fault.match?.test(request) ?? true);
    if (pending === undefined) return undefined;
    pending.left -= 1;
    if (pending.left <= 0) this.#pending.splice(this.#pending.indexOf(pending), 1);
    return pending.fault;
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

export const faultReason = (status: number): string | undefined => REASONS[status];
