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

type Armed = { readonly fault: Fault; left: number };

export class Faults {
  readonly #armed: Armed[] = [];
  readonly #disconnect: () => void;
  readonly #compact: () => void;

  constructor(hooks: { readonly disconnect: () => void; readonly compact: () => void }) {
    this.#disconnect = hooks.disconnect;
    this.#compact = hooks.compact;
  }

  /** The next `n` requests that match fail: by cut connection unless the fault says otherwise. */
  failNext(n: number, fault: Fault = {}): void {
    this.#armed.push({ fault, left: n });
  }

  /** No more faults. */
  clear(): void {
    this.#armed.length = 0;
  }

  /** Cuts every connection, streams among them. */
  disconnect(): void {
    this.#disconnect();
  }

  /** Forgets the history: watches and pages from before get 410 Expired. */
  compact(): void {
    this.#compact();
  }

  /** For the server: the fault of this request, if one is armed; it is then used up. */
  take(request: string): Fault | undefined {
    const armed = this.#armed.find(({ fault }) => fault.match?.test(request) ?? true);
    if (armed === undefined) return undefined;
    armed.left -= 1;
    if (armed.left <= 0) this.#armed.splice(this.#armed.indexOf(armed), 1);
    return armed.fault;
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
