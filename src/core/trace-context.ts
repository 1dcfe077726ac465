/** W3C trace context, level 1: `00-<trace id>-<span id>-<flags>`. It names the span of a caller, and decides nothing. */

const FORM = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;
const NOTHING = /^0+$/;

export type TraceContext = {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Two hexadecimal digits, the last bit of which says that the trace is recorded. */
  readonly flags: string;
};

/** The parts of a `traceparent`; undefined where there is none, or something else. */
export function readTraceparent(text: unknown): TraceContext | undefined {
  if (typeof text !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = ''] = FORM.exec(text) ?? [];
  if (version === undefined || version === 'ff') return undefined;
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, flags };
}

/** The same as text, if it is one: what may be passed on. */
export const traceparentOf = (text: unknown): string | undefined => {
  const context = readTraceparent(text);
  return context && `00-${context.traceId}-${context.spanId}-${context.flags}`;
};
