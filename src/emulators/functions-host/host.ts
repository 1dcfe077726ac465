/**
 * A Functions host for one machine: runs an unmodified app of the Node.js programming model v4
 * (`@azure/functions`) in this process, with HTTP, timer and storage queue triggers.
 *
 * It differs from Azure in this: the app shares the host's process, so a handler that blocks the
 * event loop blocks the triggers too; other bindings are refused at start; functions of every level
 * are open unless `enableAuth`; a streaming handler that gives no answer is answered at once with 500. With `strict`
 * only the middle two are left.
 */
import { resolve } from 'node:path';
import { type Runner, runInProcess, runInWorker } from './app/runner.ts';
import type { TypedData } from './contract.ts';
import { type FunctionDefinition, isTriggeredBy } from './definition.ts';
import { type HostConfig, readHostConfig } from './host-config.ts';
import { type HostKeys, newKeys } from './http/access.ts';
import { createAdmin } from './http/admin.ts';
import { BODY_LIMIT, type FrontServer, listen } from './http/http-server.ts';
import { HttpThrottle } from './http/http-throttle.ts';
import { createRouter } from './http/router.ts';
import { createInvoker, type FunctionTimeout, type Invoker } from './invoker.ts';
import { createLog, type HostLogLine, type Log, messageOf } from './log.ts';
import type { Outside } from './outside/outside.ts';
import { endGently, endStrictly } from './process/shutdown.ts';
import { STORAGE_LOST_MS } from './process/strict.ts';
import { applySettings } from './settings.ts';
import { prepareTriggers, type Triggers } from './triggers/triggers.ts';

export type HostOptions = {
  /** Folder with host.json, package.json and, if any, local.settings.json. */
  readonly appDir: string;
  /** Entry file or glob relative to `appDir`, instead of package.json's `main`. */
  readonly main?: string;
  /** Application settings; they win over the environment, which wins over local.settings.json. */
  readonly settings?: Readonly<Record<string, string>>;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly hostname?: string;
  /** Folder for the status of timers; without it no timer is ever past due. */
  readonly stateDir?: string;
  /** Demand keys as on Azure. Without it every caller passes for an administrator, as in Core Tools. */
  readonly enableAuth?: boolean;
  /** Keys for `enableAuth`; random ones when absent (see `Host.keys`). */
  readonly keys?: HostKeys;
  /** For a host that is reached from other machines. They get neither `/admin` nor more than the bounds of `outside/limits.ts`. */
  readonly outside?: Outside;
  readonly log?: (line: HostLogLine) => void;
  /** Called after an invocation exceeded functionTimeout. Its code still runs: end the process, as Azure does. */
  readonly onTimeout?: (error: FunctionTimeout) => void;
  /**
   * Does also what the real host does badly: a request that gets no answer there gets none here. For tests. The number is multiplied
   * with the real host's times (`strict.ts`): 1 for those.
   */
  readonly strict?: number;
  /** A strict host runs the app in a process of its own, which a crash or a function over its time ends, and ends in the order of the real one. */
  readonly ownProcess?: boolean;
  /** A strict host gives a forwarded request up after so long without a byte; 240 s times `strict` by default. */
  readonly forwardIdleMs?: number;
  /** A strict host ends when storage has refused a queue for a while: called then. */
  readonly onStorageLost?: () => void;
  /** Told the earliest time (epoch ms) at which a running invocation times out, 0 for none. */
  readonly onDeadline?: (at: number) => void;
};

export type HostFunction = {
  readonly name: string;
  readonly trigger: 'http' | 'timer' | 'queue' | 'warmup';
  readonly disabled: boolean;
};

export type Host = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly functions: readonly HostFunction[];
  /** Undefined while every caller is let in. */
  readonly keys: HostKeys | undefined;
  /**
   * Runs a timer, queue or warmup function now and resolves with what it returned. `input` is the
   * queue message: text, or a value that is sent as JSON. Rejects with the function's own error.
   */
  invoke(name: string, input?: unknown): Promise<unknown>;
  /**
   * Ends the host: takes no more work, lets running invocations finish for at most `drainMs` (10 s by
   * default), runs the appTerminate hooks, breaks what is left. Safe to call twice.
   */
  close(options?: { readonly drainMs?: number }): Promise<void>;
};

const DRAIN_MS = 10_000;

function fromTypedData(data: TypedData | null | undefined): unknown {
  if (data?.json !== undefined) {
    return JSON.parse(data.json);
  }
  return data?.string ?? data?.int ?? data?.double ?? data?.bytes;
}

function bodyLimit(env: NodeJS.ProcessEnv): number {
  const limit = Number(env['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT']);
  return limit > 0 ? limit : BODY_LIMIT;
}

/** Addresses of this machine alone. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

type Front = FrontServer & { readonly url: string };

/** Binds the port, so that the app can read its own address (WEBSITE_HOSTNAME) while it loads. */
async function bind(options: HostOptions, undo: (() => unknown)[]): Promise<Front> {
  const hostname = options.hostname ?? '127.0.0.1';
  if (options.enableAuth !== true && !LOOPBACK.test(hostname)) {
    throw new Error(
      `without keys the host is open to every caller: it does not listen on ${hostname}`,
    );
  }
  const front = await listen(hostname, options.port ?? 0, options.outside);
  undo.push(() => {
    front.server.close();
    front.server.closeAllConnections();
  });
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${front.port}`;
  process.env['WEBSITE_HOSTNAME'] = options.settings?.['WEBSITE_HOSTNAME'] ?? authority;
  return { ...front, url: `http://${authority}` };
}

type Running = {
  readonly invoker: Invoker;
  readonly triggers: Triggers;
  readonly keys: HostKeys | undefined;
};

const nothing = (): void => undefined;

/** Joins the parts: triggers fire and requests come in when this is done. */
async function open(
  options: HostOptions,
  config: HostConfig,
  log: Log,
  front: Front,
  runner: Runner,
  undo: (() => unknown)[],
): Promise<Running> {
  const { env } = process;
  const { stateDir, strict, onStorageLost = nothing } = options;
  const { routePrefix } = config;
  const { functions } = runner;
  const http = functions.filter((definition) => isTriggeredBy(definition, 'http'));
  const router = createRouter(http, routePrefix);
  const invoker = createInvoker({
    perform: runner.perform,
    log,
    timeoutMs: config.functionTimeoutMs,
    onTimeout: runner.onTimeout,
    onDeadline: options.onDeadline ?? nothing,
  });
  const storage =
    strict === undefined ? {} : { lostMs: STORAGE_LOST_MS * strict, onLost: onStorageLost };
  const startTriggers = prepareTriggers({
    functions,
    invoker,
    config,
    env,
    log,
    stateDir,
    ...storage,
  });
  const forwarder = await runner.forwarder(invoker);
  undo.push(() => forwarder?.close());

  const triggers = startTriggers();
  const keys = options.enableAuth === true ? (options.keys ?? newKeys()) : undefined;
  const fire = (definition: FunctionDefinition, input: string): void => {
    // The invoker has logged a failure.
    triggers.fire(definition, input).catch(() => undefined);
  };
  front.open({
    router,
    invoker,
    log,
    keys,
    admin: createAdmin({ functions, keys, url: front.url, routePrefix, start: fire }),
    forward: forwarder?.forward,
    throttle: new HttpThrottle(config.http),
    bodyLimit: bodyLimit(env),
    tooLarge: strict === undefined ? 413 : 500,
    homepage: !/^(1|true)$/i.test(env['AzureWebJobsDisableHomepage'] ?? ''),
  });
  return { invoker, triggers, keys };
}

function announce(
  log: Log,
  url: string,
  functions: readonly FunctionDefinition[],
  config: HostConfig,
): void {
  for (const definition of functions) {
    let where = '';
    if (isTriggeredBy(definition, 'http')) {
      const { route, methods } = definition.trigger;
      const path = [config.routePrefix, route ?? definition.name].filter((part) => part !== '');
      where = `: [${methods.join(',') || 'ANY'}] ${url}/${path.join('/')}`;
    }
    log('information', 'Host.Startup', `${definition.name} (${definition.trigger.kind})${where}`);
  }
  log('information', 'Host.Startup', `Host started at ${url}`);
}

async function undoAll(undo: (() => unknown)[]): Promise<void> {
  for (const step of undo.splice(0).toReversed()) {
    await step();
  }
}

/**
 * Starts a host in this process. One at a time: the library keeps its state per process, so
 * `app.setup` works for the first host only, and modules stay loaded after `close`.
 * Rejects with an Error that says what is wrong with the app, having undone everything.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  let levels: HostConfig['logLevels'] = new Map();
  const log = createLog(options.log, () => levels);
  const appDir = resolve(options.appDir);
  const undo: (() => unknown)[] = [];
  try {
    const settings = { WEBSITE_HOSTNAME: '', ...options.settings };
    undo.push(await applySettings(appDir, settings, process.env, log));
    const config = await readHostConfig(appDir, process.env);
    levels = config.logLevels;
    const front = await bind(options, undo);
    const { main, strict, forwardIdleMs, onTimeout = nothing } = options;
    const start = { appDir, main, log, onTimeout, forwardIdleMs };
    const isReal = strict !== undefined && options.ownProcess === true;
    const runner = await (isReal
      ? runInWorker(start, strict, undo)
      : runInProcess(start, strict, undo));
    const { functions } = runner;
    const running = await open(options, config, log, front, runner, undo);
    announce(log, front.url, functions, config);
    const ending = { ...running, front, runner, log };
    let closing: Promise<void> | undefined;
    return {
      url: front.url,
      port: front.port,
      keys: running.keys,
      functions: functions.map(({ name, trigger, disabled }) => ({
        name,
        trigger: trigger.kind,
        disabled,
      })),
      invoke: async (name, input) => {
        const definition = functions.find((f) => f.name.toLowerCase() === name.toLowerCase());
        if (definition === undefined) {
          throw new Error(`there is no function '${name}'`);
        }
        const text = typeof input === 'string' ? input : JSON.stringify(input ?? '');
        return fromTypedData((await running.triggers.fire(definition, text)).returnValue);
      },
      close: ({ drainMs = DRAIN_MS } = {}) => {
        closing ??= (isReal ? endStrictly(ending, strict) : endGently(ending, drainMs)).then(() =>
          undoAll(undo),
        );
        return closing;
      },
    };
  } catch (error) {
    log('critical', 'Host.Startup', messageOf(error));
    await undoAll(undo);
    throw error;
  }
}
