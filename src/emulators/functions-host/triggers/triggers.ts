import { QueueServiceClient } from '@azure/storage-queue';
import type { InvocationResponse, TypedData } from '../contract.ts';
import { type FunctionDefinition, isTriggeredBy } from '../definition.ts';
import type { HostConfig } from '../host-config.ts';
import type { Invoker } from '../invoker.ts';
import { type Log, messageOf } from '../log.ts';
import { resolveConnection } from '../settings.ts';
import { azureQueue } from './azure-queue.ts';
import { parseSchedule } from './ncrontab.ts';
import { startQueueListener } from './queue-listener.ts';
import type { QueueSource } from './queue-source.ts';
import { runWithRetry } from './retry.ts';
import { sqliteQueue } from './sqlite-queue.ts';
import { startTimer, timerInput } from './timer.ts';
import { fileTimerStatus, memoryTimerStatus } from './timer-status.ts';

export type TriggerOptions = {
  readonly functions: readonly FunctionDefinition[];
  readonly invoker: Invoker;
  readonly config: HostConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Directory for the status of timers; without it none is kept. */
  readonly stateDir: string | undefined;
  /** See QueueListenerOptions. */
  readonly lostMs?: number;
  readonly onLost?: () => void;
};

export type Triggers = {
  /** Fires nothing more by itself; resolves when queue messages in work are done. */
  stop(): Promise<void>;
  /** Fires a function that is not HTTP-triggered, as the admin API does. */
  fire(definition: FunctionDefinition, input: string): Promise<InvocationResponse>;
};

/** A storage call may hang; each try gets this long. */
const TRY_TIMEOUT_MS = 10_000;

/** The queue of a connection: an absolute path is the folder of a storage process, all else a connection string of Azure. */
function queueOf(connection: string, queueName: string, encoding: 'base64' | 'none'): QueueSource {
  if (connection.startsWith('/')) {
    return sqliteQueue(connection, queueName);
  }
  const service = QueueServiceClient.fromConnectionString(connection, {
    retryOptions: { maxTries: 3, tryTimeoutInMs: TRY_TIMEOUT_MS, retryDelayInMs: 200 },
  });
  return azureQueue(service, queueName, encoding);
}

/** The trigger's value when a function is fired by hand. */
function manualInput({ name, trigger }: FunctionDefinition, input: string): TypedData {
  if (trigger.kind === 'http') {
    throw new Error(`Function '${name}' is called over HTTP`);
  }
  if (trigger.kind === 'timer') {
    return timerInput(undefined, false);
  }
  return trigger.kind === 'queue' ? { string: input } : { json: '{}' };
}

/**
 * Checks all timers and queues of the app, and gives the function that starts them. Throws an Error that
 * names the function when a schedule or a connection is wrong.
 */
export function prepareTriggers(options: TriggerOptions): () => Triggers {
  const { functions, invoker, config, env, log, stateDir, lostMs, onLost } = options;
  const controller = new AbortController();
  const store = stateDir === undefined ? memoryTimerStatus() : fileTimerStatus(stateDir, log);
  const timezone = env['WEBSITE_TIME_ZONE'] ?? 'UTC';
  const starts: (() => () => unknown)[] = [];

  for (const definition of functions) {
    const { name } = definition;
    try {
      if (isTriggeredBy(definition, 'timer')) {
        const { schedule, ...trigger } = definition.trigger;
        const parsed = parseSchedule(schedule, timezone);
        const fire = (input: TypedData, reason: string): Promise<InvocationResponse> =>
          runWithRetry(invoker, { definition, input, reason }, controller.signal);
        const timer = { ...trigger, name, schedule: parsed, store, log, fire };
        starts.push(() => (definition.disabled ? () => undefined : startTimer(timer)));
      } else if (isTriggeredBy(definition, 'queue')) {
        const { queueName, connection } = definition.trigger;
        const from = resolveConnection(connection, env);
        const source = queueOf(from, queueName, config.queues.messageEncoding);
        const reason = `New queue message detected on '${queueName}'.`;
        const listener = {
          source,
          config: config.queues,
          log,
          ...(lostMs !== undefined && { lostMs }),
          ...(onLost !== undefined && { onLost }),
          fire: (input: TypedData, triggerMetadata: Record<string, TypedData>) =>
            invoker.run({ definition, input, triggerMetadata, reason }),
        };
        starts.push(() =>
          definition.disabled ? () => undefined : startQueueListener(listener).stop,
        );
      }
    } catch (error) {
      throw new Error(`Function '${name}': ${messageOf(error)}`, { cause: error });
    }
    if (definition.disabled) {
      log('information', 'Host.Startup', `Function '${name}' is disabled via app settings.`);
    }
  }

  return () => {
    const stops = starts.map((start) => start());
    return {
      stop: async () => {
        controller.abort();
        await Promise.all(stops.map((stop) => stop()));
      },
      fire: async (definition, input) => {
        const isQueue = definition.trigger.kind === 'queue';
        const metadata = isQueue ? { QueueTrigger: { string: input } } : {};
        const call = {
          definition,
          input: manualInput(definition, input),
          triggerMetadata: metadata,
          reason: 'This function was programmatically called via the host APIs.',
        };
        return isQueue ? invoker.run(call) : runWithRetry(invoker, call, controller.signal);
      },
    };
  };
}
