/** Follows the Job of one run for one time slice. A single loop; only publishing runs beside it. */
import { isTerminal } from '../../../../core/events/state.ts';
import type { ObservedPod } from '../../../../core/kubernetes/observed.ts';
import {
  CHECK_MS,
  FIRST_LOOK_MS,
  RECOVERIES_MAX,
  RECOVERY_MS,
  REOPEN_MS,
} from '../../../../core/limits.ts';
import { isOverdue } from '../../../../core/runs/run.ts';
import { Conflict } from '../../../../ports/store.ts';
import type { World } from '../../../../ports/world.ts';
import { Recorder } from '../../../events/recorder.ts';
import { leaseMs } from '../../../store/request-follower.ts';
import type { VersionedRun } from '../../../store/run-store.ts';
import type { Context, Following } from '../../executor.ts';
import { clusterOf } from '../clusters.ts';
import type { LiveOutput } from '../context.ts';
import { KubernetesExecutor } from '../executor.ts';
import { flush, pieces, take } from '../log-lines.ts';
import { batchMs, joinBatching, leaveBatching } from './batching.ts';
import { ChangeCheck } from './change-check.ts';
import {
  isBlind,
  type LogStream,
  mayBeLeftBehind,
  type Next,
  openLogStream,
  pull,
  rest,
  storedPosition,
} from './log-stream.ts';
import { describePods, enough, liveDriver, PodWatch, untilLook } from './pod-watch.ts';
import { TraceStream } from './trace-stream.ts';

export class Follower {
  readonly #world: World;
  readonly #runId: string;
  readonly #generation: number;
  readonly #following: Following;
  readonly #recorder: Recorder;
  /** Aborts when the time slice has to end. */
  readonly #signal: AbortSignal | undefined;
  readonly #changes: ChangeCheck;
  /** The current check is due by time, not by a change of the pods. */
  #regular = true;
  /** The stream may lack lines: read the log in another way first. */
  #mismatched = false;
  #streamedTo = '';
  #watch: PodWatch | undefined;
  #stored: VersionedRun;
  #stream: LogStream | undefined;
  readonly #trace: TraceStream;
  #streamAfter = 0;
  #flushAt = Number.POSITIVE_INFINITY;
  #lookAt: number;
  #seen = describePods([]);
  /** Steps that failed in a row. */
  #failures = 0;
  #checkAt = 0;
  /** Ends the current wait. */
  #limit = new AbortController();
  readonly #wake = (): void => this.#limit.abort();

  constructor(world: World, following: Following) {
    const { stored, signal, sink } = following;
    this.#world = world;
    this.#following = following;
    this.#signal = signal;
    this.#stored = stored;
    this.#runId = stored.run.run_id;
    this.#generation = stored.run.generation;
    this.#lookAt = world.clock.now() + (stored.run.stop === null ? FIRST_LOOK_MS : 0);
    this.#recorder = new Recorder(world, sink);
    this.#trace = new TraceStream(world, this.#recorder);
    this.#changes = new ChangeCheck(world, this.#runId);
  }

  /** Follows until the run has ended, another follower has it, or the time slice is over. True: the run needs another follower. */
  async run(): Promise<boolean> {
    joinBatching(this.#world);
    this.#signal?.addEventListener('abort', this.#wake);
    try {
      const cluster = await clusterOf(this.#world, this.#stored.run);
      this.#watch = new PodWatch(this.#world, cluster, this.#runId);
      while (this.#isOurs() && !this.#following.timeSlice.isOver()) {
        const step = this.#mustLook() ? this.#look() : this.#listen();
        await step.catch((error: unknown) => this.#recover(error));
      }
      await this.#commit();
      if (!this.#isOurs()) return false;
      // Release the lease, so that the next follower need not wait until it expires.
      await this.#guarded(async () => {
        this.#stored = await this.#recorder.record(this.#stored, { lease_until: null });
      });
      return this.#isOurs();
    } finally {
      leaveBatching(this.#world);
      this.#signal?.removeEventListener('abort', this.#wake);
      this.#watch?.close();
      this.#stream?.abort.abort();
      this.#trace.drop();
      await this.#following.sink.close(this.#stored);
    }
  }

  get #now(): number {
    return this.#world.clock.now();
  }

  get #live(): LiveOutput {
    return {
      seen: (run) => (this.#regular ? undefined : enough(run, this.#pods, this.#now)),
      streams: !this.#mismatched,
      traces: this.#trace.isOpen,
      streamedTo: this.#streamedTo,
    };
  }

  /** After a failed call, which may have succeeded: continues from the stored run, unless reading it fails too. */
  async #recover(error: unknown): Promise<void> {
    this.#failures += 1;
    if (this.#failures > RECOVERIES_MAX) throw error;
    this.#world.log.info('follower looks again', { run_id: this.#runId, error });
    this.#lookSoon();
    await this.#world.clock.sleep(RECOVERY_MS * this.#failures, this.#signal);
  }

  #isOurs(): boolean {
    const { run } = this.#stored;
    return !isTerminal(run.state) && run.generation === this.#generation;
  }

  #mustLook(): boolean {
    const key = describePods(this.#pods);
    return key !== this.#seen || this.#now >= this.#lookAt;
  }

  /** Commits what the stream has read, then reads the run and the cluster and takes the due steps. */
  async #look(): Promise<void> {
    this.#regular = this.#now >= this.#lookAt;
    this.#seen = describePods(this.#pods);
    const stream = this.#stream;
    if (stream && !liveDriver(this.#stored.run, this.#pods))
      for await (const next of rest(stream, this.#world.clock, this.#signal))
        if (this.#stream === stream) await this.#receive(stream, next);
    await this.#commit();
    if (this.#regular && stream && isBlind(stream)) this.#mismatched = true;
    const before = storedPosition(this.#stream, this.#stored);
    const traced = this.#trace.positionIn(this.#stored);
    this.#stored = await this.#changes.read();
    if (!this.#isOurs()) return;
    const live = this.#live;
    const executor = (context: Context) => new KubernetesExecutor(context, live);
    await this.#following.reconcile(this.#stored, executor);
    this.#mismatched = false;
    this.#stored = await this.#changes.read();
    if (this.#stream && storedPosition(this.#stream, this.#stored) === before)
      this.#stream.read.stored = this.#stored;
    else this.#dropStream(0);
    if (this.#trace.positionIn(this.#stored) !== traced) this.#trace.drop();
    this.#failures = 0;
    this.#lookAt = this.#now + untilLook(this.#world, this.#stored.run, this.#watch);
    this.#checkAt = this.#now + CHECK_MS;
  }

  get #pods(): readonly ObservedPod[] {
    return this.#watch?.pods ?? [];
  }

  /** Waits for the next event: bytes of the log, a change of the pods, or a due time. */
  async #listen(): Promise<void> {
    // Subscribed before the first await, so that no change is missed.
    const news = this.#watch?.news() ?? new Promise<never>(() => undefined);
    await this.#openStream();
    await this.#trace.open(this.#stored, this.#pods);
    if (this.#mustLook() || this.#following.timeSlice.isOver()) return;
    const limit = new AbortController();
    this.#limit = limit;
    const timer = this.#world.clock
      .sleep(Math.max(0, this.#due() - this.#now), limit.signal)
      .then(() => 'time' as const);
    const stream = this.#stream;
    const others = [this.#trace.news(), timer, news];
    const event = await Promise.race(stream ? [stream.next, ...others] : others);
    limit.abort();
    if (stream && (event === 'broken' || typeof event === 'object'))
      await this.#receive(stream, event);
    await this.#guarded(async () => {
      this.#stored = await this.#trace.take(this.#stored, event === 'trace');
      if (this.#stream) this.#stream.read.stored = this.#stored;
    });
    const reopens = stream && this.#now >= stream.pauseAt && mayBeLeftBehind(stream);
    if (reopens || this.#now >= this.#flushAt) await this.#commit();
    if (reopens && this.#stream === stream) this.#dropStream(0);
    if (this.#now >= this.#checkAt) await this.#check();
  }

  /** The earliest due time. */
  #due(): number {
    const opens = this.#streamAfter > this.#now ? this.#streamAfter : Number.POSITIVE_INFINITY;
    const stream = this.#stream?.pauseAt ?? opens;
    return Math.min(
      this.#flushAt,
      this.#trace.due,
      this.#lookAt,
      this.#checkAt,
      this.#following.timeSlice.due,
      stream,
    );
  }

  async #openStream(): Promise<void> {
    const source = liveDriver(this.#stored.run, this.#pods);
    const { state } = this.#stored.run;
    const may = state === 'running' || state === 'cancelling';
    if (this.#stream || !source || !may || this.#now < this.#streamAfter) return;
    this.#streamedTo = '';
    const cluster = await clusterOf(this.#world, this.#stored.run);
    this.#stream = openLogStream(cluster, this.#stored, source);
  }

  async #receive(stream: LogStream, next: Next): Promise<void> {
    const { read } = stream;
    if (next === 'broken' || next.done) return this.#lostStream(next !== 'broken');
    for (const piece of pieces(next.value)) {
      await this.#guarded(async () => take(this.#recorder, read, read.reader.push(piece)));
      if (this.#stream !== stream) return;
      this.#stored = read.stored;
      if (!read.reader.stale) continue;
      await this.#commit();
      return this.#dropStream(0);
    }
    if (read.pending.length > 0)
      this.#flushAt = Math.min(this.#flushAt, this.#now + batchMs(this.#world));
    // The next bytes are requested only now, so that the cluster waits while these are not committed.
    pull(stream, this.#now);
  }

  #lookSoon(): void {
    this.#dropStream();
    this.#trace.drop();
    this.#lookAt = 0;
  }

  #dropStream(restMs = REOPEN_MS): void {
    this.#stream?.abort.abort();
    this.#stream = undefined;
    this.#flushAt = Number.POSITIVE_INFINITY;
    this.#streamAfter = this.#now + restMs;
  }

  /** The end of a stream proves nothing about the driver: check the pods soon, whatever the watch shows. */
  async #lostStream(ended: boolean): Promise<void> {
    await this.#commit();
    const whole = this.#stream?.read.reader.whole;
    this.#streamedTo = ended && whole ? storedPosition(this.#stream, this.#stored) : '';
    this.#dropStream();
    this.#lookAt = Math.min(this.#lookAt, this.#now + CHECK_MS);
  }

  async #commit(): Promise<void> {
    const stream = this.#stream;
    this.#flushAt = Number.POSITIVE_INFINITY;
    if (!stream) return;
    await this.#guarded(async () => flush(this.#recorder, stream.read));
    if (this.#stream !== stream) return;
    this.#stored = stream.read.stored;
    this.#flushAt = stream.read.tasks.due;
  }

  /** On a conflict the run has changed: its lines are read again from the stored position. */
  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      this.#lookSoon();
    }
  }

  /** Renews the lease; checks the deadline, and changes by other instances. */
  async #check(): Promise<void> {
    this.#checkAt = this.#now + CHECK_MS;
    const { run } = this.#stored;
    this.#following.sink.sendHead(run);
    if (isOverdue(run, this.#now)) return this.#lookSoon();
    // Such a change does not concern the log: the stream and the watch stay.
    if (await this.#changes.isChanged(this.#stored)) return void (this.#seen = '');
    const left = run.lease_until === null ? 0 : Date.parse(run.lease_until) - this.#now;
    if (left > leaseMs(this.#world) / 2) return;
    await this.#commit();
    await this.#guarded(async () => {
      this.#stored = await this.#recorder.record(this.#stored, {});
      if (this.#stream) this.#stream.read.stored = this.#stored;
    });
  }
}
