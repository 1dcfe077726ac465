/** Processes of the local stack: started, watched, ended; none outlives this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { aborted } from '../build/signals.ts';
import { withTimeout } from './with-timeout.ts';

export type ChildOptions = {
  /** For messages and log lines. */
  readonly name: string;
  /** Path of the TypeScript file. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** Its working directory, by default that of this process. */
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line that the child prints, but the first of its standard output. */
  readonly log?: ((line: string) => void) | undefined;
  /** Milliseconds for the ready line to come, 30,000 by default. */
  readonly readyMs?: number;
  /** Gives up the start: the child is killed. Means nothing once it is ready. */
  readonly signal?: AbortSignal | undefined;
  /** Asks the child to end; without one its standard input is closed. */
  readonly closeSignal?: NodeJS.Signals;
  /** Milliseconds for the child to end by itself when asked, 10,000 by default. */
  readonly closeMs?: number;
};

export type Child = {
  /** The JSON that it printed when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  readonly pid: number;
  /** Resolves with a sentence when the process has ended, by `close` or otherwise. */
  readonly ended: Promise<string>;
  /** Ends it, by force when it takes too long; resolves when it is gone. May be called again. */
  close(): Promise<void>;
};

const READY_MS = 30_000;
const CLOSE_MS = 10_000;
const LAST_OUTPUT_MS = 200;
/** The last lines of a child's errors explain its end. */
const TAIL_LINES = 10;

/** Splits the child's output into its first line and the rest, and keeps the tail of its errors. */
function listen(child: ChildProcess, log: (line: string) => void) {
  const tail: string[] = [];
  const first = new Promise<string>((resolve) => {
    let ready = false;
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (ready) return log(line);
      ready = true;
      return resolve(line);
    });
  });
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      tail.push(line);
      tail.splice(0, tail.length - TAIL_LINES);
      log(line);
    });
  }
  return { first, tail };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const rejection = aborted(signal).then((): never => signal.throwIfAborted() as never);
  // Handled: it is not awaited once the child is ready.
  rejection.catch(() => undefined);
  return rejection;
}

/**
 * Starts a TypeScript file as a process and resolves when it has printed its first line, which is
 * JSON. The child ends when its standard input closes: so it does not outlive this process, not even
 * when that is killed. Rejects, the child being gone, when it does not get that far.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, log = () => undefined } = options;
  const child = spawn(process.execPath, [options.entry, ...(options.args ?? [])], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    // A group of its own: Ctrl-C goes to the foreground group, and the order of ending is ours.
    detached: true,
  });
  const { first, tail } = listen(child, log);
  let closing = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`));
    const onEnd = (code: number | null, signal: string | null): void => {
      const how = `${name} ended (${signal ?? `exit code ${code}`})`;
      resolve(closing || tail.length === 0 ? how : `${how}:\n${tail.join('\n')}`);
    };
    // Output may come after the exit; `close` never comes while a process of the child holds the pipe.
    child.once('close', onEnd);
    child.once('exit', (code, signal) => setTimeout(onEnd, LAST_OUTPUT_MS, code, signal));
  });
  // Nothing is ever written; an end of the child must not become an unhandled error here.
  child.stdin.on('error', () => undefined);

  const close = async (): Promise<void> => {
    closing = true;
    if (options.closeSignal === undefined) child.stdin.end();
    else child.kill(options.closeSignal);
    const timer = setTimeout(() => child.kill('SIGKILL'), options.closeMs ?? CLOSE_MS);
    await ended;
    clearTimeout(timer);
  };

  const death = ended.then((how): never => {
    throw new Error(how);
  });
  // Handled: it is not awaited once the child is ready.
  death.catch(() => undefined);
  const { signal } = options;
  const givenUp = signal === undefined ? [] : [rejectOnAbort(signal)];
  try {
    const { readyMs = READY_MS } = options;
    const line = await withTimeout(
      readyMs,
      Promise.race([first, death, ...givenUp]),
      `${name} was not ready within ${readyMs} ms`,
    );
    const ready = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return { ready, pid: child.pid as number, ended, close };
  } catch (error) {
    closing = true;
    child.kill('SIGKILL');
    await ended;
    throw error instanceof SyntaxError
      ? new Error(`${name} printed no JSON first: ${error.message}`)
      : error;
  }
}
