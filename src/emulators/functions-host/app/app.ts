import type { ProgrammingModel } from '../contract.ts';
import { defineFunctions, type FunctionDefinition } from '../definition.ts';
import type { Log } from '../log.ts';
import { loadApp } from './app-loader.ts';
import { attachApp, currentModel } from './core-module.ts';
import { createRegistry, filterLog, type Registry, runAppHooks } from './registry.ts';

/** A loaded app: its functions are known, checked and cannot change any more. */
export type App = {
  readonly registry: Registry;
  readonly model: ProgrammingModel;
  readonly functions: readonly FunctionDefinition[];
  /** Runs the appTerminate hooks. */
  readonly terminate: () => Promise<void>;
};

/** Lines of the library that belong to no invocation go to category `Worker`. */
function registryWithLog(log: Log): Registry {
  const registry: Registry = createRegistry((level, category, message) => {
    const report = (text: string): void => log('error', 'Worker', text);
    const line = filterLog(registry, { level, category, message }, undefined, report);
    log(line.level, 'Worker', line.message);
  });
  return registry;
}

/**
 * Loads the app in `appDir` and runs its appStart hooks. `undo` gets what releases the process for
 * another app. Rejects with an Error that says what is wrong with the app.
 */
export async function startApp(
  appDir: string,
  main: string | undefined,
  log: Log,
  undo: (() => unknown)[],
): Promise<App> {
  const registry = registryWithLog(log);
  undo.push(attachApp(registry));
  await loadApp(appDir, main);
  await runAppHooks(registry, 'appStart', appDir);
  registry.locked = true;
  const model = currentModel();
  if (model === undefined || registry.functions.size === 0) {
    throw new Error(
      `${appDir} registered no functions. They must be registered by the entry files themselves while they load, ` +
        'and @azure/functions must not have been used in this process before the host began.',
    );
  }
  return {
    registry,
    model,
    functions: defineFunctions(registry, process.env),
    terminate: () => runAppHooks(registry, 'appTerminate', appDir),
  };
}
