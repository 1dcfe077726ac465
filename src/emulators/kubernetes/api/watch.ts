/** Watches: changes as JSON lines, from a resource version on. */
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../objects/object.ts';
import { groupVersion, type Resource } from '../objects/resource.ts';
import { badVersion, expired } from '../objects/status.ts';
import type { Change, Store } from '../objects/store.ts';
import { flag, integer, type Query, selection } from './query.ts';

/** The API server ends a watch without timeout after 30 to 60 minutes. */
const LONGEST_SECONDS = 1_800;
/** Kubernetes sends one a minute; more often costs nothing here and tests more. */
const BOOKMARK_MS = 10_000;

/** Bytes that may wait for a slow client. */
const MAX_BACKLOG = 16 * 1_024 * 1_024;

type Line = { type: string; object: unknown };

export type WatchRequest = {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly query: Query;
};

/** The change as seen by a client that sees only the selected objects. */
function visible(change: Change, matches: (object: KubeObject) => boolean): Line | undefined {
  const { type, object, previous } = change;
  const now = type !== 'DELETED' && matches(object);
  const before = previous !== undefined && matches(previous);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object };
  return before ? { type: 'DELETED', object } : undefined;
}

/** Answers with a stream that ends after `timeoutSeconds`, or when the client goes. */
export function watch(store: Store, request: WatchRequest, response: ServerResponse): void {
  const { resource, namespace, query } = request;
  const selected = selection(query, resource);
  const matches = (object: KubeObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) && selected(object);
  const version = query.get('resourceVersion') ?? '';
  if (version !== '' && !/^\d+$/.test(version)) throw badVersion(version);
  const seconds = Math.min(integer(query, 'timeoutSeconds') || LONGEST_SECONDS, LONGEST_SECONDS);

  const send = (line: Line) => {
    response.write(`${JSON.stringify(line)}\n`);
    // As in the API server, a client that does not keep up is cut off, and has to begin anew.
    if (response.writableLength > MAX_BACKLOG) response.destroy();
  };
  const follow = (change: Change) => {
    if (change.resource !== resource) return;
    const line = visible(change, matches);
    if (line !== undefined) send(line);
  };
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  });
  response.flushHeaders();

  const bookmark = (annotations?: Record<string, string>) => {
    if (!flag(query, 'allowWatchBookmarks')) return;
    const metadata = {
      resourceVersion: String(store.revision),
      ...(annotations && { annotations }),
    };
    const { kind } = resource;
    send({ type: 'BOOKMARK', object: { kind, apiVersion: groupVersion(resource), metadata } });
  };

  if (version === '' || version === '0') {
    for (const object of store.list(resource, namespace).filter(matches)) {
      send({ type: 'ADDED', object });
    }
    bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    const missed = store.since(Number(version));
    if (missed === undefined) {
      const message = `too old resource version: ${version} (${store.compacted})`;
      send({ type: 'ERROR', object: expired(message).body() });
      response.end();
      return;
    }
    for (const change of missed) follow(change);
  }

  const stop = store.onChange(follow);
  const bookmarks = setInterval(bookmark, BOOKMARK_MS);
  const timeout = setTimeout(() => {
    bookmark();
    response.end();
  }, seconds * 1_000);
  response.once('close', () => {
    stop();
    clearInterval(bookmarks);
    clearTimeout(timeout);
  });
}
