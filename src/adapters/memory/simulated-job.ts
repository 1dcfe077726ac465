/** One Job of the memory cluster: what its scripted driver has done by a moment, and how Kubernetes would show it. */

import type {
  ObjectEvent,
  ObservedContainer,
  ObservedJob,
  ObservedPod,
} from '../../core/kubernetes/observed.ts';
import { DRIVER_CONTAINER, TRACE_CONTAINER } from '../../core/names.ts';

/** What a driver does, by milliseconds since its start. */
export type Script = {
  /** Lines as they are printed; bytes may be anything but a newline. */
  readonly lines: readonly { readonly at: number; readonly text: string | Uint8Array }[];
  /** The same of the container that tells of Nextflow's tasks, which ends {@link TRACE_MS} after the driver. Without it there is none. */
  readonly trace?: Script['lines'];
  /** The node's clock is set forward or back by `by` milliseconds. */
  readonly clockSteps?: readonly { readonly at: number; readonly by: number }[];
  readonly endsAt: number;
  readonly exitCode: number;
  /** What the driver writes to its termination file. Without it the message of a failed one is the end of its log. */
  readonly lastWords?: string;
  /** From `unsuspend` to the pod, which a slow controller makes even for a Job that is gone by then. Default 0. */
  readonly podAfter?: number;
  /** From the pod to the running container. Default 100; it may never come. */
  readonly startsAfter?: number;
  /** Why no node takes the pod, until it starts. */
  readonly unscheduled?: ObservedPod['unscheduled'];
  /** Events about the pod, by milliseconds since it was made. */
  readonly events?: readonly (Omit<ObjectEvent, 'at'> & { readonly at: number })[];
  /** How long the process takes to end after TERM. Default 1,000. */
  readonly termMs?: number;
  /** The exit code after TERM. Default 143. */
  readonly termCode?: number;
  /** Task pods that appear with the driver and stay until they are deleted. */
  readonly tasks?: number;
};

export type Task = { readonly name: string; readonly uid: string };

type Pod = Task & {
  readonly createdAt: number;
  readonly startedAt: number;
  termAt: number | null;
  /** Why it got its TERM. */
  termBy: { readonly reason: string; readonly message: string };
  gone: boolean;
};

/** The garbage collector finds a pod whose Job is gone after this long. */
const COLLECT_MS = 1_000;

const iso = (ms: number): string => new Date(ms).toISOString();
/** Lines of one millisecond keep their order, in the digits below it. */
const ORDERS = 1_000_000;
const stamp = (ms: number, order: number): string =>
  `${iso(ms).slice(0, 23)}${String(order % ORDERS).padStart(6, '0')}Z`;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Lines of a termination message that is the end of a log. */
const MESSAGE_LINES = 80;
const MESSAGE_BYTES = 2_048;
const NEWLINE = 10;
/** Unless a script says otherwise: from a pod to its process, and from SIGTERM to its end. */
const STARTS_AFTER_MS = 100;
const TERM_MS = 1_000;
export const TRACE_MS = 2_000;
/** Exit code of a process that SIGTERM ended. */
const TERMINATED = 143;

/** The same for every pod here. */
const PLAIN = { reason: '', message: '', unscheduled: null } as const;
const DELETED = { reason: 'Deleted', message: '' } as const;

export class SimulatedJob {
  readonly runId: string;
  readonly script: Script;
  view: ObservedJob;
  pod: Pod | null = null;
  tasks: Task[] = [];
  deleted = false;
  /** Its ConfigMap was gone before its container started. */
  fenced = false;
  /** The Job was deleted without its pod. */
  orphaned = false;

  constructor(view: ObservedJob, script: Script) {
    this.view = view;
    this.runId = view.run_id ?? '';
    this.script = script;
  }

  start(now: number, uid: () => string): void {
    this.view = { ...this.view, suspended: false };
    const { name } = this.view;
    const createdAt = now + (this.script.podAfter ?? 0);
    const startedAt = createdAt + (this.script.startsAfter ?? STARTS_AFTER_MS);
    const end = { termAt: null, termBy: DELETED, gone: false };
    this.pod = { name: `${name}-${uid()}`, uid: uid(), createdAt, startedAt, ...end };
    this.tasks = Array.from({ length: this.script.tasks ?? 0 }, (_, index) => ({
      name: `nf-${name}-${index}`,
      uid: uid(),
    }));
  }

  /** Sends TERM to the driver, once. */
  terminate(now: number, termBy: Pod['termBy'] = DELETED): void {
    if (this.pod?.termAt !== null) return;
    const { createdAt } = this.pod;
    const termAt = now < createdAt ? createdAt + COLLECT_MS : now;
    Object.assign(this.pod, { termAt, termBy });
  }

  /** The ConfigMap is gone: a container that does not run yet never will. */
  fence(now: number): void {
    if (!this.isAlive(now) && now < this.endsAt) this.fenced = true;
  }

  /** When the driver's process ends, as far as is known. */
  get endsAt(): number {
    if (!this.pod || this.fenced) return Number.POSITIVE_INFINITY;
    const { startedAt, termAt } = this.pod;
    const natural = startedAt + this.script.endsAt;
    return termAt === null
      ? natural
      : Math.min(natural, Math.max(startedAt, termAt + Math.max(1, this.script.termMs ?? TERM_MS)));
  }

  /** When the last container of its pod ends. */
  get overAt(): number {
    return this.endsAt + (this.script.trace ? TRACE_MS : 0);
  }

  isAlive(now: number): boolean {
    return this.hasStarted(now) && this.pod?.gone === false && now < this.endsAt;
  }

  /** The pod of a deleted Job goes once its process has ended, or before it started. */
  settle(now: number): void {
    if (!this.pod || !this.deleted || this.pod.termAt === null || now < this.pod.termAt) return;
    if (now >= this.overAt || !this.hasStarted(now)) this.pod.gone = true;
  }

  hasStarted(now: number): boolean {
    return this.pod !== null && !this.fenced && this.pod.startedAt <= now;
  }

  /** Lines that a container has printed so far. */
  lines(
    now: number,
    container = DRIVER_CONTAINER,
  ): { readonly time: string; readonly text: string | Uint8Array }[] {
    const start = this.pod?.startedAt ?? 0;
    if (!this.hasStarted(now)) return [];
    const isTrace = container === TRACE_CONTAINER;
    const [lines, end] = isTrace
      ? [this.script.trace ?? [], this.overAt]
      : [this.script.lines, this.endsAt];
    return lines
      .map((line, order) => ({ at: start + line.at, order, text: line.text }))
      .filter(({ at }) => at <= now && at < end)
      .map(({ at, order, text }) => ({ time: stamp(this.#nodeTime(at), order), text }));
  }

  /** What the node's clock shows at a moment. */
  #nodeTime(at: number): number {
    const since = at - (this.pod?.startedAt ?? 0);
    const steps = this.script.clockSteps?.filter((step) => step.at <= since) ?? [];
    return at + steps.reduce((sum, { by }) => sum + by, 0);
  }

  /** The log as the kubelet serves it, after `behind` lines: those whose own time is not before `sinceSecond`. */
  *log(now: number, container: string, sinceSecond: string, behind: number): Generator<Uint8Array> {
    for (const { time, text } of this.lines(now, container).slice(behind)) {
      if (time.slice(0, 19) < sinceSecond) continue;
      yield encoder.encode(`${time} `);
      yield typeof text === 'string' ? encoder.encode(text) : text;
      yield encoder.encode('\n');
    }
  }

  jobView(now: number): ObservedJob {
    const ended = this.pod !== null && now >= this.endsAt;
    const type = this.script.exitCode === 0 ? ('Complete' as const) : ('Failed' as const);
    const end = this.view.end ?? (ended ? { type, reason: '', message: '' } : null);
    return { ...this.view, end, active: this.pod && this.pod.createdAt <= now && !ended ? 1 : 0 };
  }

  /** Events about its pod, the newest first. */
  events(now: number): ObjectEvent[] {
    const { pod, script } = this;
    if (!pod) return [];
    return (script.events ?? [])
      .map((event) => ({ ...event, at: pod.createdAt + event.at }))
      .filter(({ at }) => at <= now)
      .map((event) => ({ ...event, at: `${iso(event.at).slice(0, 19)}Z` }))
      .toReversed();
  }

  podViews(now: number): ObservedPod[] {
    const isThere = this.pod !== null && !this.pod.gone && this.pod.createdAt <= now;
    const driver = isThere && this.pod ? [this.#driver(this.pod, now)] : [];
    return [...driver, ...this.tasks.map((task) => this.#task(task))];
  }

  #driver(pod: Pod, now: number): ObservedPod {
    const [started, ended, stopped] = [
      this.hasStarted(now),
      now >= this.endsAt,
      pod.termAt !== null && pod.termAt <= now,
    ];
    const code = stopped ? (this.script.termCode ?? TERMINATED) : this.script.exitCode;
    const success = code === 0;
    const container: ObservedContainer = {
      name: DRIVER_CONTAINER,
      kind: 'main',
      state: ended ? 'terminated' : started ? 'running' : 'waiting',
      reason: ended ? (success ? 'Completed' : 'Error') : started ? '' : 'ContainerCreating',
      message: ended ? this.#lastWords(success) : '',
      exit_code: ended ? code : null,
      started_at: started ? iso(pod.startedAt) : null,
      finished_at: ended ? iso(this.#nodeTime(this.endsAt)) : null,
    };
    return {
      ...PLAIN,
      name: pod.name,
      uid: pod.uid,
      run_id: this.runId,
      job_uid: this.orphaned ? null : this.view.uid,
      role: 'driver',
      unscheduled: started ? null : (this.script.unscheduled ?? null),
      phase:
        now >= this.overAt ? (success ? 'Succeeded' : 'Failed') : started ? 'Running' : 'Pending',
      deleting: stopped,
      disruption: pod.termAt === null ? null : { ...pod.termBy, at: iso(pod.termAt) },
      containers: [...this.#trace(pod, now), container],
    };
  }

  #trace(pod: Pod, now: number): ObservedContainer[] {
    if (!this.script.trace) return [];
    const isOver = now >= this.overAt;
    const isThere = this.hasStarted(now);
    return [
      {
        name: TRACE_CONTAINER,
        kind: 'sidecar',
        state: isOver ? 'terminated' : isThere ? 'running' : 'waiting',
        reason: '',
        message: '',
        exit_code: isOver ? 0 : null,
        started_at: isThere ? iso(pod.startedAt) : null,
        finished_at: isOver ? iso(this.overAt) : null,
      },
    ];
  }

  /** The kubelet's rule: the last 80 lines of the log, and of these the last 2 KiB, wherever that begins. */
  #lastWords(success: boolean): string {
    const { lastWords } = this.script;
    if (lastWords !== undefined || success) return lastWords ?? '';
    const lines = this.lines(this.endsAt).slice(-MESSAGE_LINES);
    const bytes = lines.flatMap(({ text }) => [
      ...(typeof text === 'string' ? encoder.encode(text) : text),
      NEWLINE,
    ]);
    return decoder.decode(Uint8Array.from(bytes.slice(-MESSAGE_BYTES)));
  }

  #task(task: Task): ObservedPod {
    const container: ObservedContainer = {
      name: 'task',
      kind: 'main',
      state: 'running',
      reason: '',
      message: '',
      exit_code: null,
      started_at: null,
      finished_at: null,
    };
    return {
      ...PLAIN,
      ...task,
      run_id: this.runId,
      job_uid: null,
      role: 'task',
      phase: 'Running',
      deleting: false,
      disruption: null,
      containers: [container],
    };
  }
}
