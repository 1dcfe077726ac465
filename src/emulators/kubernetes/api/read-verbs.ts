/** get and list, with pages that show one moment. */
import type { KubeObject } from '../objects/object.ts';
import { groupVersion, type Resource } from '../objects/resource.ts';
import { badRequest, badVersion, expired, notFound, versionTooLarge } from '../objects/status.ts';
import type { Store } from '../objects/store.ts';
import { integer, type Query, selection } from './query.ts';

export type Reply = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

type ListMetadata = {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
};

/** Items of a list do not repeat the list's kind. */
export function listReply(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: ListMetadata,
): Reply {
  const items = objects.map(({ kind: _kind, apiVersion: _version, ...item }) => item);
  const { kind } = resource;
  return {
    status: 200,
    body: { kind: `${kind}List`, apiVersion: groupVersion(resource), metadata, items },
  };
}

export function get(store: Store, resource: Resource, namespace: string, name: string): Reply {
  const object = store.get(resource, namespace, name);
  if (object === undefined) throw notFound(resource, name);
  return { status: 200, body: object };
}

/** A resource version as a number; undefined when any will do. */
export function requestedVersion(query: Query, store: Store): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '' || text === '0') return undefined;
  if (!/^\d+$/.test(text)) throw badVersion(text);
  const version = Number(text);
  if (version > store.revision) throw versionTooLarge(version, store.revision);
  return version;
}

type Page = { readonly version: number; readonly start: string };

const encodePage = ({ version, start }: Page) =>
  Buffer.from(
    JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `${start}\u0000` }),
  ).toString('base64url');

function decodePage(token: string): Page {
  try {
    const page = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as {
      v: string;
      rv: number;
      start: string;
    };
    if (page.v === 'meta.k8s.io/v1' && Number.isInteger(page.rv)) {
      return { version: page.rv, start: page.start.split('\u0000')[0] ?? '' };
    }
  } catch {
    // Said below.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** As many lists as may be read in pages at the same time; older ones get 410. */
const SNAPSHOTS = 64;

export class Lists {
  readonly #store: Store;
  /** What a first page saw, by version, resource and namespace, oldest first. */
  readonly #snapshots = new Map<string, readonly KubeObject[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Forgets what running lists saw, as a compaction does. */
  compact(): void {
    this.#snapshots.clear();
  }

  list(resource: Resource, namespace: string | undefined, query: Query): Reply {
    const matches = selection(query, resource);
    const limit = Math.max(0, integer(query, 'limit') ?? 0);
    const token = query.get('continue') ?? '';
    const page = token === '' ? undefined : decodePage(token);
    if (page === undefined) requestedVersion(query, this.#store);
    const version = page === undefined || page.version < 0 ? this.#store.revision : page.version;
    const key = `${version}/${resource.plural}/${namespace ?? ''}`;
    const objects = this.#snapshot(key, resource, namespace, page);
    const keyOf = ({ metadata }: KubeObject) =>
      namespace === undefined ? `${metadata.namespace}/${metadata.name}` : metadata.name;
    const left = objects.filter(matches).filter((object) => keyOf(object) > (page?.start ?? ''));
    const shown = limit === 0 ? left : left.slice(0, limit);
    const last = shown.at(-1);
    const metadata: ListMetadata = { resourceVersion: String(version) };
    if (last !== undefined && shown.length < left.length) {
      metadata.continue = encodePage({ version, start: keyOf(last) });
      if (!query.has('labelSelector') && !query.has('fieldSelector')) {
        metadata.remainingItemCount = left.length - shown.length;
      }
      this.#keep(key, objects);
    }
    return listReply(resource, shown, metadata);
  }

  #snapshot(
    key: string,
    resource: Resource,
    namespace: string | undefined,
    page: Page | undefined,
  ): readonly KubeObject[] {
    if (page === undefined || page.version < 0) return this.#store.list(resource, namespace);
    const kept = this.#snapshots.get(key);
    if (kept !== undefined) return kept;
    throw expired(TOO_OLD, { continue: encodePage({ version: -1, start: page.start }) });
  }

  #keep(key: string, objects: readonly KubeObject[]): void {
    this.#snapshots.delete(key);
    this.#snapshots.set(key, objects);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > SNAPSHOTS && oldest !== undefined) this.#snapshots.delete(oldest);
  }
}
