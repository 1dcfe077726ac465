/**
 * Whether the client of a request is still there. The Functions library does not tell its handlers; but it serves requests
 * with a server of Node, which tells of each one on a channel of Node's own, before the library has it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

type Started = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Requests under way, by the id of their invocation. */
const open = new Map<string, AbortController>();

subscribe('http.server.request.start', (message) => {
  const { request, response } = message as Started;
  const id = request.headers['x-ms-invocation-id'];
  if (typeof id !== 'string') return;
  const gone = new AbortController();
  open.set(id, gone);
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
    if (open.get(id) === gone) open.delete(id);
  });
});

/** Aborts when the client of the invocation goes away before it has the whole answer; undefined when nothing is known of it. */
export const clientGone = (invocationId: string): AbortSignal | undefined =>
  open.get(invocationId)?.signal;
