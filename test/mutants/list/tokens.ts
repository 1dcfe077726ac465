/** Bugs of tokens: their live connections, and how they are checked. */
import type { Mutant } from '../list.ts';

const tests = ['tokens', 'wrong-tokens'];

export const TOKENS: readonly Mutant[] = [
  {
    name: 'a kept address of a revoked token opens connections that stay',
    tests,
    file: 'src/engine/access/token-ends.ts',
    find: '(closed && since >= LIVE_DRAIN_MS)',
    replace: 'closed',
  },
  {
    name: 'a revocation that failed closes the connections of a token that is good',
    tests,
    file: 'src/engine/access/token-ends.ts',
    find: 'if (ends <= now) {',
    replace: 'if (ends <= now || values) {',
  },
  {
    name: 'a live address outlives its token',
    tests,
    file: 'src/engine/queries/negotiate.ts',
    find: 'Math.min(LIVE_ADDRESS_MINUTES, left)',
    replace: 'left < 1 ? left : LIVE_ADDRESS_MINUTES',
  },
  {
    name: 'wrong tokens are counted when storage has answered',
    tests,
    file: 'src/engine/access/authenticator.ts',
    find: 'const uncount = cached ? undefined : failures.count(network, now);',
    replace:
      'await world.store.read("meta", "meta", "x"); const uncount = cached ? undefined : failures.count(network, now);',
  },
  {
    name: 'a flood of wrong tokens locks known ones out',
    tests,
    file: 'src/engine/access/authenticator.ts',
    find: 'cached ? undefined : failures.count(network, now)',
    replace: 'failures.count(network, now)',
  },
  {
    name: 'noting the use of a token brings it back after its revocation',
    tests,
    file: 'src/engine/access/token-store.ts',
    find: "{ op: 'replace', key: view.id, values, etag }",
    replace: "{ op: 'put', key: view.id, values }",
  },
];
