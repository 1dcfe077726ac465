/** Calls about domains, and the audit log. */
import type { AuditEntry } from '../core/access/audit.ts';
import type { Domain, DomainSettings, DomainView } from '../core/access/domain.ts';
import type { Input } from './catalogue.ts';
import { type Http, type IfMatch, matching, TRIES, type Versioned } from './http.ts';

export type AuditPage = {
  /** Oldest first. */
  readonly entries: readonly AuditEntry[];
  /** For `cursor` of the next page; null at the end. */
  readonly next_cursor: string | null;
};

export type AuditQuery = {
  /** Only of this domain; without it the own one, or all for the admin token and admins of the settings. */
  readonly domain?: string;
  /** RFC 3339, a day, or how long ago, such as `7d`. By default a day ago, until now. */
  readonly since?: string;
  readonly until?: string;
  /** Entries of a page, 1,000 at most. */
  readonly limit?: number;
  readonly cursor?: string;
};

/**
 * Domains, with their quotas and how long they keep things.
 *
 * @example
 * await client.domains.put('genomics', { quotas: { live_runs: 20 }, retention: { runs_days: 90 } });
 * const { usage } = await client.domains.get('genomics');
 * console.log(usage.live_runs);
 */
export function domains(http: Http) {
  const of = (name: string): string => `/domains/${encodeURIComponent(name)}`;
  return {
    list: async () =>
      (await http.json<{ domains: Domain[] }>('GET', '/domains', { tries: TRIES })).domains,
    /** With what it uses now. */
    get: (name: string) => http.json<DomainView>('GET', of(name), { tries: TRIES }),
    /** The same with the version of what was written. */
    getVersioned: async (name: string): Promise<Versioned<DomainView>> => {
      const { text, etag } = await http.versioned('GET', of(name), { tries: TRIES });
      return { value: JSON.parse(text) as DomainView, etag };
    },
    /** Makes it, or replaces all of it: what is left out is gone. Only for the admin token and admins of the settings. */
    put: (name: string, settings: Input<typeof DomainSettings>, condition: IfMatch = {}) =>
      http.json<Domain>('PUT', of(name), {
        body: settings,
        tries: TRIES,
        ...matching(condition),
      }),
    /** Refused with `conflict` while it has tokens, or runs that are not over. */
    delete: async (name: string): Promise<void> => {
      await http.json<unknown>('DELETE', of(name));
    },
  };
}

/**
 * A page of the audit log, oldest first; for admins.
 *
 * @example
 * const { entries } = await client.audit({ since: '1d', limit: 100 });
 * for (const { at, caller, operation, outcome } of entries) console.log(at, caller.id, operation, outcome);
 */
export const readAudit =
  (http: Http) =>
  (query: AuditQuery = {}) =>
    http.json<AuditPage>('GET', '/audit', { query, tries: TRIES });
