/** Exporters for a collector of OTLP over HTTP, as JSON. */
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Exporters } from './open-telemetry.ts';

export type OtlpOptions = {
  /** Address of the collector, to which `/v1/traces` and the like are added. */
  readonly endpoint: string;
  /** Sent with every request, such as a key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};

export function otlpExporters({ endpoint, headers, timeoutMs }: OtlpOptions): Exporters {
  const base = endpoint.replace(/\/+$/, '');
  const to = (signal: string) => ({
    url: `${base}/v1/${signal}`,
    headers: { ...headers },
    timeoutMillis: timeoutMs,
  });
  return {
    traces: new OTLPTraceExporter(to('traces')),
    metrics: new OTLPMetricExporter(to('metrics')),
    logs: new OTLPLogExporter(to('logs')),
  };
}
