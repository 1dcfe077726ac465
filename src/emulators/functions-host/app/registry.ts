import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  LogCategory,
  LogLevel,
} from '../contract.ts';
import { messageOf } from '../log.ts';

/** What one app registered while it was loaded: its functions and hooks. */
export type Registry = {
  readonly functions: Map<string, { metadata: FunctionMetadata; callback: FunctionCallback }>;
  readonly hooks: Readonly<Record<HookName, HookCallback[]>>;
  /** Shared by the appStart and appTerminate hooks. */
  readonly appHookData: Record<string, unknown>;
  readonly appLevelHookData: Record<string, unknown>;
  /** Functions can be registered only while the app is loaded. */
  locked: boolean;
  /** Where lines that belong to no invocation go. */
  log(level: LogLevel, category: LogCategory, message: string): void;
};

export function createRegistry(log: Registry['log']): Registry {
  return {
    functions: new Map(),
    hooks: { appStart: [], appTerminate: [], preInvocation: [], postInvocation: [], log: [] },
    appHookData: {},
    appLevelHookData: {},
    locked: false,
    log,
  };
}

/** Runs the hooks of one name in the order of registration; the first that throws stops the rest. */
export async function runHooks(
  registry: Registry,
  name: Exclude<HookName, 'log'>,
  context: Record<string, unknown>,
): Promise<void> {
  for (const callback of registry.hooks[name].slice()) {
    await callback(context);
  }
}

/** Runs appStart or appTerminate hooks; they share one hookData for the life of the app. */
export async function runAppHooks(
  registry: Registry,
  name: 'appStart' | 'appTerminate',
  appDir: string,
): Promise<void> {
  await runHooks(registry, name, {
    hookData: registry.appLevelHookData,
    appHookData: registry.appHookData,
    functionAppDirectory: appDir,
  });
}

export type LogLine = { level: LogLevel; message: string; category: LogCategory };

/** Set while log hooks run: what a log hook itself logs goes out without hooks, or it would never end. */
const insideLogHook = new WeakSet<Registry>();

/**
 * Passes a line through the app's log hooks. They may change level and message of user lines only;
 * level `none` drops the line. A hook that throws is reported and leaves the line as it is.
 */
export function filterLog(
  registry: Registry,
  line: LogLine,
  invocation: { hookData: Record<string, unknown>; context: unknown } | undefined,
  report: (message: string) => void,
): LogLine {
  if (registry.hooks.log.length === 0 || insideLogHook.has(registry)) {
    return line;
  }
  const context: Record<string, unknown> = {
    hookData: invocation?.hookData ?? registry.appLevelHookData,
    appHookData: registry.appHookData,
    level: line.level,
    message: line.message,
    category: line.category,
    invocationContext: invocation?.context,
  };
  insideLogHook.add(registry);
  try {
    for (const callback of registry.hooks.log.slice()) {
      callback(context);
    }
  } catch (error) {
    report(`A log hook failed: ${messageOf(error)}`);
    return line;
  } finally {
    insideLogHook.delete(registry);
  }
  if (line.category !== 'user') {
    return line;
  }
  return {
    category: 'user',
    level: context['level'] as LogLevel,
    message: String(context['message']),
  };
}
