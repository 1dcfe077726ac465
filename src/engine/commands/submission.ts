/** Input and result of a submit. */
import type { JsonTree } from '../../core/json/text.ts';
import type { RunRequest } from '../../core/runs/request.ts';
import type { RunView } from '../../core/runs/view.ts';
import type { Idempotency } from './reserve-key.ts';

export type Submission = {
  readonly domain: string;
  readonly request: RunRequest;
  /** The request as it came, which its run shows; default: as the schema made it. */
  readonly sent?: JsonTree;
  readonly idempotency?: Idempotency;
  /** Who starts it, where the request does not say so itself. */
  readonly by?: string | null;
  /** The caller has the scope `launch` and no more. */
  readonly launchOnly?: boolean;
  /** Called when a new run has its place or ticket, so that it stays, before its first dispatch. */
  readonly accepted?: (runId: string) => void;
  /** W3C trace context of the request, which the driver gets. */
  readonly traceparent?: string | undefined;
};
export type Submitted = {
  readonly outcome: 'created' | 'attached' | 'replayed';
  readonly differs: boolean;
  readonly run: RunView;
};
