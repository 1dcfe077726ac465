/** What each scope allows, for people. */
import type { Scope } from '../../core/access/scopes.ts';

export const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  read: 'sees runs, lanes, pipelines and targets',
  launch: 'also starts pipelines of the catalogue, and cancels runs',
  run: 'also starts whatever the policy of the domain allows',
  admin: 'also changes lanes, pipelines and tokens, and sees the audit log',
};
