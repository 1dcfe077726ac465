/** The processes of one pod's containers, and the readers that wait for their output. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ContainerProcess,
  type ProcessState,
  type ShimRuntime,
} from '../containers/container-process.ts';
import type { LogFiles } from '../containers/log-files.ts';
import type { ShimSpec } from '../containers/shim-protocol.ts';

export class PodProcesses {
  readonly #root: string;
  readonly #runtime: ShimRuntime;
  readonly #changed: () => void;
  readonly #processes = new Map<string, ContainerProcess>();
  /** Containers that could not be given to a shim. */
  readonly #unstarted = new Map<string, ProcessState>();
  /** One promise per container for all its log readers. */
  readonly #changes = new Map<string, { promise: Promise<void>; resolve: () => void }>();
  #kill: NodeJS.Timeout | undefined;
  #stoppedAt: number | undefined;
  #closed = false;

  /** `root`: the pod's own directory. `changed` is called when a container's state changes. */
  constructor(root: string, runtime: ShimRuntime, changed: () => void) {
    this.#root = root;
    this.#runtime = runtime;
    this.#changed = changed;
  }

  /** Finds what an earlier API process has started. */
  async adopt(): Promise<void> {
    const names = await directories(join(this.#root, 'containers'));
    await Promise.all(
      names.map(async (name) => {
        const found = await ContainerProcess.adopt(
          this.#parent(name),
          this.#runtime,
          this.#listen(name),
        );
        if (found !== undefined) this.#processes.set(name, found);
      }),
    );
  }

  start(name: string, spec: ShimSpec): void {
    const process = ContainerProcess.start(
      this.#parent(name),
      spec,
      this.#runtime,
      this.#listen(name),
    );
    this.#processes.set(name, process);
  }

  /** The container has ended before it began. */
  refuse(name: string, message: string): void {
    const finishedAt = new Date().toISOString();
    this.#unstarted.set(name, { phase: 'failed', finishedAt, message });
  }

  states(): Map<string, ProcessState> {
    const states = new Map(this.#unstarted);
    for (const [name, process] of this.#processes) states.set(name, process.state);
    return states;
  }

  get busy(): boolean {
    return [...this.#processes.values()].some((process) => !process.over);
  }

  /** Whether the container may still write. */
  isOver(name: string): boolean {
    return this.#closed || (this.#processes.get(name)?.over ?? true);
  }

  /** The container's log files; undefined when it was never started. */
  logFiles(name: string): LogFiles | undefined {
    return this.#processes.get(name)?.logFiles;
  }

  /** Resolves when the container's log has grown or its state has changed. */
  logChange(name: string): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const known = this.#changes.get(name);
    if (known !== undefined) return known.promise;
    let resolve = () => undefined as void;
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    this.#changes.set(name, { promise, resolve });
    return promise;
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    for (const process of this.#processes.values()) process.signal(signal);
  }

  /** TERM once, KILL when `graceMs` have passed since; asking again may shorten that. */
  stop(graceMs: number): void {
    if (this.#closed) return;
    if (this.#stoppedAt === undefined && graceMs > 0) this.signal('SIGTERM');
    this.#stoppedAt ??= Date.now();
    clearTimeout(this.#kill);
    const left = this.#stoppedAt + graceMs - Date.now();
    if (left <= 0) this.signal('SIGKILL');
    else this.#kill = setTimeout(() => this.signal('SIGKILL'), left);
  }

  get stopping(): boolean {
    return this.#stoppedAt !== undefined;
  }

  /** Lets go of the processes; they live on. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#kill);
    for (const process of this.#processes.values()) process.close();
    for (const { resolve } of this.#changes.values()) resolve();
    this.#changes.clear();
  }

  #parent(name: string): string {
    return join(this.#root, 'containers', name);
  }

  #listen(name: string) {
    return {
      onState: () => {
        this.#wake(name);
        this.#changed();
      },
      onLog: () => this.#wake(name),
    };
  }

  #wake(name: string): void {
    const change = this.#changes.get(name);
    this.#changes.delete(name);
    change?.resolve();
  }
}

async function directories(parent: string): Promise<string[]> {
  try {
    return readdirSync(parent);
  } catch {
    // Nothing was ever started.
    return [];
  }
}
