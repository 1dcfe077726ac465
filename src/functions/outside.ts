/** What the world and the telemetry share: the identity, and the log. */
import type { TokenCredential } from '@azure/identity';
import { readTraceparent } from '../core/trace-context.ts';
import type { Log } from '../ports/world.ts';
import { createLog } from './log.ts';
import type { Settings } from './settings/settings.ts';
import { createOperations, type Operations } from './telemetry/telemetry.ts';

export type Outside = {
  readonly credential: () => Promise<TokenCredential>;
  readonly log: Log;
  readonly operations: Operations;
};

/** One identity for everything, loaded only where a connection string is missing. */
async function credentialOf(settings: Settings): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  const id = settings.identityClientId;
  return new DefaultAzureCredential(id === undefined ? {} : { managedIdentityClientId: id });
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);

export async function createOutside(settings: Settings): Promise<Outside> {
  let made: Promise<TokenCredential> | undefined;
  const credential = (): Promise<TokenCredential> => (made ??= credentialOf(settings));
  const base = { level: settings.logLevel, write, now: () => Date.now() };
  // Only to standard output: what cannot be sent is not sent either.
  const trouble = (error: string): void =>
    createLog(base).warn('telemetry not exported', { error });
  const operations = await createOperations(settings, credential, trouble);
  const { telemetry } = operations;
  const log = createLog({
    ...base,
    also: (level, message, fields) => telemetry.log(level, message, fields),
    trace() {
      const around = readTraceparent(telemetry.current()?.traceparent);
      return around ? { trace_id: around.traceId, span_id: around.spanId } : {};
    },
  });
  return { credential, log, operations };
}
