/** The events of a run as the screen keeps them: without log lines, which the log viewer has. */
import type { EventType, RunEvent } from '../../../../core/events/event.ts';
import { isTerminal } from '../../../../core/events/state.ts';
import type { Sample } from '../state/estimate.ts';
import type { StateChange } from '../state/timeline.ts';

/** One line for a list. `data` is read when somebody wants to see it. */
export type EventLine = {
  readonly seq: number;
  readonly type: EventType;
  readonly at: string;
  readonly text: string;
};

export type Pod = {
  readonly pod: string;
  readonly containers: readonly string[];
  readonly firstSeen: string;
};

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function textOf(event: RunEvent): string {
  switch (event.type) {
    case 'status':
    case 'complete': {
      const { status, reason } = event.data;
      return reason === null ? status : `${status}: ${reason.message}`;
    }
    case 'progress': {
      const { completed, total, percent } = event.data;
      return percent === null
        ? `${completed} of ${total}`
        : `${completed} of ${total} (${percent} %)`;
    }
    case 'tasks':
      return event.data.tasks.map(({ name, status }) => `${name} ${status}`).join(', ');
    case 'log':
      return `${plural(event.data.count, 'line')} of ${podsOf(event)
        .map(([pod]) => pod)
        .join(', ')}`;
    case 'gap':
    case 'error':
      return event.data.message;
  }
}

/** Pods and containers that an event tells of. */
function podsOf(event: RunEvent): [string, string][] {
  if (event.type === 'log') {
    const found = new Map(
      event.data.lines.map(({ pod, container }) => [
        `${pod} ${container}`,
        [pod, container] as [string, string],
      ]),
    );
    return [...found.values()];
  }
  if (event.type === 'gap') return [[event.data.pod, event.data.container]];
  return [];
}

/** Rates are taken from so many values of progress. */
const SAMPLES_MAX = 500;

/** Events in their order, from 1 or from the first that came live. Not React's: it grows in place and tells its version. */
export class RunEvents {
  readonly lines: EventLine[] = [];
  readonly changes: StateChange[] = [];
  readonly samples: Sample[] = [];
  readonly attempts = new Map<number, string | null>();
  readonly #pods = new Map<string, { containers: Set<string>; firstSeen: string }>();
  /** Everything up to it was added. */
  lastSeq: number;

  constructor(after: number) {
    this.lastSeq = after;
  }

  get pods(): readonly Pod[] {
    return Array.from(this.#pods, ([pod, { containers, firstSeen }]) => ({
      pod,
      containers: [...containers],
      firstSeen,
    }));
  }

  /** The next event; one that is there already changes nothing. */
  add(event: RunEvent): void {
    if (event.seq <= this.lastSeq) return;
    this.lastSeq = event.seq;
    const { seq, type, timestamp: at } = event;
    this.lines.push({ seq, type, at, text: textOf(event) });
    for (const [pod, container] of podsOf(event)) {
      const known = this.#pods.get(pod) ?? { containers: new Set(), firstSeen: at };
      known.containers.add(container);
      this.#pods.set(pod, known);
    }
    if (event.type === 'status') {
      const { status, reason, attempt, job_name } = event.data;
      this.changes.push({ state: status, at, why: reason?.message ?? null });
      if (attempt > 0) this.attempts.set(attempt, job_name ?? this.attempts.get(attempt) ?? null);
    }
    // A run that was withdrawn ends without a status event of its own.
    if (event.type === 'complete' && !isTerminal(this.changes.at(-1)?.state ?? 'queued'))
      this.changes.push({ state: event.data.status, at, why: event.data.reason?.message ?? null });
    if (event.type === 'progress' && event.data.percent !== null) {
      this.samples.push({ atMs: Date.parse(at), percent: event.data.percent });
      if (this.samples.length > SAMPLES_MAX) this.samples.splice(0, SAMPLES_MAX / 2);
    }
  }
}
