import * as z from 'zod';
import type { Registry } from './app/registry.ts';
import type { FunctionCallback, FunctionMetadata } from './contract.ts';
import { messageOf } from './log.ts';
import { isDisabled, resolveNames } from './settings.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export type HttpTrigger = {
  readonly kind: 'http';
  /** Without the route prefix; undefined means the function's name. */
  readonly route: string | undefined;
  /** Upper case; empty means any. */
  readonly methods: readonly string[];
  readonly authLevel: AuthLevel;
};
export type TimerTrigger = {
  readonly kind: 'timer';
  readonly schedule: string;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
};
export type QueueTrigger = {
  readonly kind: 'queue';
  readonly queueName: string;
  /** Name of the setting that holds the connection string. */
  readonly connection: string;
};
/** Fired by the platform when it scales out; here only through the admin API. */
export type WarmupTrigger = { readonly kind: 'warmup' };
export type Trigger = HttpTrigger | TimerTrigger | QueueTrigger | WarmupTrigger;

/** A function of the app, checked and ready to be fired. */
export type FunctionDefinition<T extends Trigger = Trigger> = {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  /** Name of the binding that the trigger's value goes to. */
  readonly triggerName: string;
  readonly trigger: T;
  readonly disabled: boolean;
};

const httpSchema = z.looseObject({
  route: z.string().optional(),
  methods: z.array(z.string()).default([]),
  authLevel: z.enum(['anonymous', 'function', 'admin']).default('function'),
});
const timerSchema = z.looseObject({
  schedule: z.string().min(1),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});
const queueSchema = z.looseObject({
  queueName: z.string().min(1),
  connection: z.string().default('AzureWebJobsStorage'),
});

/** Function and binding names as the host allows them (Utility.cs of azure-functions-host). */
const FUNCTION_NAME = /^[a-z][a-z0-9_-]{0,127}$/i;
const BINDING_NAME = /^(?:[a-z][a-z0-9]{0,127}|\$return)$/i;

function readTrigger(type: string, options: unknown, env: NodeJS.ProcessEnv): Trigger {
  switch (type.toLowerCase()) {
    case 'httptrigger': {
      const http = httpSchema.parse(options);
      const methods = http.methods.map((method) => method.toUpperCase());
      return { kind: 'http', route: http.route, methods, authLevel: http.authLevel };
    }
    case 'timertrigger': {
      const { schedule, runOnStartup, useMonitor } = timerSchema.parse(options);
      return { kind: 'timer', schedule: resolveNames(schedule, env), runOnStartup, useMonitor };
    }
    case 'queuetrigger': {
      const { queueName, connection } = queueSchema.parse(options);
      return {
        kind: 'queue',
        queueName: resolveNames(queueName, env),
        connection: resolveNames(connection, env),
      };
    }
    case 'warmuptrigger':
      return { kind: 'warmup' };
    default:
      throw new Error(`trigger type "${type}" is not supported by the local host`);
  }
}

function define(
  metadata: FunctionMetadata,
  callback: FunctionCallback,
  env: NodeJS.ProcessEnv,
): FunctionDefinition {
  if (!FUNCTION_NAME.test(metadata.name) || metadata.name.toLowerCase() === 'host') {
    throw new Error('the name is not allowed');
  }
  const bindings = Object.entries(metadata.bindings);
  const triggers = bindings.filter(([, binding]) => /trigger$/i.test(binding.type));
  const first = triggers[0];
  if (first === undefined || triggers.length > 1) {
    throw new Error(`it has ${triggers.length} triggers and needs one`);
  }
  const [triggerName, binding] = first;
  const trigger = readTrigger(binding.type, binding, env);
  if (metadata.retryOptions !== undefined && trigger.kind !== 'timer') {
    throw new Error(
      `a retry policy is for timers; ${trigger.kind === 'queue' ? 'a queue has that of host.json' : 'others have none'}`,
    );
  }
  for (const [name, other] of bindings) {
    if (!BINDING_NAME.test(name)) {
      throw new Error(`the binding name "${name}" is not allowed`);
    }
    const isReply = name === '$return' && other.type.toLowerCase() === 'http';
    if (other !== binding && !isReply) {
      throw new Error(`binding type "${other.type}" is not supported by the local host`);
    }
  }
  const disabled = isDisabled(metadata.name, env);
  return { name: metadata.name, metadata, callback, triggerName, trigger, disabled };
}

/**
 * The app's functions, ordered by name without case. Throws an Error that lists every function that
 * cannot run here, and why: a function that silently never fires would be worse.
 */
export function defineFunctions(registry: Registry, env: NodeJS.ProcessEnv): FunctionDefinition[] {
  const problems: string[] = [];
  const byName = new Map<string, FunctionDefinition>();
  for (const { metadata, callback } of registry.functions.values()) {
    try {
      const key = metadata.name.toUpperCase();
      if (byName.has(key)) {
        throw new Error('another function has this name (case does not count)');
      }
      byName.set(key, define(metadata, callback, env));
    } catch (error) {
      const text = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
      problems.push(`Function '${metadata.name}': ${text}`);
    }
  }
  if (problems.length > 0) {
    throw new Error(problems.join('\n'));
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, definition]) => definition);
}

export function isTriggeredBy<K extends Trigger['kind']>(
  definition: FunctionDefinition,
  kind: K,
): definition is FunctionDefinition<Extract<Trigger, { kind: K }>> {
  return definition.trigger.kind === kind;
}
