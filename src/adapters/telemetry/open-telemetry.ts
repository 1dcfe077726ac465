/**
 * Telemetry by the OpenTelemetry SDK, with exporters of any kind. The SDK's queues are bounded and drop what does not fit;
 * exports happen on timers that do not keep the process alive.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  DiagLogLevel,
  diag,
  type Histogram,
  type Meter,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
} from '@opentelemetry/sdk-logs';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { readTraceparent } from '../../core/trace-context.ts';
import type { Attributes, Span, SpanOptions, Telemetry } from '../../ports/telemetry.ts';

export type Exporters = {
  readonly traces: SpanExporter;
  readonly metrics: PushMetricExporter;
  /** Undefined where the lines on standard output get there by themselves. */
  readonly logs: LogRecordExporter | undefined;
};

export type TelemetryOptions = {
  /** Attributes of the process, such as `service.name`. */
  readonly resource: Attributes;
  /** Share of traces that are recorded, 0 to 1, decided by the trace's id: all processes decide alike. */
  readonly ratio: number;
  /** How long an export may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Pause between two exports of spans and logs, and between two of figures. */
  readonly pauseMs: number;
  readonly figuresMs: number;
  /** Gets a sentence when an export fails. */
  readonly trouble: (message: string) => void;
};

/** Spans, and lines, that wait for an export; more are dropped. A span is about 1 KiB. */
const QUEUE_MAX = 2_048;
const BATCH_MAX = 512;
/** In seconds: from a call in memory to the longest request. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 240];
const SCOPE = 'sluice';

const KINDS: Readonly<Record<SpanOptions['kind'], SpanKind>> = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};
const SEVERITY = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

function remote(traceparent: string | undefined): SpanContext | undefined {
  const found = readTraceparent(traceparent);
  if (!found) return undefined;
  const { traceId, spanId, flags } = found;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-0${traceFlags & 1}`;
}

/** The name and code of an error, never its text, which may quote anything. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}

type Scope = { readonly context: Context; readonly traceparent: string; readonly quiet: boolean };

function providers(exporters: Exporters, options: TelemetryOptions) {
  const { ratio, timeoutMs, pauseMs, figuresMs } = options;
  const resource = resourceFromAttributes(options.resource);
  const batches = {
    maxQueueSize: QUEUE_MAX,
    maxExportBatchSize: BATCH_MAX,
    scheduledDelayMillis: pauseMs,
    exportTimeoutMillis: timeoutMs,
  };
  const { traces, metrics, logs } = exporters;
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: figuresMs,
    exportTimeoutMillis: Math.min(timeoutMs, figuresMs),
  });
  return {
    // By the trace's id alone: a host may mark its own context as not recorded, and callers are not to decide what is.
    tracing: new BasicTracerProvider({
      resource,
      sampler: new TraceIdRatioBasedSampler(ratio),
      spanProcessors: [new BatchSpanProcessor(traces, batches)],
    }),
    metering: new MeterProvider({ resource, readers: [reader] }),
    logging:
      logs &&
      new LoggerProvider({
        resource,
        processors: [new BatchLogRecordProcessor({ exporter: logs, ...batches })],
      }),
  };
}

/** The SDK reports failed exports to this logger, and swallows them. */
function reportTo(trouble: (message: string) => void): void {
  const nothing = (): void => undefined;
  diag.setLogger(
    { error: trouble, warn: nothing, info: nothing, debug: nothing, verbose: nothing },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
}

function spansBy(tracer: Tracer, scopes: AsyncLocalStorage<Scope>): Telemetry['span'] {
  function start(name: string, span: SpanOptions): OtelSpan {
    const parent = remote(span.parent);
    const link = remote(span.link);
    const inherited = link ? ROOT_CONTEXT : (scopes.getStore()?.context ?? ROOT_CONTEXT);
    const context = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : inherited;
    const { attributes = {} } = span;
    const links = link ? [{ context: link }] : [];
    return tracer.startSpan(name, { kind: KINDS[span.kind], attributes, links }, context);
  }

  return async (name, options, work) => {
    const span = start(name, options);
    const traceparent = traceparentOf(span.spanContext());
    const context = trace.setSpan(ROOT_CONTEXT, span);
    const quiet = options.quiet ?? scopes.getStore()?.quiet ?? false;
    const fail = (word: string): void => {
      span.setAttribute('error.type', word);
      span.setStatus({ code: SpanStatusCode.ERROR, message: word });
    };
    const given: Span = { traceparent, set: (more) => void span.setAttributes(more), fail };
    try {
      return await scopes.run({ context, traceparent, quiet }, () => work(given));
    } catch (error) {
      fail(wordOf(error));
      throw error;
    } finally {
      span.end();
    }
  };
}

/** Instruments are made at first use. */
function figuresBy(meter: Meter): Pick<Telemetry, 'record' | 'observe'> {
  const histograms = new Map<string, Histogram>();
  return {
    record(name, value, attributes) {
      const advice = { explicitBucketBoundaries: BUCKETS };
      const histogram = histograms.get(name) ?? meter.createHistogram(name, { unit: 's', advice });
      histograms.set(name, histogram);
      histogram.record(value, attributes);
    },
    observe(name, read) {
      meter.createObservableGauge(name).addCallback((result) => result.observe(read()));
    },
  };
}

export function createOpenTelemetry(exporters: Exporters, options: TelemetryOptions): Telemetry {
  reportTo(options.trouble);
  const { tracing, metering, logging } = providers(exporters, options);
  const logger = logging?.getLogger(SCOPE);
  const scopes = new AsyncLocalStorage<Scope>();
  return {
    span: spansBy(tracing.getTracer(SCOPE), scopes),
    ...figuresBy(metering.getMeter(SCOPE)),
    current: () => scopes.getStore(),
    log(level, message, fields) {
      logger?.emit({
        severityNumber: SEVERITY[level],
        severityText: level,
        body: message,
        attributes: { ...fields },
        context: scopes.getStore()?.context ?? ROOT_CONTEXT,
      });
    },
    async flush() {
      const { timeoutMs: timeoutMillis } = options;
      await Promise.allSettled([
        tracing.forceFlush(),
        metering.forceFlush({ timeoutMillis }),
        logging?.forceFlush(),
      ]);
    },
  };
}
