/** Counts wrong tokens of an instance, so that a flood of them costs no reads of storage. */
import { WRONG_TOKENS, WRONG_TOKENS_IN_ALL } from '../../core/access/token-limits.ts';
import { AppError } from '../../core/errors.ts';
import { createRateLimit } from './rate-limit.ts';

export function createWrongTokens() {
  const [each, all] = [createRateLimit(WRONG_TOKENS), createRateLimit(WRONG_TOKENS_IN_ALL)];
  return {
    /** Counts one, perhaps before it is known to be wrong; the returned function takes that back. Throws `rate_limited`. */
    count(network: string, now: number): () => void {
      const ofNetwork = each.take(network, now);
      const ofAll = ofNetwork.allowed ? all.take('', now) : undefined;
      if (ofAll?.allowed === true)
        return () => {
          each.giveBack(network);
          all.giveBack('');
        };
      if (ofAll) each.giveBack(network);
      const retryAfter = (ofAll ?? ofNetwork).retryAfterMs / 1_000;
      throw new AppError('rate_limited', 'Too many wrong tokens came from there.', { retryAfter });
    },
  };
}
