/** Events as clients of the legacy paths know them: bare envelopes, one a message. */
import type { RunEvent } from '../events/event.ts';
import { DEFAULT_DOMAIN, DEFAULT_LANE } from '../names.ts';
import type { Run } from './run.ts';

/** The group of those clients; their paths know one domain and one lane. */
export const LEGACY_GROUP = `${DEFAULT_DOMAIN}.legacy`;

export const isLegacy = (run: Run): boolean =>
  run.domain === DEFAULT_DOMAIN && run.lane === DEFAULT_LANE;

export type LegacyEnvelope = {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly run_id: string;
};

/** Undefined for what those clients have no word for. `cancelling` is shown as `running`. */
export function toEnvelope(event: RunEvent): LegacyEnvelope | undefined {
  const { type, timestamp, run_id } = event;
  if (type === 'gap') return undefined;
  const data =
    type === 'status' && event.data.status === 'cancelling'
      ? { ...event.data, status: 'running', message: 'Cancelling' }
      : event.data;
  return { type, data, timestamp, run_id };
}
