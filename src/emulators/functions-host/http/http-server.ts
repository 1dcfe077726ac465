import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Invoker } from '../invoker.ts';
import { type Log, messageOf } from '../log.ts';
import { boundConnections, type Connections } from '../outside/connections.ts';
import { isFromHere, networksOf, type Outside, ownHeaders } from '../outside/outside.ts';
import { passSockets } from '../outside/sockets.ts';
import { callerLevel, type HostKeys, mayCall } from './access.ts';
import { answerBroken, HEADER_BYTES_MAX, refusalOf } from './http-edge.ts';
import { BodyTooLarge, readBody, sendResponse, toHttpData } from './http-plain.ts';
import type { StreamCall } from './http-stream.ts';
import type { HttpThrottle } from './http-throttle.ts';
import type { RouteMatch, Router } from './router.ts';

/** Request bodies over this many bytes are refused, unless FUNCTIONS_REQUEST_BODY_SIZE_LIMIT says otherwise. */
export const BODY_LIMIT = 104_857_600;

export type FrontOptions = {
  readonly router: Router;
  readonly invoker: Invoker;
  readonly log: Log;
  /** Undefined leaves every function open, as Core Tools does. */
  readonly keys: HostKeys | undefined;
  readonly bodyLimit: number;
  /** Status for a body over the limit: the real host answers an empty 500. */
  readonly tooLarge: 413 | 500;
  readonly homepage: boolean;
  readonly throttle: HttpThrottle;
  /** Set when the app asked for HTTP streaming. */
  readonly forward: ((call: StreamCall) => void) | undefined;
  /** Takes the host's own routes; false when the path is none of them. */
  readonly admin: (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ) => Promise<boolean>;
};

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

/** The request's address, with dot segments resolved. Undefined for a Host or a path that is none. */
function addressOf(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '/';
  const base = `http://${request.headers.host ?? 'localhost'}`;
  if (!URL.canParse(base) || new URL(base).pathname !== '/') {
    return undefined;
  }
  const absolute = target.startsWith('/') ? `${base}${target}` : target;
  return URL.canParse(absolute) ? new URL(absolute) : undefined;
}

async function serveRoot(options: FrontOptions, response: ServerResponse): Promise<void> {
  if (!options.homepage) {
    end(response, 204);
    return;
  }
  const text =
    '<!doctype html><title>Functions</title><p>Your function app is up and running.</p>\n';
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text);
}

async function callPlain(
  options: FrontOptions,
  match: RouteMatch,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const { definition } = match;
  let body: Uint8Array | undefined;
  if (Number(request.headers['content-length'] ?? 0) > 0) {
    body = await readBody(request, options.bodyLimit);
  } else if (request.headers['transfer-encoding'] !== undefined) {
    request.resume();
    const text =
      'Dropped a request body without content-length: the Functions host reads none unless HTTP streaming is on.';
    options.log('warning', `Function.${definition.name}`, text, { function: definition.name });
  }
  try {
    const result = await options.invoker.run({
      definition,
      input: toHttpData(request, url, match.params, body),
      traceParent: traceParentOf(request),
      reason: 'This function was programmatically called via the host APIs.',
    });
    sendResponse(response, result);
  } catch (error) {
    options.log('debug', 'Host.Http', `Answering 500: ${messageOf(error)}`);
    if (response.headersSent) {
      response.destroy();
    } else {
      for (const name of response.getHeaderNames()) {
        response.removeHeader(name);
      }
      end(response, 500);
    }
  }
}

function traceParentOf(request: IncomingMessage): string | undefined {
  const { traceparent } = request.headers;
  const valid =
    typeof traceparent === 'string' &&
    /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent);
  return valid ? traceparent : undefined;
}

/** Whether the caller may go on; otherwise it has been answered: 401 before the 404 of a disabled function. */
function admit(
  options: FrontOptions,
  { definition }: RouteMatch,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): boolean {
  const level =
    options.keys === undefined
      ? 'admin'
      : callerLevel(options.keys, request, url.searchParams, definition.name);
  if (!mayCall(level, definition.trigger.authLevel)) {
    end(response, 401);
    return false;
  }
  if (definition.disabled && level !== 'admin') {
    end(response, 404);
    return false;
  }
  return true;
}

/** What the host tells of itself, to this machine alone when it is reached from outside. */
async function serveOwn(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  isOutside: boolean,
): Promise<boolean> {
  if (/^\/admin(?:\/|$)/i.test(url.pathname) && isOutside && !isFromHere(request)) {
    end(response, 404);
    return true;
  }
  return options.admin(request, response, url);
}

async function serve(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
  connections: Connections | undefined,
): Promise<void> {
  const url = addressOf(request);
  const refusal = url === undefined ? 400 : refusalOf(request);
  if (url === undefined || refusal !== undefined) {
    response.shouldKeepAlive = false;
    end(response, refusal ?? 400);
    return;
  }
  // Webhooks of extensions need a system key, and this host has none.
  if (/^\/runtime\/webhooks(?:\/|$)/i.test(url.pathname)) {
    end(response, 401);
    return;
  }
  if (await serveOwn(options, request, response, url, connections !== undefined)) {
    return;
  }
  const isDoubled = url.pathname.endsWith('//');
  const match = isDoubled ? undefined : options.router.match(request.method ?? 'GET', url.pathname);
  if (match === undefined) {
    await (url.pathname === '/' ? serveRoot(options, response) : end(response, 404));
    return;
  }
  if (!admit(options, match, request, response, url)) {
    return;
  }
  if (Number(request.headers['content-length'] ?? 0) > options.bodyLimit) {
    response.shouldKeepAlive = false;
    end(response, options.tooLarge);
    return;
  }
  if (connections?.isProbe(request) !== true && !(await options.throttle.enter(response))) {
    end(response, 429);
    return;
  }
  if (response.destroyed) {
    return;
  }
  if (options.forward === undefined) {
    await callPlain(options, match, request, response, url);
    return;
  }
  const { bodyLimit } = options;
  options.forward({
    match,
    request,
    response,
    url,
    bodyLimit,
    traceParent: traceParentOf(request),
  });
}

export type FrontServer = {
  readonly server: Server;
  readonly port: number;
  /** Lets requests in. */
  readonly open: (options: FrontOptions) => void;
  /** Answers 503 to further requests and ends their connections. */
  readonly shut: () => void;
};

/**
 * Binds the host's port at once, so that it is known before the app starts. Until `open` is called
 * every request gets 503.
 */
export async function listen(
  hostname: string,
  port: number,
  outside?: Outside,
): Promise<FrontServer> {
  let options: FrontOptions | undefined;
  const prefix = outside?.sockets.prefix;
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    keepAliveTimeout: 130_000,
    // Others are served without the upgrade, as the clients that offer HTTP/2 expect.
    shouldUpgradeCallback: ({ url }) => prefix !== undefined && url?.startsWith(prefix) === true,
  });
  const connections = outside && boundConnections(server, outside.probes);
  const trusted = networksOf(outside?.trustedProxies ?? []);
  const sockets = outside && passSockets(server, outside.sockets);
  server.on('clientError', answerBroken);
  server.on('request', (request, response) => {
    request.on('error', () => undefined);
    if (connections?.refuse(request, response) === true) return;
    if (outside !== undefined) ownHeaders(request, trusted);
    if (options === undefined) {
      response.shouldKeepAlive = false;
      response.writeHead(503, { 'retry-after': '1', 'content-length': 0 }).end();
      return;
    }
    const { log } = options;
    serve(options, request, response, connections).catch((error: unknown) => {
      if (response.destroyed || request.destroyed) {
        return;
      }
      // Without the query, which may hold a key.
      const path = request.url?.split('?')[0];
      log('warning', 'Host.Http', `${request.method} ${path}: ${messageOf(error)}`);
      response.shouldKeepAlive = false;
      end(response, error instanceof BodyTooLarge ? 413 : 500);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    port: (server.address() as AddressInfo).port,
    open: (value) => {
      options = value;
    },
    shut: () => {
      options = undefined;
      sockets?.close();
    },
  };
}
