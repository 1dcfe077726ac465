/** Rate limits of this instance. In memory only: a write for each request would cost more than it saves. */
import { decideRate, type RateDecision, type RateRule } from '../../core/access/rate-limit.ts';

/** Most callers in memory; 10,000 numbers are well below 1 MiB. */
const CALLERS_MAX = 10_000;

export type RateLimit = {
  /** Counts one request of a caller, or refuses it. */
  take(caller: string, nowMs: number): RateDecision;
  /** Takes back one counted request. */
  giveBack(caller: string): void;
};

export function createRateLimit(rule: RateRule): RateLimit {
  const known = new Map<string, number>();
  return {
    take(caller, nowMs) {
      const decision = decideRate(rule, known.get(caller), nowMs);
      known.delete(caller);
      known.set(caller, decision.tat);
      const [oldest] = known.keys();
      // The one seen longest ago is dropped: its burst is most likely full again.
      if (known.size > CALLERS_MAX && oldest !== undefined) known.delete(oldest);
      return decision;
    },
    giveBack(caller) {
      const tat = known.get(caller);
      if (tat !== undefined) known.set(caller, tat - 1_000 / rule.perSecond);
    },
  };
}
