import { Cron } from 'croner';
import { parseTimeSpan } from '../time-span.ts';

export type Schedule = {
  /** The first occurrence after `from`; undefined when there is none any more. */
  next(from: Date): Date | undefined;
};

type Field = {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Full names; any beginning of one stands for it, the first that fits. */
  readonly names: readonly string[];
};

const MONTHS =
  'january february march april may june july august september october november december'.split(
    ' ',
  );
const DAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59, names: [] },
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of week', min: 0, max: 6, names: DAYS },
];

function readValue(field: Field, text: string): number {
  const index = field.names.findIndex((name) => name.startsWith(text.toLowerCase()));
  const value = /^\d+$/.test(text) ? Number(text) : index < 0 ? Number.NaN : index + field.min;
  if (!(value >= field.min && value <= field.max)) {
    throw new Error(`"${text}" is no ${field.name} (${field.min}-${field.max})`);
  }
  return value;
}

/** `*`, `a`, `a-b`, each with `/step`; `a/step` runs to the field's end. A range may be given backwards. */
function readItem(field: Field, item: string): number[] {
  const match = /^(?:(\*)|([a-z]+|\d+)(?:-([a-z]+|\d+))?)(?:\/(\d+))?$/i.exec(item);
  if (match === null) {
    throw new Error(`"${item}" is no ${field.name}: only numbers, names and , - * / are allowed`);
  }
  const [, star, first, last, every] = match;
  const step = Number(every ?? 1);
  if (step < 1) {
    throw new Error(`"${item}" has a step of 0`);
  }
  const from = star === undefined ? readValue(field, first ?? '') : field.min;
  const open = star !== undefined || (last === undefined && every !== undefined);
  const to = open ? field.max : last === undefined ? from : readValue(field, last);
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
}

/** The field as a plain list of numbers, which every cron dialect reads alike. */
function normalise(field: Field, text: string): string {
  if (text === '*') {
    return text;
  }
  const values = text.split(',').flatMap((item) => readItem(field, item));
  return [...new Set(values)].sort((a, b) => a - b).join(',');
}

function parseCron(expression: string, timezone: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  const six = parts.length === 5 ? ['0', ...parts] : parts;
  if (six.length !== 6) {
    throw new Error('it needs six fields, or five without seconds');
  }
  const pattern = FIELDS.map((field, i) => normalise(field, six[i] ?? '')).join(' ');
  const cron = new Cron(pattern, { mode: '6-part', domAndDow: true, timezone, paused: true });
  return { next: (from) => cron.nextRun(from) ?? undefined };
}

/**
 * Reads the schedule of a timer trigger: an NCRONTAB expression (six fields, or five without
 * seconds; day of month and day of week must both match; no `7`, `L`, `W`, `#`, `?`) in `timezone`, or a
 * TimeSpan, which is a constant interval. Throws an Error that says what is wrong.
 *
 * Where the clock jumps ahead over an occurrence, it comes at the first moment after the gap.
 */
export function parseSchedule(text: string, timezone: string): Schedule {
  const interval = parseTimeSpan(text);
  if (interval !== undefined) {
    if (interval < 1) {
      throw new Error(`schedule "${text}": the interval must be positive`);
    }
    return { next: (from) => new Date(from.getTime() + interval) };
  }
  try {
    return parseCron(text, timezone);
  } catch (error) {
    throw new Error(`schedule "${text}": ${(error as Error).message}`, { cause: error });
  }
}

/** Whether two neighbouring occurrences are less than a minute apart; such schedules are not monitored. */
export function isFrequent(schedule: Schedule, now: Date): boolean {
  const first = schedule.next(now);
  const second = first === undefined ? undefined : schedule.next(first);
  return first !== undefined && second !== undefined && second.getTime() - first.getTime() < 60_000;
}
