/**
 * The generic cell rate algorithm: a rate with a burst, in one number per caller. Pure; the time is
 * an argument.
 */
export type RateRule = {
  /** Requests per second that are allowed without end. */
  readonly perSecond: number;
  /** Requests that are allowed at once after a pause. At least 1. */
  readonly burst: number;
};

export type RateDecision = {
  readonly allowed: boolean;
  /** "Theoretical arrival time" in milliseconds: the state to keep for the caller. */
  readonly tat: number;
  /** Requests that would be allowed now. */
  readonly remaining: number;
  /** Milliseconds until the next request is allowed; 0 when this one was. */
  readonly retryAfterMs: number;
  /** Milliseconds until the whole burst is available again. */
  readonly resetMs: number;
};

/** Decides one request of a caller whose last `tat` was remembered (undefined: never seen). */
export function decideRate(rule: RateRule, tat: number | undefined, nowMs: number): RateDecision {
  const interval = 1_000 / rule.perSecond;
  const window = interval * rule.burst;
  // A clock that was set back must not lock a caller out for longer than an exhausted burst does.
  const from = Math.min(Math.max(tat ?? nowMs, nowMs), nowMs + window);
  const next = from + interval;
  // Tolerance for rounding, or the last request of a burst would be refused.
  const excess = next - window - nowMs;
  if (excess > 1e-6 * window) {
    return { allowed: false, tat: from, remaining: 0, retryAfterMs: excess, resetMs: from - nowMs };
  }
  const remaining = Math.max(0, Math.floor((nowMs + window - next) / interval + 1e-6));
  return { allowed: true, tat: next, remaining, retryAfterMs: 0, resetMs: next - nowMs };
}
