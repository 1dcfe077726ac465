/**
 * The host as a process of its own: `node main.ts --app <dir> [--main <glob>] [--port <n>] …`, or all
 * options as JSON in the environment variable FUNCTIONS_HOST_OPTIONS (settings then stay out of
 * process lists). Prints one line `{"ready":true,"url":…,"port":…,"pid":…}` on stdout, and the log as JSON lines on
 * stderr. Ends gracefully on SIGTERM (not when it is strict), on SIGINT, and when the pipe that is its stdin closes; exit
 * code 0 then, 1 when the app cannot be started, 70 when an invocation timed out.
 */
import { fstatSync } from 'node:fs';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { createHost, type Host, type HostOptions } from '../host.ts';
import { type HostLogLine, messageOf } from '../log.ts';
import { STRICT_END_MS } from './strict.ts';
import type { Watched } from './watchdog.ts';

export const OPTIONS_VARIABLE = 'FUNCTIONS_HOST_OPTIONS';
const EXIT_STARTUP = 1;
const EXIT_TIMEOUT = 70;
/** Lets the answer to the request that timed out leave the process. */
const LAST_ANSWER_MS = 100;
/** Over the drain and the appTerminate hooks of `Host.close`. */
const GRACE_MARGIN_MS = 7_000;
const DRAIN_MS = 10_000;

const names = z.record(z.string(), z.string());
const schema = z.strictObject({
  appDir: z.string().min(1),
  main: z.string().min(1).exactOptional(),
  settings: names.exactOptional(),
  port: z.number().int().min(0).max(65_535).exactOptional(),
  hostname: z.string().min(1).exactOptional(),
  stateDir: z.string().min(1).exactOptional(),
  enableAuth: z.boolean().exactOptional(),
  keys: z
    .strictObject({
      master: z.string().min(1),
      host: names.exactOptional(),
      functions: z.record(z.string(), names).exactOptional(),
    })
    .exactOptional(),
  outside: z
    .strictObject({
      sockets: z.strictObject({ prefix: z.string().min(1), port: z.number().int().positive() }),
      probes: z.array(z.string()),
      trustedProxies: z.array(z.string()),
    })
    .exactOptional(),
  strict: z.number().positive().exactOptional(),
  forwardIdleMs: z.number().positive().exactOptional(),
  /** How long running invocations may go on when the process is told to end. */
  drainMs: z.number().min(0).default(DRAIN_MS),
  /** The supervisor, without which this process must not go on. */
  parentPid: z.number().int().positive().optional(),
});

function readOptions(json: string | undefined): z.infer<typeof schema> {
  if (json !== undefined) {
    return schema.parse(JSON.parse(json));
  }
  const { values } = parseArgs({
    options: {
      app: { type: 'string', default: '.' },
      main: { type: 'string' },
      port: { type: 'string' },
      hostname: { type: 'string' },
      state: { type: 'string' },
      'enable-auth': { type: 'boolean' },
      strict: { type: 'string' },
    },
  });
  return schema.parse({
    appDir: values.app,
    ...(values.main === undefined ? {} : { main: values.main }),
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values.hostname === undefined ? {} : { hostname: values.hostname }),
    ...(values.state === undefined ? {} : { stateDir: values.state }),
    ...(values['enable-auth'] === undefined ? {} : { enableAuth: values['enable-auth'] }),
    ...(values.strict === undefined ? {} : { strict: Number(values.strict) }),
  });
}

/** Whether stdin is a pipe or a socket, whose end means that the parent is gone; a terminal or file is not. */
function isStdinPiped(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

function writeLine(line: HostLogLine): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

function critical(message: string, error: unknown): void {
  const stack = error instanceof Error ? { stack: error.stack ?? error.message } : {};
  const time = new Date().toISOString();
  writeLine({ time, level: 'critical', category: 'Host', message, ...stack });
}

async function run(): Promise<void> {
  const json = process.env[OPTIONS_VARIABLE];
  // The app must not inherit the host's options as settings.
  delete process.env[OPTIONS_VARIABLE];
  const { drainMs, parentPid, ...options } = readOptions(json);
  const isPiped = isStdinPiped();
  const { strict } = options;
  const graceMs = (strict === undefined ? drainMs : STRICT_END_MS * strict) + GRACE_MARGIN_MS;
  const shared = new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT));
  const workerData: Watched = { shared, parentPid, graceMs };
  // As source it is TypeScript like this file, from a bundle JavaScript.
  const beside = new URL(`./watchdog${extname(import.meta.url)}`, import.meta.url);
  const watchdog = new Worker(beside, { workerData, env: {} });
  watchdog.on('message', () => {
    shared[1] = (shared[1] ?? 0) + 1;
  });
  watchdog.unref();

  let host: Promise<Host> | undefined;
  let ending = false;
  const end = (why: string): void => {
    if (ending) {
      return;
    }
    ending = true;
    const message = `Stopping: ${why}`;
    writeLine({ time: new Date().toISOString(), level: 'information', category: 'Host', message });
    setTimeout(() => process.exit(0), graceMs).unref();
    const closing = host?.then((value) => value.close({ drainMs }));
    Promise.resolve(closing).then(
      () => process.exit(0),
      () => process.exit(0),
    );
  };
  // The parent may be gone before its pipes are: writing to them must not end the process early.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.on('uncaughtExceptionMonitor', (error) => critical('Uncaught exception', error));
  // The real host ignores it.
  process.on('SIGTERM', () => (strict === undefined ? end('SIGTERM') : undefined));
  // Ctrl-C reaches the whole group; under a parent it is the parent that decides.
  const mayInterrupt = parentPid === undefined || strict !== undefined;
  process.on('SIGINT', () => (mayInterrupt ? end('SIGINT') : undefined));
  if (isPiped) {
    process.stdin.on('error', () => end('stdin failed'));
    process.stdin.on('end', () => end('stdin closed'));
    process.stdin.resume();
  }

  const hostOptions: HostOptions = {
    ...options,
    ownProcess: true,
    log: writeLine,
    onDeadline: (at) => {
      shared[0] = at;
    },
    onStorageLost: () => end('storage refuses'),
    onTimeout: () => setTimeout(() => process.exit(EXIT_TIMEOUT), LAST_ANSWER_MS),
  };
  host = createHost(hostOptions);
  const { url, port } = await host;
  process.stdout.write(`${JSON.stringify({ ready: true, url, port, pid: process.pid })}\n`);
}

try {
  await run();
} catch (error) {
  critical(messageOf(error), error);
  process.exit(EXIT_STARTUP);
}
