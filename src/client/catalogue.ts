/** Calls about the catalogue: pipelines with their versions, and targets. */

import type { PipelineView } from '../core/catalogue/entry.ts';
import type { TargetCheck } from '../core/catalogue/target-check.ts';
import type { PipelineVersion } from '../core/catalogue/version.ts';
import type { Target } from '../core/kinds/target.ts';
import { type Http, type IfMatch, type JsonText, matching, TRIES } from './http.ts';

/** The input type of a schema, in which fields with defaults are optional. */
export type Input<Schema extends { readonly _zod: { readonly input: unknown } }> =
  Schema['_zod']['input'];

export type SavedVersion = Omit<PipelineVersion, 'entry'> & { readonly entry: PipelineView };

export type VersionPage = {
  readonly versions: readonly SavedVersion[];
  /** For `cursor` of the next page; null at the end. */
  readonly next_cursor: number | null;
};

const id = encodeURIComponent;

/** Another domain than the token's own: only for the admin token and admins of the settings. */
type InDomain = { readonly domain?: string };

/**
 * Lists, reads, adds, replaces and deletes entries of the catalogue: `client.pipelines` and `client.targets`.
 *
 * @example
 * await client.pipelines.create({ name: 'greet', container: { image: 'busybox:1.37', command: ['echo', 'hello'] } });
 * for (const { name, kind, runnable } of await client.pipelines.list()) console.log(name, kind, runnable);
 *
 * @example
 * await client.targets.create({ name: 'gpu', namespace: 'gpu-runs' });
 * await client.targets.delete('gpu');
 */
export function entries<Value, Entry extends { readonly name: string }>(http: Http, path: string) {
  const of = (name: string): string => `${path}/${id(name)}`;
  return {
    list: async (query: InDomain = {}) => {
      const answer = await http.json<Record<string, Value[]>>('GET', path, { query, tries: TRIES });
      return answer[path.slice(1)] ?? [];
    },
    get: (name: string, query: InDomain = {}) =>
      http.json<Value>('GET', of(name), { query, tries: TRIES }),
    /** The same as JSON text, in which params have their digits. */
    getText: (name: string, query: InDomain = {}) =>
      http.text('GET', of(name), { query, tries: TRIES }),
    /** The same with its version, for a change that overwrites nobody else's. */
    getVersioned: (name: string, query: InDomain = {}) =>
      http.versioned('GET', of(name), { query, tries: TRIES }),
    /** Refused with `conflict` when there is one of that name. */
    create: (entry: Entry | JsonText, query: InDomain = {}) =>
      http.json<Value>('POST', path, { query, body: entry }),
    /** Replaces one that is there. */
    put: (entry: Entry, query: InDomain = {}) =>
      http.json<Value>('PUT', of(entry.name), { query, body: entry, tries: TRIES }),
    /** The same with the entry as JSON text. */
    putText: (name: string, entry: JsonText, { ifMatch, ...query }: InDomain & IfMatch = {}) =>
      http.json<Value>('PUT', of(name), {
        query,
        body: entry,
        tries: TRIES,
        ...matching({ ifMatch }),
      }),
    delete: async (name: string, query: InDomain = {}): Promise<void> => {
      await http.json<unknown>('DELETE', of(name), { query });
    },
  };
}

export function targets(http: Http) {
  return {
    ...entries<Target, Input<typeof Target>>(http, '/targets'),
    /**
     * Asks the cluster of the target whether runs can go there now. It takes up to 15 s, and changes nothing.
     *
     * @example
     * const { ok, checks } = await client.targets.check('default');
     * for (const { check, message } of checks.filter(({ status }) => status === 'failed')) console.log(check, message);
     */
    check: (name: string, query: InDomain = {}) =>
      http.json<TargetCheck>('POST', `/targets/${id(name)}/check`, { query, tries: TRIES }),
  };
}

export function pipelineVersions(http: Http) {
  const of = (name: string): string => `/pipelines/${id(name)}/versions`;
  return {
    /**
     * Saved versions, newest first, at most 20 a page; also of a pipeline that was deleted.
     *
     * @example
     * const { versions } = await client.listPipelineVersions('rnaseq');
     * for (const { version, saved_at, saved_by } of versions) console.log(version, saved_at, saved_by);
     */
    listPipelineVersions: (
      name: string,
      query: InDomain & { readonly limit?: number; readonly cursor?: number } = {},
    ) => http.json<VersionPage>('GET', of(name), { query, tries: TRIES }),
    getPipelineVersion: (name: string, version: number, query: InDomain = {}) =>
      http.json<SavedVersion>('GET', `${of(name)}/${version}`, { query, tries: TRIES }),
    /** The same as JSON text, in which params have their digits. */
    getPipelineVersionText: (name: string, version: number, query: InDomain = {}) =>
      http.text('GET', `${of(name)}/${version}`, { query, tries: TRIES }),
  };
}
