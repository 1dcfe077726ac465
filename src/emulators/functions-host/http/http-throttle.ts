/** How many HTTP requests a host takes at once: `maxConcurrentRequests` and `maxOutstandingRequests` of host.json. */
import type { ServerResponse } from 'node:http';

export type HttpLimits = {
  /** Requests that run at once; further ones wait. */
  readonly maxConcurrentRequests: number;
  /** Requests that run or wait; further ones are refused with 429. */
  readonly maxOutstandingRequests: number;
};

export class HttpThrottle {
  readonly #limits: HttpLimits;
  #outstanding = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  /** Resolves with true when the request may run, in the order in which they came; false: it is to be refused. */
  async enter(response: ServerResponse): Promise<boolean> {
    const { maxConcurrentRequests, maxOutstandingRequests } = this.#limits;
    if (this.#outstanding >= maxOutstandingRequests) return false;
    this.#outstanding += 1;
    if (this.#running >= maxConcurrentRequests)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    const leave = (): void => {
      this.#outstanding -= 1;
      this.#running -= 1;
      this.#waiting.shift()?.();
    };
    // Its client may have left while it waited.
    if (response.destroyed) leave();
    else response.once('close', leave);
    return true;
  }
}
