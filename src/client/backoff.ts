/** Waiting times between tries, in milliseconds. */
const BASE_MS = 500;
const MAX_MS = 30_000;
/** Longest wait that a server may ask for; timers beyond 24 days would fire at once. */
const ASKED_MAX_MS = 300_000;

/**
 * Doubles with each failure up to half a minute. Half of it is random, so that clients that lost their connection
 * together do not reconnect together.
 *
 * @param failures failures in a row, from 1
 * @param random a number in [0, 1)
 * @param atLeastSeconds what the server asked for by `Retry-After`; five minutes at most
 */
export function backoff(failures: number, random: number, atLeastSeconds = 0): number {
  const full = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(failures - 1, 10));
  return Math.max(Math.min(atLeastSeconds * 1_000, ASKED_MAX_MS), full / 2) + (full / 2) * random;
}
