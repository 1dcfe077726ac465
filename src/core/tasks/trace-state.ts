/**
 * What is known of a run's tasks in all: its source, facts, and processes with counts that are made of the tasks themselves. Kept
 * in the same transaction as these, so that both always agree. Any order of news gives the same.
 */
import type { Share } from './merge.ts';
import type { ProcessNews, RunFacts, TraceNews } from './report.ts';
import { COUNTED, NO_TASKS, sumCounts, type TaskCounts } from './status.ts';
import type { ProcessCounts, TraceSource } from './task.ts';

/** Most processes of a run that are told apart. Tasks of others are counted under {@link OTHERS}: the state has to fit into a row. */
export const PROCESSES_KEPT = 2_000;
/** Bytes of the names of all of them, as JSON. */
export const NAME_BYTES_KEPT = 400 * 1024;
/**
 * Most tasks that are kept of a run: the largest pipelines have some ten thousands, and a token of a run must not fill the storage.
 * Of more, those that come first are kept; the trace says so.
 */
export const TASKS_KEPT_MAX = 200_000;
export const OTHERS = '(other processes)';

export type ProcessState = {
  readonly name: string;
  /** Its place in the pipeline, where that was told. */
  readonly index: number | null;
  /** The least number of a task of it, which stands for its place else. */
  readonly first: number | null;
  readonly counts: TaskCounts;
  /** Tasks whose time is known, and that time in all, in milliseconds. */
  readonly timed: number;
  readonly ran_ms: number;
};

export type TraceState = {
  readonly source: TraceSource | null;
  /** By stage, the latest of each. */
  readonly facts: readonly RunFacts[];
  readonly processes: readonly ProcessState[];
  /** Tasks came from the console before any that a driver sent: of those too the hash is looked up. */
  readonly by_hash?: true;
  /** More tasks came than are kept. */
  readonly full?: true;
  /** When Nextflow last told anything, milliseconds since 1970. */
  readonly heard_at: number;
};

export const NO_TRACE: TraceState = { source: null, facts: [], processes: [], heard_at: 0 };

/** Where several tell of a run, the one that knows more. */
const PREFERRED: readonly (TraceSource | null)[] = [
  null,
  'console',
  'log',
  'file',
  'weblog',
  'tower',
];
export const betterSource = (a: TraceSource | null, b: TraceSource | null): TraceSource | null =>
  PREFERRED.indexOf(a) >= PREFERRED.indexOf(b) ? a : b;

const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

const isLater = (a: RunFacts, b: RunFacts): boolean =>
  a.instant === b.instant ? JSON.stringify(a) > JSON.stringify(b) : a.instant > b.instant;

/** At most one fact of each stage, the first stage first. */
export function withFacts(facts: readonly RunFacts[], news: RunFacts | null): readonly RunFacts[] {
  if (news === null) return facts;
  const before = facts.find(({ stage }) => stage === news.stage);
  if (before && !isLater(news, before)) return facts;
  return [...facts.filter(({ stage }) => stage !== news.stage), news].sort(
    (a, b) => a.stage - b.stage,
  );
}

/** Facts of two lines that are told together: of the later stage, with what only the other tells. */
export function joinFacts(before: RunFacts | null, next: RunFacts | null): RunFacts | null {
  if (before === null || next === null) return next ?? before;
  const [first = before, last = next] = [before, next].sort((a, b) => a.stage - b.stage);
  return { ...first, ...knownFacts([last]), stage: last.stage };
}

/** All facts in one: each from the latest stage that tells it. */
export function knownFacts(facts: readonly RunFacts[]): Partial<RunFacts> {
  return Object.fromEntries(
    facts.flatMap((each) => Object.entries(each).filter(([, value]) => value !== null)),
  );
}

/** A working copy of the processes, with what changed. */
export class Processes {
  readonly #byName: Map<string, ProcessState>;
  #nameBytes: number;
  readonly changed = new Set<string>();

  constructor(processes: readonly ProcessState[]) {
    this.#byName = new Map(processes.map((each) => [each.name, each]));
    this.#nameBytes = processes.reduce((sum, { name }) => sum + bytesOf(name), 0);
  }

  #of(name: string): ProcessState {
    const known = this.#byName.get(name);
    if (known) return known;
    const isFull =
      this.#byName.size >= PROCESSES_KEPT || this.#nameBytes + bytesOf(name) > NAME_BYTES_KEPT;
    if (isFull && name !== OTHERS) return this.#of(OTHERS);
    this.#nameBytes += bytesOf(name);
    return { name, index: null, first: null, counts: NO_TASKS, timed: 0, ran_ms: 0 };
  }

  #set(process: ProcessState): void {
    this.#byName.set(process.name, process);
    this.changed.add(process.name);
  }

  listed({ name, index, stored }: ProcessNews): void {
    const known = this.#of(name);
    // Outputs are never lost again, so the greatest number is the latest.
    const most = Math.max(known.counts.stored, stored);
    const place = known.name === OTHERS ? null : least(known.index, index);
    const isKnown = this.#byName.has(known.name);
    if (isKnown && place === known.index && most === known.counts.stored) return;
    this.#set({ ...known, index: place, counts: { ...known.counts, stored: most } });
  }

  /** Counts a task (1), or takes it out again (-1). */
  count({ process, id, counts, ran_ms }: Share, by: 1 | -1): void {
    const known = this.#of(process);
    const sum = Object.fromEntries(
      COUNTED.map((name) => [name, known.counts[name] + by * counts[name]]),
    ) as TaskCounts;
    this.#set({
      ...known,
      first: least(known.first, id),
      counts: sum,
      timed: known.timed + (ran_ms === null ? 0 : by),
      ran_ms: known.ran_ms + by * (ran_ms ?? 0),
    });
  }

  /** Without those that only a mistaken report named. */
  list(): readonly ProcessState[] {
    return [...this.#byName.values()].filter(
      ({ index, counts }) => index !== null || COUNTED.some((name) => counts[name] !== 0),
    );
  }
}

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(JSON.stringify(text)).byteLength;

/** The state with what the news tell of the run itself; its tasks are counted by the caller. */
export function withNews(state: TraceState, news: TraceNews, heard: number): TraceState {
  return {
    ...state,
    source: betterSource(state.source, news.source),
    facts: withFacts(state.facts, news.facts),
    heard_at: Math.max(state.heard_at, heard),
  };
}

/** In the order of the pipeline: as Nextflow lists them, else by their first tasks. */
export function ordered(processes: readonly ProcessState[]): readonly ProcessState[] {
  const last = Number.MAX_SAFE_INTEGER;
  return [...processes].sort(
    (a, b) =>
      (a.index ?? last) - (b.index ?? last) ||
      (a.first ?? last) - (b.first ?? last) ||
      (a.name < b.name ? -1 : 1),
  );
}

/** What became of tasks whose end nobody told. */
export type LostEnd = 'succeeded' | 'aborted';

/** With the tasks of a run that is over, each of which has ended. */
export function closed(counts: TaskCounts, end: LostEnd | null): TaskCounts {
  if (end === null) return counts;
  const lost = counts.pending + counts.submitted + counts.running;
  return { ...counts, [end]: counts[end] + lost, pending: 0, submitted: 0, running: 0 };
}

export const processCounts = (
  { name, counts }: ProcessState,
  end: LostEnd | null = null,
): ProcessCounts => ({ name, counts: closed(counts, end) });

/** How many tasks are kept: each try of one by itself. */
export const tasksKept = (state: Pick<TraceState, 'processes'>): number => {
  const { pending, submitted, running, succeeded, cached, failed, aborted } = countsOf(state);
  return pending + submitted + running + succeeded + cached + failed + aborted;
};

export const countsOf = ({ processes }: Pick<TraceState, 'processes'>): TaskCounts =>
  sumCounts(processes.map(({ counts }) => counts));
