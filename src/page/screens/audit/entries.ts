/** Entries of the audit log for the screen: read page by page, chosen by who and what. */
import type { Client } from '../../../client/client.ts';
import type { AuditEntry } from '../../../core/access/audit.ts';
import type { AuditSearch } from './search.ts';

/** The most that a page of the API has. */
const PAGE = 1_000;
/** More entries of a range are not read: a browser is no place to search them. */
export const ENTRIES_MAX = 20_000;

export type Found = {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** The range has more than was read: the newest are missing. */
  readonly cut: boolean;
};

export async function readEntries(
  client: Client,
  { since, until, domain }: AuditSearch,
): Promise<Found> {
  const entries: AuditEntry[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await client.audit({
      limit: PAGE,
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(domain !== undefined && { domain }),
      ...(cursor && { cursor }),
    });
    entries.push(...page.entries);
    cursor = page.next_cursor;
  } while (cursor !== null && entries.length < ENTRIES_MAX);
  return { entries: entries.toReversed(), cut: cursor !== null };
}

/** Each page that is opened asks where to connect. */
const NEGOTIATE = 'negotiate';

const has = (wanted: string | undefined, texts: readonly (string | null | undefined)[]): boolean =>
  wanted === undefined ||
  texts.some((text) => text?.toLowerCase().includes(wanted.toLowerCase().trim()) === true);

export const chosen = (
  entries: readonly AuditEntry[],
  { who, what, outcome, live }: AuditSearch,
): readonly AuditEntry[] =>
  entries.filter(
    ({ caller, operation, thing, outcome: came }) =>
      (live === 'yes' || operation !== NEGOTIATE || came !== 'done') &&
      has(who, [caller.id, caller.name, caller.kind]) &&
      has(what, [operation, thing?.kind, thing?.id]) &&
      (outcome === undefined || came === outcome),
  );
