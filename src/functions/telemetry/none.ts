/** Telemetry that goes nowhere, which is the default. It still passes a caller's `traceparent` on. */
import type { Telemetry } from '../../ports/telemetry.ts';

export const NO_TELEMETRY: Telemetry = {
  span: (_name, { parent }, work) =>
    work({ traceparent: parent ?? '', set: () => undefined, fail: () => undefined }),
  current: () => undefined,
  record: () => undefined,
  observe: () => undefined,
  log: () => undefined,
  flush: async () => undefined,
};
