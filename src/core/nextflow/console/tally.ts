/** What lines tell one by one: tasks by process (ANSI off), notes, warnings. Pure, and bounded. */

import { shorten } from '../../shorten.ts';
import { nameAndTag } from './lines.ts';
import type { EventCounts } from './report.ts';

/** Most processes by name, and most notes and warnings that are told apart; more are counted in nothing. */
export const PROCESSES_MAX = 5_000;
export const NOTES_MAX = 10_000;
export const WARNINGS_MAX = 1_000;
/** Characters by which two warnings are told apart, and that are kept of one. */
const WARNING_CHARS_MAX = 500;

const TASK =
  /^\[(?:[0-9a-f]{2}\/[0-9a-f]{6}|skipping)\] (Submitted|Re-submitted|Cached|Stored) process > (\S.*)$/;
const NOTE = /^\[([0-9a-f]{2}\/[0-9a-f]{6})\] NOTE: (.*)$/;
const NAMED = /`([^`]+)`/;
const WARNING = /^WARN: (.*)$/;
const KILLING = /^Killing (?:running|pending) tasks \((\d{1,9})\)/;

type Task = 'submitted' | 'resubmitted' | 'cached' | 'stored';
const TASKS: Readonly<Record<string, Task>> = {
  Submitted: 'submitted',
  'Re-submitted': 'resubmitted',
  Cached: 'cached',
  Stored: 'stored',
};

/** What a line tells of a task; null when it tells of none. */
export const taskEvent = (line: string): Task | null => TASKS[TASK.exec(line)?.[1] ?? ''] ?? null;

export type Named = {
  readonly tag: string | null;
  readonly submitted: number;
  readonly cached: number;
  readonly stored: number;
  readonly retries: number;
  readonly ignored: number;
};
const NONE: Named = { tag: null, submitted: 0, cached: 0, stored: 0, retries: 0, ignored: 0 };

export class Tally {
  readonly processes = new Map<string, Named>();
  readonly notes = new Map<string, Pick<Named, 'retries' | 'ignored'>>();
  readonly warnings = new Set<string>();
  readonly #seen = new Set<string>();
  events: EventCounts = {
    submitted: 0,
    resubmitted: 0,
    cached: 0,
    stored: 0,
    retried: 0,
    ignored: 0,
    execution_cancelled: 0,
  };
  killed: number | null = null;
  limited = false;

  get seen(): boolean {
    return this.processes.size > 0;
  }

  /** A task that was submitted or not needed. */
  task(line: string): boolean {
    const [, word = '', text = ''] = TASK.exec(line) ?? [];
    const event = TASKS[word];
    if (event === undefined) return false;
    this.add(event, text);
    return true;
  }

  add(event: Task, text: string): void {
    this.events = { ...this.events, [event]: this.events[event] + 1 };
    const { name, tag } = nameAndTag(text);
    const before = this.processes.get(name);
    if (!before && this.processes.size >= PROCESSES_MAX) {
      this.limited = true;
      return;
    }
    if (event === 'resubmitted' && before) return;
    const field = event === 'resubmitted' ? 'submitted' : event;
    const task = before ?? NONE;
    this.processes.set(name, { ...task, tag, [field]: task[field] + 1 });
  }

  /** A failure that Nextflow went on from. Frames repeat them. */
  note(line: string): boolean {
    const [, hash, text = ''] = NOTE.exec(line) ?? [];
    if (hash === undefined) return false;
    const isRetried = text.includes('Execution is retried');
    const isIgnored = text.includes('Error is ignored');
    if (!isRetried && !isIgnored) return true;
    if (!this.#isNew(`${hash} ${isRetried}`)) return true;
    const { events } = this;
    this.events = isRetried
      ? { ...events, retried: events.retried + 1 }
      : { ...events, ignored: events.ignored + 1 };
    const { name } = nameAndTag(NAMED.exec(text)?.[1] ?? '');
    const { retries, ignored } = this.notes.get(name) ?? NONE;
    if (this.notes.size < PROCESSES_MAX || this.notes.has(name))
      this.notes.set(name, {
        retries: retries + (isRetried ? 1 : 0),
        ignored: ignored + (isIgnored ? 1 : 0),
      });
    return true;
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    if (this.#seen.size >= NOTES_MAX) {
      this.limited = true;
      return false;
    }
    this.#seen.add(key);
    return true;
  }

  warning(line: string): boolean {
    const text = WARNING.exec(line)?.[1];
    if (text === undefined) return false;
    const killed = KILLING.exec(text)?.[1];
    if (killed !== undefined) this.killed = Number(killed);
    const kept = shorten(text, WARNING_CHARS_MAX);
    if (this.warnings.size < WARNINGS_MAX) this.warnings.add(kept);
    else if (!this.warnings.has(kept)) this.limited = true;
    return true;
  }

  cancelled(): void {
    this.events = { ...this.events, execution_cancelled: 1 };
  }
}
