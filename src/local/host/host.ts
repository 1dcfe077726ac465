/**
 * A Functions host for one machine: runs an unmodified app of the Node.js programming model v4
 * (`@azure/functions`) in this process, with HTTP, timer and storage queue triggers.
 *
 * It differs from Azure in this: the app shares the host's process, so a handler that blocks the
 * event loop blocks the triggers too; other bindings are refused at start; functions of every level
 * are open unless `enableAuth`; a streaming handler that gives no answer is answered at once with 500.
 */
import type { Server } from 'node:http';
import { resolve } from 'node:path';
import { type HostKeys, newKeys } from './access.ts';
import { createAdmin } from './admin.ts';
import { type App, startApp } from './app.ts';
import type { TypedData } from './contract.ts';
import { type FunctionDefinition, isTriggeredBy } from './definition.ts';
import { type HostConfig, readHostConfig } from './host-config.ts';
import { BODY_LIMIT, type FrontServer, listen } from './http-server.ts';
import { createForwarder } from './http-stream.ts';
import { HttpThrottle } from './http-throttle.ts';
import { createInvoker, type FunctionTimeout, type Invoker } from './invoker.ts';
import { createLog, type HostLogLine, type Log, messageOf } from './log.ts';
import { createRouter } from './router.ts';
import { applySettings } from './settings.ts';
import { sleep } from './sleep.ts';
import { startStreaming } from './stream-server.ts';
import { prepareTriggers, type Triggers } from './triggers.ts';

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
  /** Does also what the real host does badly: whoever gets no answer there waits here too. For tests. */
  readonly strict?: boolean;
  readonly log?: (line: HostLogLine) => void;
  /** Called after an invocation exceeded functionTimeout. Its code still runs: end the process, as Azure does. */
  readonly onTimeout?: (error: FunctionTimeout) => void;
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
const TERMINATE_HOOK_MS = 5_000;
const DRAIN_POLL_MS = 50;

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

async function closed(server: Server): Promise<void> {
  const end = new Promise<void>((done) => server.close(() => done()));
  // A connection kept alive becomes idle only once its answer is out.
  const timer = setInterval(() => server.closeIdleConnections(), DRAIN_POLL_MS);
  await end;
  clearInterval(timer);
}

/** Resolves when `work` is done, at the latest after `ms`. True when it was done. */
async function atMost(ms: number, work: Promise<unknown>): Promise<boolean> {
  const controller = new AbortController();
  const timeout = sleep(ms, controller.signal).then(() => false);
  try {
    return await Promise.race([work.then(() => true), timeout]);
  } finally {
    controller.abort();
  }
}

type Front = FrontServer & { readonly url: string };

/** Binds the port, so that the app can read its own address (WEBSITE_HOSTNAME) while it loads. */
async function bind(options: HostOptions, undo: (() => unknown)[]): Promise<Front> {
  const hostname = options.hostname ?? '127.0.0.1';
  const front = await listen(hostname, options.port ?? 0);
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

/** Joins the parts: triggers fire and requests come in when this is done. */
async function open(
  options: HostOptions,
  config: HostConfig,
  log: Log,
  front: Front,
  { registry, model, functions }: App,
  undo: (() => unknown)[],
): Promise<Running> {
  const { env } = process;
  const { stateDir, strict = false } = options;
  const { routePrefix } = config;
  const http = functions.filter((definition) => isTriggeredBy(definition, 'http'));
  const router = createRouter(http, routePrefix);
  const invoker = createInvoker({
    registry,
    model,
    log,
    timeoutMs: config.functionTimeoutMs,
    onTimeout: options.onTimeout ?? (() => undefined),
    onDeadline: options.onDeadline ?? (() => undefined),
  });
  const startTriggers = prepareTriggers({ functions, invoker, config, env, log, stateDir });
  const stream = await startStreaming(model);
  undo.push(() => stream?.close());
  const forwarder =
    stream === undefined ? undefined : createForwarder(stream, { invoker, log, strict });
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
    homepage: !/^(1|true)$/i.test(env['AzureWebJobsDisableHomepage'] ?? ''),
  });
  return { invoker, triggers, keys };
}

/** Ends what runs: no new work, then the work in hand, then the app's own hooks. */
async function drain(
  { invoker, triggers }: Running,
  front: Front,
  app: App,
  log: Log,
  drainMs: number,
): Promise<void> {
  front.shut();
  const work = Promise.all([triggers.stop(), closed(front.server)]).then(() => invoker.idle());
  if (!(await atMost(drainMs, work))) {
    log('warning', 'Host', `${invoker.running()} invocations were still running at shutdown.`);
  }
  try {
    await atMost(TERMINATE_HOOK_MS, app.terminate());
  } catch (error) {
    log('error', 'Host', `An appTerminate hook failed: ${messageOf(error)}`);
  }
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
    const app = await startApp(appDir, options.main, log, undo);
    const running = await open(options, config, log, front, app, undo);
    announce(log, front.url, app.functions, config);
    let closing: Promise<void> | undefined;
    return {
      url: front.url,
      port: front.port,
      keys: running.keys,
      functions: app.functions.map(({ name, trigger, disabled }) => ({
        name,
        trigger: trigger.kind,
        disabled,
      })),
      invoke: async (name, input) => {
        const definition = app.functions.find((f) => f.name.toLowerCase() === name.toLowerCase());
        if (definition === undefined) {
          throw new Error(`there is no function '${name}'`);
        }
        const text = typeof input === 'string' ? input : JSON.stringify(input ?? '');
        return fromTypedData((await running.triggers.fire(definition, text)).returnValue);
      },
      close: ({ drainMs = DRAIN_MS } = {}) => {
        closing ??= drain(running, front, app, log, drainMs).then(() => undoAll(undo));
        return closing;
      },
    };
  } catch (error) {
    log('critical', 'Host.Startup', messageOf(error));
    await undoAll(undo);
    throw error;
  }
}
