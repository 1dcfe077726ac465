/** Reads the audit log in order of time, of one domain or of all of them. */
import { AuditEntry } from '../../core/access/audit.ts';
import { ROWS_PER_LIST_MAX } from '../../core/limits.ts';
import { keyAfter, type Row } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { auditKey, auditPartition, DAYS, dayKey } from './audit.ts';

/** Partitions that one page looks into: a range with few entries still gets an answer, with a cursor. */
const EXAMINED_MAX = 200;
/** Partitions that are read concurrently, and least rows of each. */
const PARALLEL = 32;
const EACH_MIN = 20;

export type AuditQuery = {
  /** Undefined: of all domains, and what belongs to none. */
  readonly domain: string | undefined;
  /** From this time on, and before that one: milliseconds since 1970. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type AuditPage = {
  readonly entries: readonly AuditEntry[];
  /** Where the next page begins; null when there is none. */
  readonly next_cursor: string | null;
};

/** The form of a cursor: the key of a row, or the beginning of a day. */
export const CURSOR = /^\d{13}\.[0-9a-f]{0,14}$/;

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const startOfDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** One page; it may be short, or empty, while `next_cursor` is not null. */
export async function readAudit(world: World, query: AuditQuery): Promise<AuditPage> {
  const { sinceMs, untilMs, limit, cursor } = query;
  const since = auditKey(sinceMs);
  const from = cursor !== undefined && cursor >= since ? keyAfter(cursor) : since;
  const before = auditKey(untilMs);
  const entries: AuditEntry[] = [];
  let examined = 0;
  for await (const { day, partitions } of daysOf(world, query, Number(from.slice(0, 13)))) {
    const start = auditKey(startOfDay(day));
    if (examined > 0 && examined + partitions.length > EXAMINED_MAX)
      return { entries, next_cursor: start };
    examined += partitions.length;
    for (let at = from > start ? from : start; ; ) {
      const { rows, whole } = await merged(world, partitions, { from: at, before }, limit);
      const taken = rows.slice(0, limit - entries.length);
      entries.push(...taken.map(entryOf));
      const last = taken.at(-1)?.key;
      if (entries.length >= limit) return { entries, next_cursor: last ?? null };
      if (whole || last === undefined) break;
      at = keyAfter(last);
    }
  }
  return { entries, next_cursor: null };
}

const entryOf = ({ values }: Row): AuditEntry =>
  AuditEntry.parse(JSON.parse(String(values['body'])));

type Day = { readonly day: string; readonly partitions: readonly string[] };

/** The days of the range that have entries, each with its partitions. */
async function* daysOf(
  world: World,
  { domain, untilMs }: AuditQuery,
  fromMs: number,
): AsyncGenerator<Day> {
  if (fromMs >= untilMs) return;
  const before = `${dayAt(untilMs - 1)}.~`;
  let day = '';
  let partitions: string[] = [];
  for (let from = `${dayAt(fromMs)}.`; ; ) {
    const rows = await world.store.list('audit', DAYS, { from, before, limit: ROWS_PER_LIST_MAX });
    for (const { key, values } of rows) {
      if (values['day'] !== day && partitions.length > 0) yield { day, partitions };
      if (values['day'] !== day) partitions = [];
      day = String(values['day']);
      if (domain === undefined || values['domain'] === domain)
        partitions.push(partitionOf(key, day));
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_PER_LIST_MAX) break;
    from = keyAfter(last.key);
  }
  if (partitions.length > 0) yield { day, partitions };
}

const partitionOf = (key: string, day: string): string =>
  auditPartition(key.slice(dayKey('', day).length), day);

type Range = { readonly from: string; readonly before: string };

/** The first rows of several partitions in order of their keys. `whole`: there are no more. */
async function merged(
  world: World,
  partitions: readonly string[],
  range: Range,
  limit: number,
): Promise<{ readonly rows: readonly Row[]; readonly whole: boolean }> {
  const each = Math.min(
    ROWS_PER_LIST_MAX,
    Math.max(EACH_MIN, Math.ceil((2 * limit) / partitions.length)),
  );
  const rows: Row[] = [];
  let end = '';
  for (let at = 0; at < partitions.length; at += PARALLEL) {
    const found = await Promise.all(
      partitions
        .slice(at, at + PARALLEL)
        .map((partition) => world.store.list('audit', partition, { ...range, limit: each })),
    );
    for (const those of found) {
      rows.push(...those);
      const last = those.at(-1)?.key;
      // Of this partition nothing is known after its last row.
      if (those.length >= each && last !== undefined && (end === '' || last < end)) end = last;
    }
  }
  const sorted = rows.sort((a, b) => (a.key < b.key ? -1 : 1));
  if (end === '') return { rows: sorted, whole: true };
  return { rows: sorted.filter(({ key }) => key <= end), whole: false };
}
