/** Events in the form that clients of the legacy paths know: bare envelopes, one per message. */
import type { RunEvent } from '../../events/event.ts';
import { DEFAULT_DOMAIN, DEFAULT_LANE } from '../../names.ts';
import type { Run } from '../run.ts';

/** The Web PubSub group of those clients. Legacy paths use one domain and one lane. */
export const LEGACY_GROUP = `${DEFAULT_DOMAIN}.legacy`;

export const isLegacy = (run: Run): boolean =>
  run.domain === DEFAULT_DOMAIN && run.lane === DEFAULT_LANE;

export type LegacyEnvelope = {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly run_id: string;
};

/** The legacy service's types of events. A new type of ours is not sent to its clients. */
const TYPES: ReadonlySet<RunEvent['type']> = new Set([
  'status',
  'log',
  'progress',
  'error',
  'complete',
]);

/** Undefined for event types that the legacy service did not have. `cancelling` is shown as `running`. */
export function toEnvelope(event: RunEvent): LegacyEnvelope | undefined {
  const { type, timestamp, run_id } = event;
  if (!TYPES.has(type)) return undefined;
  const data =
    type === 'status' && event.data.status === 'cancelling'
      ? { ...event.data, status: 'running', message: 'Cancelling' }
      : event.data;
  return { type, data, timestamp, run_id };
}
