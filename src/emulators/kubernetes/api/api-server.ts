/** The HTTP server: access, routing, answers and errors. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { podLog } from '../containers/pod-log.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import { type Fault, Faults, faultReason } from '../objects/faults.ts';
import type { Pod } from '../objects/object.ts';
import { JOBS, PODS } from '../objects/resource.ts';
import {
  methodNotAllowed,
  noSuchResource,
  notFound,
  StatusError,
  unauthorized,
} from '../objects/status.ts';
import type { Store } from '../objects/store.ts';
import { checkJson } from './body.ts';
import { flag } from './query.ts';
import { get, Lists, type Reply } from './read-verbs.ts';
import { type Route, route } from './route.ts';
import type { Schema } from './schema.ts';
import { VERSION } from './version.ts';
import { watch } from './watch.ts';
import { create, patch, remove } from './write-verbs.ts';

/** etcd's limit for a request is 1.5 MiB; the API server reads up to twice that. */
const MAX_BODY = 3 * 1_024 * 1_024;

export type ApiContext = {
  readonly store: Store;
  readonly schema: Schema;
  readonly kubelet: Kubelet;
  readonly token: string;
  readonly failed: (error: unknown) => void;
};

type Call = {
  readonly method: string;
  readonly url: URL;
  readonly text: string;
  readonly contentType: string | undefined;
  readonly response: ServerResponse;
};

type ResourceRoute = Extract<Route, { kind: 'resource' }>;

const digest = (text: string) => createHash('sha256').update(text).digest();

export class ApiServer {
  readonly faults: Faults;
  readonly #context: ApiContext;
  readonly #lists: Lists;
  readonly #authorization: Buffer;
  readonly #server: Server;

  constructor(context: ApiContext) {
    this.#context = context;
    this.#lists = new Lists(context.store);
    this.#authorization = digest(`Bearer ${context.token}`);
    this.#server = createServer((request, response) => {
      // A client that goes away is no error of ours.
      response.on('error', () => undefined);
      this.#serve(request, response).catch((error: unknown) => {
        context.failed(error);
        response.destroy();
      });
    });
    // Clients keep connections; a request on one that was just closed would fail for nothing.
    this.#server.keepAliveTimeout = 120_000;
    this.faults = new Faults({
      disconnect: () => this.#server.closeAllConnections(),
      compact: () => {
        context.store.compact();
        this.#lists.compact();
      },
    });
  }

  /** Resolves with the port. */
  listen(port: number, hostname: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, hostname, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    try {
      const text = await readBody(request);
      const fault = this.faults.take(`${method} ${url}`);
      if (fault !== undefined && fault.afterEffect !== true) {
        failWith(fault, response);
        return;
      }
      const call: Call = {
        method,
        url: new URL(url, 'http://localhost'),
        text,
        contentType: request.headers['content-type'],
        response,
      };
      const reply = await this.#answer(call, request.headers.authorization);
      if (fault !== undefined) failWith(fault, response);
      else if (reply !== undefined) send(response, reply);
    } catch (error) {
      if (response.headersSent) throw error;
      send(response, this.#errorReply(error));
    }
  }

  #errorReply(error: unknown): Reply {
    if (error instanceof StatusError) return { status: error.code, body: error.body() };
    this.#context.failed(error);
    const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
    const internal = new StatusError(500, 'InternalError', message);
    return { status: 500, body: internal.body() };
  }

  /** Undefined when the answer has been given, or is being streamed. */
  async #answer(call: Call, authorization: string | undefined): Promise<Reply | undefined> {
    const asked = route(call.url.pathname);
    // Health and version are public, as they are in a cluster.
    if (asked.kind === 'health') return { status: 200, body: 'ok' };
    if (asked.kind === 'version') return { status: 200, body: VERSION };
    if (!timingSafeEqual(digest(authorization ?? ''), this.#authorization)) throw unauthorized();
    if (asked.kind === 'access-review') return reviewed(call);
    if (asked.kind === 'unknown-path') return { status: 404, body: '404 page not found\n' };
    if (asked.kind === 'unknown-resource') throw noSuchResource();
    if (call.method === 'GET') return this.#read(call, asked);
    return this.#write(call, asked);
  }

  async #read(call: Call, asked: ResourceRoute): Promise<Reply | undefined> {
    const { store, kubelet } = this.#context;
    const { resource, namespace, name, subresource } = asked;
    const query = call.url.searchParams;
    if (name === undefined) {
      if (!flag(query, 'watch')) return this.#lists.list(resource, namespace, query);
      watch(store, { resource, namespace, query }, call.response);
      return undefined;
    }
    const hasStatus = resource === JOBS || resource === PODS;
    if (subresource === undefined || (subresource === 'status' && hasStatus)) {
      return get(store, resource, namespace ?? '', name);
    }
    if (subresource !== 'log' || resource !== PODS) throw noSuchResource();
    const pod = store.get(PODS, namespace ?? '', name) as Pod | undefined;
    if (pod === undefined) throw notFound(PODS, name);
    await podLog(kubelet, pod, query, call.response);
    return undefined;
  }

  #write(call: Call, asked: ResourceRoute): Reply {
    const { resource, namespace, name, subresource } = asked;
    const verb = verbOf(call.method, name);
    if (verb === undefined || !resource.verbs.includes(verb)) throw methodNotAllowed();
    if (namespace === undefined || subresource !== undefined) throw methodNotAllowed();
    const target = { resource, namespace };
    const { text, contentType = '' } = call;
    const request = { text, contentType, query: call.url.searchParams };
    if (name === undefined) {
      checkJson(call.contentType);
      return create(this.#context, target, text, request.query);
    }
    if (verb === 'patch') return patch(this.#context, target, name, request);
    return remove(this.#context, target, name, request);
  }
}

/** The one token has all rights. */
function reviewed({ method, text, contentType }: Call): Reply {
  if (method !== 'POST') throw methodNotAllowed();
  checkJson(contentType);
  const review = JSON.parse(text) as object;
  return { status: 201, body: { ...review, status: { allowed: true } } };
}

function verbOf(method: string, name: string | undefined): string | undefined {
  if (name === undefined) return method === 'POST' ? 'create' : undefined;
  return { PATCH: 'patch', DELETE: 'delete' }[method];
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) {
      throw new StatusError(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: limit is ${MAX_BODY}`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failWith(fault: Fault, response: ServerResponse): void {
  if (fault.hang === true || response.headersSent) return;
  const { status, retryAfter } = fault;
  if (status === undefined) {
    response.destroy();
    return;
  }
  const error = new StatusError(status, faultReason(status), 'a fault that was asked for');
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  send(response, { status, body: error.body(), headers });
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  const plain = typeof body === 'string';
  const bytes = Buffer.from(plain ? body : `${JSON.stringify(body)}\n`, 'utf8');
  response.writeHead(status, {
    'content-type': plain ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': bytes.length,
    'cache-control': 'no-cache, private',
    ...headers,
  });
  response.end(bytes);
}
