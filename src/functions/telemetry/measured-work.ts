/** The work of the functions, measured: a span for each request, message and tick, and how long it took. */
import type { Telemetry } from '../../ports/telemetry.ts';
import { sentIn } from './measured-world.ts';
import type { Operations } from './telemetry.ts';

const secondsSince = (started: number): number => (performance.now() - started) / 1_000;

/** Status from which on an answer is a fault of ours. */
const FAULT = 500;

/**
 * Answers the request in a span, which its headers then name. An answer that is a stream counts until its first byte. `by`:
 * the function that the host called, and the host's span.
 */
export async function measuredRequest(
  { telemetry, hostTraces }: Operations,
  request: Request,
  by: { readonly name: string; readonly traceparent: string | undefined } | undefined,
  answer: () => Promise<Response>,
): Promise<Response> {
  const started = performance.now();
  const { method } = request;
  const name = by?.name ?? 'request';
  const note = (status: number): void =>
    telemetry.record('http.server.request.duration', secondsSince(started), {
      function: name,
      'http.request.method': method,
      'http.response.status_code': status,
    });
  const sent = request.headers.get('traceparent') ?? undefined;
  return telemetry.span(
    `${method} ${name}`,
    // Below the host's span it is a part of that request, and not another one.
    hostTraces
      ? { kind: 'internal', parent: by?.traceparent ?? sent }
      : { kind: 'server', parent: sent },
    async (span) => {
      // What the API passes on, and writes into its log, is this span.
      if (span.traceparent !== '') request.headers.set('traceparent', span.traceparent);
      span.set({ 'http.request.method': method });
      try {
        const response = await answer();
        const { status } = response;
        span.set({ 'http.response.status_code': status });
        if (status >= FAULT) span.fail(String(status));
        note(status);
        return response;
      } catch (error) {
        note(FAULT);
        throw error;
      }
    },
  );
}

/**
 * A dispatch belongs to the trace of the start that asked for it. A follower lives as long as its run, for days: it begins a
 * trace of its own, with a link, and has no spans inside.
 */
export async function measuredMessage(
  telemetry: Telemetry,
  message: unknown,
  handle: () => Promise<void>,
): Promise<void> {
  const started = performance.now();
  const kind = kindOf(message);
  const sent = sentIn(message);
  const trace = kind === 'dispatch' ? { parent: sent } : { link: sent, quiet: true };
  try {
    await telemetry.span(`message ${kind}`, { kind: 'consumer', ...trace }, handle);
  } finally {
    telemetry.record('sluice.message.duration', secondsSince(started), { message: kind });
  }
}

const KINDS = ['dispatch', 'follow', 'compact'];

function kindOf(message: unknown): string {
  const { kind } = (message ?? {}) as { readonly kind?: unknown };
  return typeof kind === 'string' && KINDS.includes(kind) ? kind : 'unknown';
}

/** A tick meets many runs, so only its own span is told. */
export async function measuredTick<T>(telemetry: Telemetry, tick: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await telemetry.span('tick', { kind: 'internal', quiet: true }, tick);
  } finally {
    telemetry.record('sluice.tick.duration', secondsSince(started));
  }
}
