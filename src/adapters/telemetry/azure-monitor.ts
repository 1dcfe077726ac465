/**
 * Exporters for Application Insights. Logs are not among them: the Functions host sends the lines that the app writes on
 * standard output, and they would come twice.
 */
import type { TokenCredential } from '@azure/identity';
import {
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import type { Exporters } from './open-telemetry.ts';

export type AzureMonitorOptions = {
  readonly connectionString: string;
  /** For a component that takes Entra tokens only; without one the instrumentation key counts. */
  readonly credential: TokenCredential | undefined;
};

export function azureMonitorExporters(options: AzureMonitorOptions): Exporters {
  const { connectionString, credential } = options;
  const common = {
    connectionString,
    ...(credential && { credential }),
    // What could not be sent is dropped: the disk of an instance is small, and gone with it.
    disableOfflineStorage: true,
  };
  return {
    traces: new AzureMonitorTraceExporter(common),
    metrics: new AzureMonitorMetricExporter(common),
    logs: undefined,
  };
}
