/** Failures that tests inject into a running emulator. */

/** A publish over REST: the last path segments before `/:send`, such as `groups/a.b`, and its body. */
export type Publish = { readonly target: string; readonly body: Buffer };

export type Faults = {
  /** Cuts every socket without a close frame; clients of the reliable protocol may recover. */
  dropAllSockets(): void;
  /** The same for one connection; false when there is none of that id. */
  dropSocket(connectionId: string): boolean;
  /**
   * The next `count` publishes are answered with `status`. With `delivered` they are carried out all
   * the same: a success that looks like a failure.
   */
  failNextPublishes(count: number, status: number, options?: { readonly delivered: boolean }): void;
  /** Publishes that are accepted and never delivered: an even share from 0 to 1, or those that match. */
  losePublishes(which: number | ((publish: Publish) => boolean)): void;
  /** Every publish waits so long before it is carried out and answered. */
  delayPublishes(ms: number): void;
  /** The next `count` WebSocket requests are answered with `status`. */
  refuseNextConnections(count: number, status: number): void;
  /** Everything in memory is lost, and the port is closed for `downMs`; port and key stay the same. */
  restart(downMs?: number): Promise<void>;
};

/** The faults to come, read by the REST and WebSocket sides. */
export class FaultPlan {
  #failures: { left: number; status: number; delivered: boolean } | undefined;
  #refusals: { left: number; status: number } | undefined;
  #loses: (publish: Publish) => boolean = () => false;
  delayMs = 0;

  failNextPublishes(count: number, status: number, options = { delivered: false }): void {
    this.#failures = { left: count, status, delivered: options.delivered };
  }

  losePublishes(which: number | ((publish: Publish) => boolean)): void {
    if (typeof which === 'function') {
      this.#loses = which;
      return;
    }
    let debt = 0;
    this.#loses = () => {
      debt += which;
      if (debt < 1) return false;
      debt -= 1;
      return true;
    };
  }

  refuseNextConnections(count: number, status: number): void {
    this.#refusals = { left: count, status };
  }

  takeFailure(): { readonly status: number; readonly delivered: boolean } | undefined {
    return take(this.#failures);
  }

  takeRefusal(): number | undefined {
    return take(this.#refusals)?.status;
  }

  loses(publish: Publish): boolean {
    return this.#loses(publish);
  }
}

function take<T extends { left: number }>(plan: T | undefined): T | undefined {
  if (plan === undefined || plan.left <= 0) return undefined;
  plan.left -= 1;
  return plan;
}
