/** What a submit is given, and what it tells. */
import type { RunRequest } from '../core/request.ts';
import type { RunView } from '../core/run-view.ts';
import type { Idempotency } from './claim.ts';

export type Submission = {
  readonly domain: string;
  readonly request: RunRequest;
  readonly idempotency?: Idempotency;
  /** The caller has the scope `launch` and no more. */
  readonly launchOnly?: boolean;
};
export type Submitted = {
  readonly outcome: 'created' | 'attached' | 'replayed';
  readonly differs: boolean;
  readonly run: RunView;
};
