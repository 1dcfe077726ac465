/** The subscriber for clients of the legacy paths: they get bare envelopes without seqs, one per message. */
import { jsonBytes } from '../../core/json/write.ts';
import { HEADS_AFTER_END, HEADS_AGE_MS, PUSH_BYTES_MAX } from '../../core/limits.ts';
import { isLegacy, LEGACY_GROUP, toEnvelope } from '../../core/runs/legacy/envelope.ts';
import type { Subscriber } from './subscriber.ts';

export const legacy: Subscriber = {
  name: 'legacy',
  hears: isLegacy,
  wants: (event) => toEnvelope(event) !== undefined,
  async deliver(world, _run, events) {
    for (const event of events) {
      const envelope = toEnvelope(event);
      if (envelope && jsonBytes(envelope) <= PUSH_BYTES_MAX)
        await world.push.send(LEGACY_GROUP, envelope);
    }
  },
  givesUp: { attempts: HEADS_AFTER_END, ageMs: HEADS_AGE_MS },
};
