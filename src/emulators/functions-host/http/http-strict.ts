/**
 * Forwards requests to the library's server as the real host does (its DefaultHttpProxyService over YARP), with
 * what it does badly. The invocation and the request go to the worker side by side: where the request never
 * arrives there, the library waits for it, and the client gets no answer until the invocation times out.
 */
import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { FunctionTimeout, type Invoker } from '../invoker.ts';
import { type Log, messageOf } from '../log.ts';
import { WorkerEnded } from '../process/worker-process.ts';
import { beyondAscii } from './http-edge.ts';
import {
  copyHeaders,
  forwardPath,
  HOP_BY_HOP,
  type StreamCall,
  sent,
  triggerMetadata,
} from './http-stream.ts';

/** Headers that the host sets itself. */
const REPLACED = new Set(['host', 'x-ms-invocation-id', 'x-forwarded-host', 'x-forwarded-proto']);

function forwardHeaders({ request, url }: StreamCall, invocationId: string): string[] {
  const headers = ['host', url.host, 'x-ms-invocation-id', invocationId];
  headers.push('x-forwarded-host', url.host, 'x-forwarded-proto', 'http');
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(i, i + 2);
    const lower = name.toLowerCase();
    const isBody = lower === 'transfer-encoding';
    if (isBody || !(HOP_BY_HOP.has(lower) || REPLACED.has(lower))) {
      headers.push(name, value);
    }
  }
  return headers;
}

function fail(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
  } else if (!response.destroyed) {
    response.writeHead(500, { 'content-length': 0 }).end();
  }
}

/** Node's own answer to headers that it has no room for; the library never hears of the request. */
const isRefusal = ({ statusCode, headers }: IncomingMessage): boolean =>
  statusCode === 431 && headers.date === undefined;

function relay(upstream: IncomingMessage, response: ServerResponse): void {
  if (!copyHeaders(upstream, response)) {
    upstream.destroy();
    fail(response);
    return;
  }
  response.writeHead(upstream.statusCode ?? 502);
  response.flushHeaders();
  upstream.on('error', () => response.destroy());
  upstream.pipe(response);
}

type Forward = {
  readonly call: StreamCall;
  readonly invocationId: string;
  readonly port: number;
  readonly idleMs: number;
  readonly agent: http.Agent;
  /** Whether the function has failed meanwhile: the real host says so only when it gives the request up. */
  readonly failed: () => boolean;
};

/** The request on its way to the library and the answer on its way back; gives the function that breaks both. */
function exchange({ call, invocationId, port, idleMs, agent, failed }: Forward): () => void {
  const { request, response, url } = call;
  const upstream = http.request({
    host: '127.0.0.1',
    port,
    method: request.method,
    path: forwardPath(url),
    headers: forwardHeaders(call, invocationId),
    setHost: false,
    agent,
  });
  let bodyIn: () => void = () => undefined;
  const whole = new Promise<void>((resolve) => {
    bodyIn = resolve;
  });
  let over = false;
  const stop = (): void => {
    over = true;
    upstream.destroy();
  };
  const giveUp = (): void => {
    stop();
    if (failed()) {
      fail(response);
    } else {
      response.destroy();
    }
  };
  let idle = setTimeout(giveUp, idleMs);
  const active = (): void => {
    clearTimeout(idle);
    idle = setTimeout(giveUp, idleMs);
  };
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    active();
    bytes += chunk.length;
    if (bytes > call.bodyLimit) {
      stop();
      fail(response);
    }
  });
  request.on('end', bodyIn);
  upstream.on('response', (incoming) => {
    if (isRefusal(incoming)) {
      stop();
      return;
    }
    incoming.on('data', active);
    incoming.pause();
    // Whatever the function says, it is not said before the client has sent all of its request.
    void whole.then(() => relay(incoming, response));
  });
  upstream.on('error', () => (over ? undefined : fail(response)));
  response.on('close', () => {
    clearTimeout(idle);
    if (!response.writableFinished) {
      stop();
    }
  });
  request.pipe(upstream);
  return () => {
    stop();
    fail(response);
  };
}

export function createStrictForwarder(options: {
  /** Port of the library's server; waits while the worker is being started. */
  readonly port: () => Promise<number | undefined>;
  readonly invoker: Invoker;
  readonly log: Log;
  /** Without a byte in either direction for so long a request is given up. */
  readonly idleMs: number;
}): { readonly forward: (call: StreamCall) => void; readonly close: () => void } {
  const agent = new http.Agent({ keepAlive: true });

  async function forward(call: StreamCall): Promise<void> {
    const { request, response, match } = call;
    const invocationId = randomUUID();
    let failed = false;
    const running = options.invoker.run({
      definition: match.definition,
      input: { http: {} },
      triggerMetadata: triggerMetadata(call),
      invocationId,
      traceParent: call.traceParent,
      reason: 'This function was programmatically called via the host APIs.',
      delivered: () => sent(response),
    });
    let cut = (): void => fail(response);
    running.catch((error: unknown) => {
      failed = true;
      // Only what ends the worker ends its requests.
      if (error instanceof FunctionTimeout || error instanceof WorkerEnded) {
        cut();
      }
    });
    if (request.rawHeaders.some(beyondAscii)) {
      request.resume();
      return;
    }
    const port = await options.port();
    if (port !== undefined && !response.destroyed) {
      cut = exchange({
        call,
        invocationId,
        port,
        idleMs: options.idleMs,
        agent,
        failed: () => failed,
      });
    }
  }

  return {
    forward: (call) => {
      forward(call).catch((error: unknown) => {
        options.log('error', 'Host.Http', `Forwarding failed: ${messageOf(error)}`);
        fail(call.response);
      });
    },
    close: () => agent.destroy(),
  };
}
