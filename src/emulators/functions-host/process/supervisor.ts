import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { HostOptions } from '../host.ts';
import type { HostLogLine } from '../log.ts';
import { sleep } from './sleep.ts';
import { STRICT_END_MS } from './strict.ts';

export type SuperviseOptions = Omit<
  HostOptions,
  'ownProcess' | 'onTimeout' | 'onDeadline' | 'onStorageLost' | 'log'
> & {
  /** `main.ts` as a bundle, which needs less memory and time to start; the source itself by default. */
  readonly program?: string;
  /** Gets the child's log, and the supervisor's own lines with category `Supervisor`. */
  readonly log?: (line: HostLogLine) => void;
  /** How long running invocations may go on when the host is told to end; 10 s by default. */
  readonly drainMs?: number;
  /** What the host and the app may allocate, in MiB; Node's own bound by default. */
  readonly heapMb?: number;
  /** What it may take besides, before it is killed; 8 s by default. */
  readonly endMs?: number;
  /** How long the app may take to start; 60 s by default. */
  readonly startMs?: number;
  /** Pauses before a restart: doubled each time up to `maxMs`; 100 ms and 10 s by default. */
  readonly backoff?: { readonly minMs: number; readonly maxMs: number };
  /** Gives up the first start. */
  readonly signal?: AbortSignal;
};

export type Supervised = {
  /** The same over restarts. */
  url(): string;
  /** Process id of the host; undefined while it is being restarted. */
  pid(): number | undefined;
  /** How often the host was started again. */
  readonly restarts: number;
  /** Ends the host gracefully; by force when it does not end. Safe to call twice. */
  close(): Promise<void>;
};

type Ready = { readonly url: string; readonly port: number };
type Child = { readonly process: ChildProcess; readonly exit: Promise<string> };

const START_MS = 60_000;
const DRAIN_MS = 10_000;
/** What the child needs besides its drain: appTerminate hooks, closing, exit. */
const END_MARGIN_MS = 8_000;
/** A host that lived this long was healthy; the next pause begins small again. */
const HEALTHY_MS = 30_000;
const TAIL_LINES = 20;
/** How long to wait for the last lines of a child that is gone. */
const LAST_OUTPUT_MS = 1000;

const readySchema = z.object({ ready: z.literal(true), url: z.string(), port: z.number() });
const lineSchema = z.looseObject({
  time: z.string(),
  level: z.enum(['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']),
  category: z.string(),
  message: z.string(),
});

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  if (!text.startsWith('{')) {
    return undefined;
  }
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What the app itself printed becomes a line of the log. */
function consoleLine(level: HostLogLine['level'], message: string): HostLogLine {
  return { time: new Date().toISOString(), level, category: 'Host.Console', message };
}

function spawnHost(options: SuperviseOptions, port: number): ChildProcess {
  const { program, heapMb, startMs: _start, endMs: _end, backoff: _backoff, ...more } = options;
  const { log: _, signal: _signal, ...rest } = more;
  const json = JSON.stringify({ ...rest, port, parentPid: process.pid });
  const main = program ?? fileURLToPath(new URL('./main.ts', import.meta.url));
  // stdin is the life line: it closes when this process ends, however that happens.
  // By default the space for young objects grows to 128 MiB, most of it garbage.
  const bound = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
  return spawn(process.execPath, ['--max-semi-space-size=8', ...bound, main], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C reaches the terminal's foreground group, and the supervisor decides when the host ends.
    detached: true,
    // Otherwise each thread keeps the memory that it freed, and a compiler's thread has freed a lot.
    env: { MALLOC_ARENA_MAX: '2', ...process.env, FUNCTIONS_HOST_OPTIONS: json },
  });
}

/** Passes on what a child prints. Resolves with its ready line; `tail` keeps its last lines. */
function readOutput(
  child: ChildProcess,
  options: SuperviseOptions,
  tail: string[],
): Promise<Ready> {
  const { stdout, stderr } = child;
  if (stderr !== null) {
    createInterface({ input: stderr }).on('line', (text) => {
      const line = parse(lineSchema, text) as HostLogLine | undefined;
      tail.push(line?.message ?? text);
      tail.splice(0, tail.length - TAIL_LINES);
      options.log?.(line ?? consoleLine('warning', text));
    });
  }
  return new Promise<Ready>((resolve) => {
    if (stdout !== null) {
      createInterface({ input: stdout }).on('line', (text) => {
        const value = parse(readySchema, text);
        if (value === undefined) {
          options.log?.(consoleLine('information', text));
        } else {
          resolve(value);
        }
      });
    }
  });
}

/**
 * Starts one child and resolves when it is ready. Rejects, the child being gone, when it is not in
 * time, or when `signal` is aborted before.
 */
async function startChild(
  options: SuperviseOptions,
  port: number,
  signal: AbortSignal,
): Promise<{ child: Child; ready: Ready }> {
  const child = spawnHost(options, port);
  const tail: string[] = [];
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // Not 'close': a process of the app may hold the pipes open for longer.
    child.once('exit', (code, killed) => resolve(killed ?? `exit code ${code}`));
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  // Nothing is written to stdin, but its breaking must not become an unhandled error here.
  child.stdin?.on('error', () => undefined);
  const ready = readOutput(child, options, tail);
  // It has no work yet.
  const giveUp = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  const timer = setTimeout(() => child.kill('SIGKILL'), options.startMs ?? START_MS);
  const outcome = await Promise.race([ready, exit]);
  clearTimeout(timer);
  signal.removeEventListener('abort', giveUp);
  if (typeof outcome === 'string') {
    await Promise.race([closed, sleep(LAST_OUTPUT_MS)]);
    throw new Error(`The Functions host did not start (${outcome}):\n${tail.join('\n')}`);
  }
  return { child: { process: child, exit }, ready: outcome };
}

/** Ends a child: closes its stdin, which it answers by ending gracefully, then by force. */
async function endChild({ process: child, exit }: Child, ms: number): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await exit;
  clearTimeout(timer);
}

/**
 * Runs the host as a child process and starts it again, on the same port, whenever it ends by itself
 * (a crash, a function that timed out). The child never outlives this process, even when that is killed.
 * Rejects when the first start fails; later failures to start are tried again for ever.
 */
export async function supervise(options: SuperviseOptions): Promise<Supervised> {
  const { minMs, maxMs } = options.backoff ?? { minMs: 100, maxMs: 10_000 };
  const { strict } = options;
  const drainMs = strict === undefined ? (options.drainMs ?? DRAIN_MS) : STRICT_END_MS * strict;
  const endMs = drainMs + (options.endMs ?? END_MARGIN_MS);
  const closing = new AbortController();
  const { signal } = closing;
  const giveUp = options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]);
  const first = await startChild(options, options.port ?? 0, giveUp);
  const { url, port } = first.ready;
  let child: Child | undefined = first.child;
  let restarts = 0;

  const say = (message: string): void => {
    const time = new Date().toISOString();
    options.log?.({ time, level: 'warning', category: 'Supervisor', message });
  };

  async function startAgain(pauseMs: number): Promise<void> {
    await sleep(pauseMs, signal);
    if (signal.aborted) {
      return;
    }
    restarts += 1;
    try {
      ({ child } = await startChild(options, port, signal));
    } catch (error) {
      say((error as Error).message);
    }
    if (signal.aborted && child !== undefined) {
      await endChild(child, endMs);
    }
  }

  async function watch(): Promise<void> {
    let pause = minMs;
    while (!signal.aborted) {
      const started = Date.now();
      const how = await child?.exit;
      if (signal.aborted) {
        return;
      }
      pause = Date.now() - started > HEALTHY_MS ? minMs : pause;
      say(`The host ended (${how ?? 'no start'}); starting it again in ${pause} ms.`);
      child = undefined;
      await startAgain(pause);
      pause = Math.min(pause * 2, maxMs);
    }
  }

  const watching = watch();
  return {
    url: () => url,
    pid: () => child?.process.pid,
    get restarts() {
      return restarts;
    },
    close: async () => {
      closing.abort();
      if (child !== undefined) {
        await endChild(child, endMs);
      }
      await watching;
    },
  };
}
