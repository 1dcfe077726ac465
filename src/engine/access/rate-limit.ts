/** Rate limits of this instance: memory only, since a limit that costs a write costs more than it saves. */
import { decideRate, type RateDecision, type RateRule } from '../../core/access/rate-limit.ts';

/** Callers remembered at once; 10,000 numbers are well below 1 MiB. */
const CALLERS_MAX = 10_000;

export type RateLimit = {
  /** Takes one request of a caller, or refuses it. */
  take(caller: string, nowMs: number): RateDecision;
  /** Gives one back that was taken. */
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
      // The one not seen for longest goes first: it has the best chance of a full burst anyway.
      if (known.size > CALLERS_MAX && oldest !== undefined) known.delete(oldest);
      return decision;
    },
    giveBack(caller) {
      const tat = known.get(caller);
      if (tat !== undefined) known.set(caller, tat - 1_000 / rule.perSecond);
    },
  };
}
