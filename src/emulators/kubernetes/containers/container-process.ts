/** A container's process as the kubelet sees it: started through a shim, or found running. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeWhole } from '../objects/persistence.ts';
import { LogFiles } from './log-files.ts';
import { killContainer } from './process-tree.ts';
import {
  OWNER_FILE,
  type ShimCommand,
  type ShimMessage,
  type ShimSpec,
  type ShimState,
  SPEC_FILE,
  STATE_FILE,
} from './shim-protocol.ts';

/** `starting` until the shim has reported; `lost` when shim and process are gone without a trace of how. */
export type ProcessState =
  | ShimState
  | { readonly phase: 'starting' }
  | { readonly phase: 'lost'; readonly startedAt: string | null };

export type ShimRuntime = {
  /** The shim as a file that Node can run. */
  readonly script: string;
  /** Path of the Unix socket that the shim of this start listens on. */
  socketPath(start: string): string;
};

export type Listeners = {
  readonly onState: () => void;
  readonly onLog: () => void;
};

const STARTING: ProcessState = { phase: 'starting' };

/** Small heaps: a shim holds no more than a line or two. */
const NODE_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=64'];

export class ContainerProcess {
  /** The start directory: spec, state and log files. */
  readonly directory: string;
  readonly containerId: string;
  readonly logFiles: LogFiles;
  readonly #runtime: ShimRuntime;
  readonly #socketPath: string;
  readonly #listeners: Listeners;
  #state: ProcessState = STARTING;
  #socket: Socket | undefined;
  #pending: ShimCommand['signal'] | undefined;
  #closed = false;

  private constructor(
    directory: string,
    containerId: string,
    runtime: ShimRuntime,
    listeners: Listeners,
  ) {
    this.directory = directory;
    this.containerId = containerId;
    this.logFiles = new LogFiles(directory);
    this.#runtime = runtime;
    this.#socketPath = runtime.socketPath(`${containerId}/${basename(directory)}`);
    this.#listeners = listeners;
  }

  get state(): ProcessState {
    return this.#state;
  }

  get over(): boolean {
    return this.#state.phase !== 'starting' && this.#state.phase !== 'running';
  }

  /** Starts the command of `spec` in a new start directory below `parent`. */
  static start(
    parent: string,
    spec: ShimSpec,
    runtime: ShimRuntime,
    listeners: Listeners,
  ): ContainerProcess {
    const directory = join(parent, String(starts(parent).length));
    mkdirSync(directory, { recursive: true });
    writeWhole(join(directory, SPEC_FILE), JSON.stringify(spec));
    const container = new ContainerProcess(directory, spec.containerId, runtime, listeners);
    container.#launch();
    return container;
  }

  /**
   * Finds the container's last start below `parent`: running, ended, or lost. Undefined when it was
   * never started, or its shim never came to start the command and from now on never will.
   */
  static async adopt(
    parent: string,
    runtime: ShimRuntime,
    listeners: Listeners,
  ): Promise<ContainerProcess | undefined> {
    const last = starts(parent).at(-1);
    if (last === undefined) return undefined;
    const directory = join(parent, last);
    let spec: ShimSpec;
    try {
      spec = JSON.parse(readFileSync(join(directory, SPEC_FILE), 'utf8')) as ShimSpec;
    } catch {
      // The API process died before it had written the spec: no shim knows this directory.
      return undefined;
    }
    if (forbidStart(directory)) return undefined;
    const found = new ContainerProcess(directory, spec.containerId, runtime, listeners);
    if (!(await found.#connect())) found.#readEnd();
    return found;
  }

  /** Sends a signal to all processes of the container; a lost one is killed by what it left behind. */
  signal(signal: ShimCommand['signal']): void {
    if (this.over) return;
    if (this.#socket === undefined) {
      this.#pending = signal;
      return;
    }
    this.#socket.write(`${JSON.stringify({ signal } satisfies ShimCommand)}\n`);
  }

  /** Lets go of the process without ending it. */
  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #launch(): void {
    const errors = openSync(join(this.directory, 'shim.log'), 'a', 0o600);
    rmSync(this.#socketPath, { force: true });
    const shim = spawn(
      process.execPath,
      [...NODE_FLAGS, this.#runtime.script, this.directory, this.#socketPath],
      { detached: true, env: {}, stdio: ['ignore', errors, errors, 'ipc'] },
    );
    closeSync(errors);
    shim.unref();
    shim.channel?.unref();
    shim.once('message', () => void this.#connect());
    shim.once('error', (error) =>
      this.#fail(`the container's shim could not start: ${error.message}`),
    );
    shim.once('exit', () => this.#shimEnded(shim));
  }

  #fail(message: string): void {
    this.#setState({ phase: 'failed', finishedAt: new Date().toISOString(), message });
  }

  #shimEnded(shim: ChildProcess): void {
    shim.removeAllListeners();
    if (!this.over && this.#socket === undefined) this.#readEnd();
  }

  /** Resolves true once connected, false without a listener. */
  #connect(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#socketPath);
      // After the connection, 'close' says the same.
      socket.on('error', () => resolve(false));
      socket.once('connect', () => {
        if (this.#closed) socket.destroy();
        this.#socket = socket;
        if (this.#pending !== undefined) this.signal(this.#pending);
        // State comes before the answer: an adopter then knows it at once.
        const lines = createInterface({ input: socket });
        lines.on('line', (line) => {
          this.#receive(JSON.parse(line) as ShimMessage);
          resolve(true);
        });
        // The socket's own errors, once more.
        lines.on('error', () => undefined);
        socket.on('close', () => {
          this.#socket = undefined;
          if (!this.#closed && !this.over) this.#readEnd();
          resolve(true);
        });
      });
    });
  }

  #receive(message: ShimMessage): void {
    if ('state' in message) this.#setState(message.state);
    else if ('newestLog' in message) this.logFiles.rotated(message.newestLog);
    else this.#listeners.onLog();
  }

  /** Without a listener the state file says how it ended, or that it ended unseen. */
  #readEnd(): void {
    let state: ShimState | undefined;
    try {
      state = JSON.parse(readFileSync(join(this.directory, STATE_FILE), 'utf8')) as ShimState;
    } catch {
      // The shim died before it had started the command.
    }
    if (state !== undefined && state.phase !== 'running') this.#setState(state);
    else {
      // Without a shim the end of what is left would never be known.
      killContainer(null, this.containerId);
      rmSync(this.#socketPath, { force: true });
      this.#setState({ phase: 'lost', startedAt: state?.startedAt ?? null });
    }
  }

  #setState(state: ProcessState): void {
    if (this.#closed || this.over) return;
    this.#state = state;
    if (this.over) this.#listeners.onLog();
    this.#listeners.onState();
  }
}

/** Start directories in order. */
function starts(parent: string): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(a) - Number(b));
}

/** Creates the owner file before a shim does; false when a shim has created it. */
export function forbidStart(directory: string): boolean {
  try {
    writeFileSync(join(directory, OWNER_FILE), 'given up', { flag: 'wx' });
    return true;
  } catch {
    return readFileSync(join(directory, OWNER_FILE), 'utf8') === 'given up';
  }
}
