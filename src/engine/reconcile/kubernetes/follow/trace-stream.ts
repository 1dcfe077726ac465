/** The log stream of the container beside a Nextflow driver that prints what its tasks do. It is live, but never urgent. */

import type { ObservedPod } from '../../../../core/kubernetes/observed.ts';
import { REOPEN_MS } from '../../../../core/limits.ts';
import { TRACE_CONTAINER } from '../../../../core/names.ts';
import { observe } from '../../../../core/runs/observe.ts';
import { hasTasks, type Run } from '../../../../core/runs/run.ts';
import type { World } from '../../../../ports/world.ts';
import type { Recorder } from '../../../events/recorder.ts';
import { TELL_TASKS_MS } from '../../../events/tell-tasks.ts';
import type { VersionedRun } from '../../../store/run-store.ts';
import { clusterOf } from '../clusters.ts';
import { flush, pieces, type Source, take } from '../log-lines.ts';
import { type LogStream, openLogStream, pull, storedPosition } from './log-stream.ts';

/** That container of the newest driver pod, while it runs. */
function liveTrace(run: Run, pods: readonly ObservedPod[]): Source | undefined {
  const pod = observe(run, { jobs: [], pods }).drivers.at(-1);
  const container = pod?.containers.find(
    ({ name, state }) => name === TRACE_CONTAINER && state === 'running',
  );
  return pod && container ? { pod, container } : undefined;
}

export class TraceStream {
  readonly #world: World;
  readonly #recorder: Recorder;
  #stream: LogStream | undefined;
  #hasNews = false;
  #told: () => void = () => undefined;
  #opensAt = 0;
  #flushAt = Number.POSITIVE_INFINITY;

  constructor(world: World, recorder: Recorder) {
    this.#world = world;
    this.#recorder = recorder;
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  /** When `commit` is due, or `open` worth another try. */
  get due(): number {
    const isLater = !this.#stream && this.#opensAt > this.#world.clock.now();
    return Math.min(this.#flushAt, isLater ? this.#opensAt : Number.POSITIVE_INFINITY);
  }

  /** Resolves when something has come. Each call makes a new promise, and the last one is kept: see `PodWatch`. */
  news(): Promise<'trace'> {
    return new Promise((resolve) => {
      this.#told = () => resolve('trace');
      if (this.#hasNews) this.#told();
    });
  }

  /** Opens the stream if it can be. */
  async open(stored: VersionedRun, pods: readonly ObservedPod[]): Promise<void> {
    const { run } = stored;
    const may = hasTasks(run) && (run.state === 'running' || run.state === 'cancelling');
    if (!may || this.#stream || this.#world.clock.now() < this.#opensAt) return;
    const source = liveTrace(run, pods);
    if (!source) return;
    this.#stream = openLogStream(await clusterOf(this.#world, run), stored, source);
    if (this.#stream) this.#listen(this.#stream);
  }

  #listen(stream: LogStream): void {
    this.#hasNews = false;
    void this.#tell(stream);
  }

  /**
   * Takes what has come, if that is so, and commits what is due; the run after that. Rejects with Conflict: then `drop` it, and
   * read the run.
   */
  async take(stored: VersionedRun, hasCome: boolean): Promise<VersionedRun> {
    const now = hasCome ? await this.#receive(stored) : stored;
    return this.#world.clock.now() >= this.#flushAt ? this.#commit(now) : now;
  }

  async #tell(stream: LogStream): Promise<void> {
    await stream.next;
    if (this.#stream !== stream) return;
    this.#hasNews = true;
    this.#told();
  }

  async #receive(stored: VersionedRun): Promise<VersionedRun> {
    const stream = this.#stream;
    if (!stream) return stored;
    const next = await stream.next;
    if (next === 'broken' || next.done) {
      const now = await this.#commit(stored);
      this.drop();
      return now;
    }
    stream.read.stored = stored;
    for (const piece of pieces(next.value)) {
      await take(this.#recorder, stream.read, stream.read.reader.push(piece));
      if (!stream.read.reader.stale) continue;
      const now = await this.#commit(stream.read.stored);
      this.drop(0);
      return now;
    }
    this.#plan(stream);
    pull(stream, this.#world.clock.now());
    this.#listen(stream);
    return stream.read.stored;
  }

  async #commit(stored: VersionedRun): Promise<VersionedRun> {
    const stream = this.#stream;
    this.#flushAt = Number.POSITIVE_INFINITY;
    if (!stream) return stored;
    stream.read.stored = stored;
    await flush(this.#recorder, stream.read);
    this.#plan(stream);
    return stream.read.stored;
  }

  /** Rows come in bursts, and nobody sees more than one change a second. */
  #plan({ read }: LogStream): void {
    const now = this.#world.clock.now();
    const lines = read.pending.length > 0 ? now + TELL_TASKS_MS : Number.POSITIVE_INFINITY;
    this.#flushAt = Math.min(this.#flushAt, lines, read.tasks.due);
  }

  /** The stored position of its container, or ''. */
  positionIn(stored: VersionedRun): string {
    return storedPosition(this.#stream, stored);
  }

  drop(restMs = REOPEN_MS): void {
    if (!this.#stream) return;
    this.#stream.abort.abort();
    this.#stream = undefined;
    this.#hasNews = false;
    this.#flushAt = Number.POSITIVE_INFINITY;
    this.#opensAt = this.#world.clock.now() + restMs;
  }
}
