/**
 * What a number of Web PubSub units can carry, from the service's performance guide
 * (learn.microsoft.com/azure/azure-web-pubsub/concept-performance): 1,000 connections; 200 messages/s
 * in, which is the cost of routing and independent of size; 3,000 messages/s or 6 MB/s out, that is
 * one for each receiver and 2 KiB. The guide calls the figures "not a hard limit": above them,
 * latency leaves the promised second. So the emulator delays what is over budget, and answers 429
 * once the delay would be longer than `BACKLOG_MS`.
 */

const CONNECTIONS_PER_UNIT = 1_000;
const INBOUND_PER_SECOND = 200;
const OUTBOUND_PER_SECOND = 3_000;
const MESSAGE_BYTES = 2_048;
/** Unused budget of at most this long can be spent at once. */
const BURST_MS = 1_000;
/** Work is accepted and delayed up to this much. */
const BACKLOG_MS = 2_000;

export type Verdict =
  | { readonly ok: true; readonly delayMs: number }
  | { readonly ok: false; readonly retryAfterSeconds: number };

/** A token bucket, kept as the time at which everything taken so far is paid for. */
class Bucket {
  readonly #perMs: number;
  #paidAt = 0;

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1_000;
  }

  /** How long a message has to wait now. */
  wait(now: number): number {
    return Math.max(0, this.#paidAt - BURST_MS - now);
  }

  take(now: number, cost: number): void {
    this.#paidAt = Math.max(this.#paidAt, now) + cost / this.#perMs;
  }
}

export interface Budget {
  /** Connections that fit; Infinity when limits are off. */
  readonly connections: number;
  /** Charges one message of `bytes` to `receivers` connections, or refuses it and charges nothing. */
  take(bytes: number, receivers: number): Verdict;
}

export const UNLIMITED: Budget = {
  connections: Number.POSITIVE_INFINITY,
  take: () => ({ ok: true, delayMs: 0 }),
};

export function createBudget(units: number, now: () => number): Budget {
  const inbound = new Bucket(units * INBOUND_PER_SECOND);
  const outbound = new Bucket(units * OUTBOUND_PER_SECOND);
  return {
    connections: units * CONNECTIONS_PER_UNIT,
    take(bytes, receivers) {
      const time = now();
      const delayMs = Math.max(inbound.wait(time), outbound.wait(time));
      if (delayMs > BACKLOG_MS) {
        return { ok: false, retryAfterSeconds: Math.ceil((delayMs - BACKLOG_MS) / 1_000) };
      }
      inbound.take(time, 1);
      outbound.take(time, receivers * Math.max(1, bytes / MESSAGE_BYTES));
      return { ok: true, delayMs };
    },
  };
}
