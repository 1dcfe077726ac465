/**
 * Provides the module `@azure/functions-core`, through which the library talks to its host. The
 * library asks for it once per process and keeps the answer, so there is one such object per process
 * and it passes everything on to the app that is live now.
 */
import Module, { registerHooks } from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from '../contract.ts';
import type { Registry } from './registry.ts';

const NAME = '@azure/functions-core';
const GLOBAL_KEY = 'functions-core:module';
const SHIM_URL = 'functions-core:shim';
/** What the host reports as its own version; 4.34 is the first that knows log hooks. */
export const HOST_VERSION = '4.1040.0.0';

let live: Registry | undefined;
let model: ProgrammingModel | undefined;
let installed = false;

class Disposable {
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) {
        disposable.dispose();
      }
    });
  }
  #onDispose: (() => unknown) | undefined;
  constructor(onDispose: () => unknown) {
    this.#onDispose = onDispose;
  }
  dispose(): unknown {
    const onDispose = this.#onDispose;
    this.#onDispose = undefined;
    return onDispose?.();
  }
}

/** The library tells errors of the system from errors of the app by this mark. */
function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

function registry(): Registry {
  if (live === undefined) {
    throw systemError(new Error('No Functions host is running in this process.'));
  }
  return live;
}

function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
  const app = registry();
  if (app.locked) {
    throw systemError(new Error('A function can only be registered during app startup.'));
  }
  const id = metadata.functionId ?? metadata.name;
  if (app.functions.has(id)) {
    throw systemError(new Error(`A function with id "${id}" has already been registered.`));
  }
  app.functions.set(id, { metadata, callback });
  return new Disposable(() => {
    if (app.locked) {
      throw systemError(new Error('A function can only be disposed during app startup.'));
    }
    app.functions.delete(id);
  });
}

function registerHook(name: string, callback: HookCallback): Disposable {
  const hooks: Record<string, HookCallback[]> = registry().hooks;
  const list = Object.hasOwn(hooks, name) ? hooks[name] : undefined;
  if (list === undefined) {
    throw systemError(new RangeError(`Unrecognized hook "${name}"`));
  }
  list.push(callback);
  return new Disposable(() => {
    const index = list.indexOf(callback);
    if (index >= 0) {
      list.splice(index, 1);
    }
  });
}

const core = {
  version: '3.13.0',
  hostVersion: HOST_VERSION,
  setProgrammingModel(value: ProgrammingModel): void {
    model = value;
  },
  getProgrammingModel: (): ProgrammingModel | undefined => model,
  registerFunction,
  registerHook,
  log(level: LogLevel, category: LogCategory, message: string): void {
    live?.log(level, category, message);
  },
  Disposable,
};

/** The model that the app's copy of the library set; undefined when no app used it yet. */
export const currentModel = core.getProgrammingModel;

function patchRequire(): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is applied to its own `this` below
  const original = Module.prototype.require;
  Module.prototype.require = new Proxy(original, {
    apply(target, self: unknown, args: [string]): unknown {
      return args[0] === NAME ? core : Reflect.apply(target, self, args);
    },
  });
}

/** Serves ES imports of the module too, which `Module.prototype.require` never sees. */
function hookImport(): void {
  Object.defineProperty(globalThis, Symbol.for(GLOBAL_KEY), { value: core, configurable: true });
  const names = Object.keys(core);
  const source = [
    `const core = globalThis[Symbol.for('${GLOBAL_KEY}')];`,
    'export default core;',
    ...names.map((name) => `export const ${name} = core.${name};`),
  ].join('\n');
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === NAME
        ? { url: SHIM_URL, format: 'module', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === SHIM_URL ? { format: 'module', source, shortCircuit: true } : next(url, context),
  });
}

/**
 * Makes `app` the one that registrations, hooks and log lines of the library go to. Gives the
 * function that releases it. Throws when another app is live: the library keeps its state
 * (programming model, setup, stream server) per process, so two at once would mix.
 */
export function attachApp(app: Registry): () => void {
  if (live !== undefined) {
    throw new Error('A Functions host is running in this process already; close it first.');
  }
  if (!installed) {
    patchRequire();
    hookImport();
    installed = true;
  }
  live = app;
  return () => {
    live = undefined;
  };
}
