/** Makes the telemetry that the settings ask for. Its packages load only then, after the first call. */
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { TokenCredential } from '@azure/identity';
import type { Exporters } from '../../adapters/telemetry/open-telemetry.ts';
import {
  TELEMETRY_EXPORT_MS,
  TELEMETRY_FIGURES_MS,
  TELEMETRY_PAUSE_MS,
  TELEMETRY_TROUBLE_MS,
} from '../../core/function-limits.ts';
import { VERSION } from '../../core/names.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { keepExporterQuiet } from '../settings/environment.ts';
import type { Settings } from '../settings/settings.ts';
import { NO_TELEMETRY } from './none.ts';

export type Operations = {
  readonly telemetry: Telemetry;
  /** The Functions host sends a span for each invocation itself: ours lie below it. */
  readonly hostTraces: boolean;
};

export const NO_OPERATIONS: Operations = { telemetry: NO_TELEMETRY, hostTraces: false };

const NANOSECONDS = 1e9;
const PERCENTILE = 99;

/** `name=value` pairs, separated by commas, percent-encoded, as OpenTelemetry's own setting has them. */
export function headersOf(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    if (at < 1) return [];
    const value = pair.slice(at + 1).trim();
    try {
      return [[pair.slice(0, at).trim(), decodeURIComponent(value)]];
    } catch {
      return [[pair.slice(0, at).trim(), value]];
    }
  });
  return Object.fromEntries(pairs);
}

async function exportersOf(
  settings: Settings['telemetry'],
  credential: () => Promise<TokenCredential>,
): Promise<Exporters | undefined> {
  if (settings === undefined) return undefined;
  if ('endpoint' in settings) {
    const { otlpExporters } = await import('../../adapters/telemetry/otlp.ts');
    const { endpoint, headers } = settings;
    return otlpExporters({
      endpoint,
      headers: headersOf(headers),
      timeoutMs: TELEMETRY_EXPORT_MS,
    });
  }
  keepExporterQuiet();
  const { azureMonitorExporters } = await import('../../adapters/telemetry/azure-monitor.ts');
  const { connectionString, entra } = settings;
  return azureMonitorExporters({
    connectionString,
    credential: entra ? await credential() : undefined,
  });
}

/** What tells how the process itself is. */
function observeProcess(telemetry: Telemetry): void {
  const delay = monitorEventLoopDelay();
  delay.enable();
  telemetry.observe('process.memory.usage', () => process.memoryUsage.rss());
  telemetry.observe('nodejs.eventloop.delay.p99', () => {
    const seconds = delay.percentile(PERCENTILE) / NANOSECONDS;
    delay.reset();
    return Number.isFinite(seconds) ? seconds : 0;
  });
}

/** `trouble` gets a sentence when nothing can be sent, at most every `TELEMETRY_TROUBLE_MS`. */
export async function createOperations(
  { telemetry: settings, traceRatio }: Settings,
  credential: () => Promise<TokenCredential>,
  trouble: (message: string) => void,
): Promise<Operations> {
  const exporters = await exportersOf(settings, credential);
  if (exporters === undefined || settings === undefined) return NO_OPERATIONS;
  const { createOpenTelemetry } = await import('../../adapters/telemetry/open-telemetry.ts');
  let quietUntil = 0;
  const telemetry = createOpenTelemetry(exporters, {
    resource: {
      'service.name': 'sluice',
      'service.version': VERSION,
      'service.instance.id': randomBytes(8).toString('hex'),
    },
    ratio: traceRatio,
    timeoutMs: TELEMETRY_EXPORT_MS,
    pauseMs: TELEMETRY_PAUSE_MS,
    figuresMs: TELEMETRY_FIGURES_MS,
    trouble(message) {
      const now = performance.now();
      if (now < quietUntil) return;
      quietUntil = now + TELEMETRY_TROUBLE_MS;
      trouble(message);
    },
  });
  observeProcess(telemetry);
  return { telemetry, hostTraces: 'connectionString' in settings };
}
