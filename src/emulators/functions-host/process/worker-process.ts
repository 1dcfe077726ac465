/** The host's side of the app's own process: started, told what to run, replaced when it ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRegistry } from '../app/registry.ts';
import type { FunctionMetadata, InvocationRequest, InvocationResponse } from '../contract.ts';
import { defineFunctions, type FunctionDefinition } from '../definition.ts';
import type { Log } from '../log.ts';
import { sleep } from './sleep.ts';
import { HOOKS_MS, REPLACED_MS } from './strict.ts';

type Failure = { readonly message: string; readonly stack?: string };

/** The first message to a worker. */
export type WorkerStart = {
  readonly appDir: string;
  readonly main: string | undefined;
  readonly strict: number;
};
export type ToWorker =
  | {
      readonly kind: 'run';
      readonly call: number;
      readonly name: string;
      readonly request: InvocationRequest;
    }
  | { readonly kind: 'end' };
export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly functions: readonly FunctionMetadata[];
      readonly streamPort: number | undefined;
    }
  | { readonly kind: 'broken'; readonly error: Failure }
  | { readonly kind: 'done'; readonly call: number; readonly response: InvocationResponse }
  | { readonly kind: 'failed'; readonly call: number; readonly error: Failure }
  | { readonly kind: 'log'; readonly line: Parameters<Log> };

/** The process in which an invocation ran has ended. */
export class WorkerEnded extends Error {
  override readonly name = 'WorkerEnded';
}

type Waiting = {
  readonly resolve: (response: InvocationResponse) => void;
  readonly reject: (error: Error) => void;
};
type Ready = Extract<FromWorker, { kind: 'ready' }>;
type Live = {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
  readonly exit: Promise<string>;
  readonly ready: Ready;
};

const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 10_000;

function failureOf({ message, stack }: Failure): Error {
  const error = new Error(message);
  if (stack !== undefined) {
    error.stack = stack;
  }
  return error;
}

/** Starts one process; rejects with what is wrong with the app. */
async function launch(start: WorkerStart, nodeArguments: string[], log: Log): Promise<Live> {
  const path = new URL(`./worker-main${extname(import.meta.url)}`, import.meta.url);
  const child = fork(fileURLToPath(path), {
    execArgv: nodeArguments,
    // Bodies are bytes.
    serialization: 'advanced',
    // What the app prints goes where the host's own output goes.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  const exit = new Promise<string>((resolve) => {
    // Also of a message that came too late, which its sender hears of.
    child.on('error', (error) => (child.pid === undefined ? resolve(error.message) : undefined));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const rejectWaiting = (how: string): void => {
    for (const { reject } of waiting.values()) {
      reject(new WorkerEnded(`The worker process ended (${how}).`));
    }
    waiting.clear();
  };
  void exit.then(rejectWaiting);
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'log') {
        log(...message.line);
      } else if (message.kind === 'ready') {
        resolve(message);
      } else if (message.kind === 'broken') {
        reject(failureOf(message.error));
      } else {
        const call = waiting.get(message.call);
        waiting.delete(message.call);
        if (message.kind === 'done') {
          call?.resolve(message.response);
        } else {
          call?.reject(failureOf(message.error));
        }
      }
    });
    void exit.then((how) => reject(new Error(`The worker process did not start (${how}).`)));
    child.send(start);
  });
  return { child, waiting, exit, ready };
}

export class WorkerProcess {
  readonly functions: readonly FunctionDefinition[];
  readonly #again: () => Promise<Live>;
  readonly #log: Log;
  readonly #strict: number;
  readonly #closing = new AbortController();
  /** Pending while a process is being started. */
  #live: Promise<Live>;
  /** Undefined while one is being started. */
  #current: Live | undefined;
  readonly #runsOn = new Map<string, Live>();
  #calls = 0;

  /** Rejects with what is wrong with the app. */
  static async start(start: WorkerStart, env: NodeJS.ProcessEnv, log: Log): Promise<WorkerProcess> {
    const nodeArguments = (env['languageWorkers__node__arguments'] ?? '').split(' ');
    const again = (): Promise<Live> =>
      launch(
        start,
        nodeArguments.filter((argument) => argument !== ''),
        log,
      );
    return new WorkerProcess(await again(), again, start.strict, env, log);
  }

  private constructor(
    first: Live,
    again: () => Promise<Live>,
    strict: number,
    env: NodeJS.ProcessEnv,
    log: Log,
  ) {
    this.#again = again;
    this.#strict = strict;
    this.#log = log;
    const registry = createRegistry(() => undefined);
    const callback = (): never => {
      throw new Error('a function runs in the worker process');
    };
    for (const metadata of first.ready.functions) {
      registry.functions.set(metadata.name, { metadata, callback });
    }
    this.functions = defineFunctions(registry, env);
    this.#live = Promise.resolve(first);
    void this.#watch(first);
  }

  /** Whether the app asked for HTTP streaming. */
  async streamPort(): Promise<number | undefined> {
    return (await this.#live).ready.streamPort;
  }

  /** The process now; it changes. */
  async pid(): Promise<number> {
    return (await this.#live).child.pid ?? 0;
  }

  /** Runs one invocation; waits for a process that is being started. Rejects with WorkerEnded when it ends meanwhile. */
  async perform(
    { name }: FunctionDefinition,
    request: InvocationRequest,
  ): Promise<InvocationResponse> {
    const live = await this.#live;
    const { child, waiting } = live;
    const call = (this.#calls += 1);
    this.#runsOn.set(request.invocationId, live);
    const answer = new Promise<InvocationResponse>((resolve, reject) => {
      waiting.set(call, { resolve, reject });
      child.send({ kind: 'run', call, name, request } satisfies ToWorker, (error) => {
        if (error !== null) {
          waiting.delete(call);
          reject(new WorkerEnded(error.message));
        }
      });
    });
    return answer.finally(() => this.#runsOn.delete(request.invocationId));
  }

  /** Has a new process take over from the one that runs this; what else runs there may end within some seconds. */
  async replace(invocationId: string): Promise<void> {
    const old = this.#runsOn.get(invocationId);
    // Of all that go over their time there, the first has it replaced.
    if (old === undefined || old !== this.#current) {
      return;
    }
    this.#begin();
    await Promise.race([old.exit, sleep(REPLACED_MS * this.#strict)]);
    old.child.kill('SIGKILL');
  }

  /** Runs the appTerminate hooks, for some seconds at most; resolves when the process is gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    const live = await this.#live.catch(() => undefined);
    if (live === undefined) {
      return;
    }
    live.child.send({ kind: 'end' } satisfies ToWorker, () => undefined);
    await Promise.race([live.exit, sleep(HOOKS_MS * this.#strict)]);
    live.child.kill('SIGKILL');
    await live.exit;
  }

  async #watch(live: Live): Promise<void> {
    this.#current = live;
    const how = await live.exit;
    if (this.#current === live && !this.#closing.signal.aborted) {
      this.#log('error', 'Host.Worker', `The worker process ended (${how}); starting another.`);
      this.#begin();
    }
  }

  #begin(): void {
    this.#current = undefined;
    this.#live = this.#restart();
    // Handled: callers of #live get the error, and it is in the log.
    this.#live.then(
      async (live) => this.#watch(live),
      () => undefined,
    );
  }

  async #restart(): Promise<Live> {
    const { signal } = this.#closing;
    for (let pause = RESTART_MIN_MS; ; pause = Math.min(pause * 2, RESTART_MAX_MS)) {
      try {
        return await this.#again();
      } catch (error) {
        this.#log('error', 'Host.Worker', (error as Error).message);
        if (signal.aborted) {
          throw error;
        }
        await sleep(pause, signal);
      }
    }
  }
}
