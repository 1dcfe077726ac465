import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { TypedData } from '../contract.ts';
import type { Invoker } from '../invoker.ts';
import { type Log, messageOf } from '../log.ts';
import { beyondAscii, WORKER_HEADER_BYTES_MAX } from './http-edge.ts';
import { headerValues, queryValues } from './http-plain.ts';
import type { RouteMatch } from './router.ts';
import type { StreamServer } from './stream-server.ts';

export type StreamCall = {
  readonly match: RouteMatch;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly bodyLimit: number;
  readonly traceParent: string | undefined;
};

/** Headers of one connection only (RFC 9110 §7.6.1); they are not passed on. */
export const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What the library builds the request's headers and `params` from. As on Azure, `params` also gets
 * the query (route parameters win, and the last value of a repeated name), save `code`, which is a key.
 */
export function triggerMetadata({ match, request, url }: StreamCall): Record<string, TypedData> {
  const query = queryValues(url.searchParams);
  const headers = Object.fromEntries(headerValues(request));
  const result: Record<string, TypedData> = {};
  for (const [name, value] of [...url.searchParams, ...Object.entries(match.params)]) {
    if (name.toLowerCase() !== 'code') {
      result[name] = { string: value };
    }
  }
  return {
    ...result,
    Headers: { json: JSON.stringify(headers) },
    Query: { json: JSON.stringify(Object.fromEntries(query)) },
  };
}

function forwardHeaders(
  { request, url }: StreamCall,
  invocationId: string,
): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = {
    'x-ms-invocation-id': invocationId,
    'x-forwarded-host': url.host,
    'x-forwarded-proto': 'http',
  };
  // The library takes all other headers from the trigger metadata.
  for (const name of ['content-length', 'transfer-encoding', 'content-type'] as const) {
    const value = request.headers[name];
    if (value !== undefined) {
      headers[name] = value;
    }
  }
  return headers;
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    // Part of the answer is out; breaking the connection is the only way to say that it is not whole.
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** The address that the library gets: the host escapes the escape of a slash once more. */
export const forwardPath = ({ pathname, search }: URL): string =>
  `${pathname.replaceAll(/%2f/gi, (slash) => `%25${slash.slice(1)}`)}${search}`;

/** Gives the answer the headers that the library sent. False, and none, when one is not ASCII. */
export function copyHeaders(upstream: IncomingMessage, response: ServerResponse): boolean {
  const { rawHeaders } = upstream;
  if (rawHeaders.some(beyondAscii)) {
    return false;
  }
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (!HOP_BY_HOP.has(name.toLowerCase()) && name.toLowerCase() !== 'date') {
      response.appendHeader(name, value);
    }
  }
  return true;
}

/** Resolves when the answer has left; rejects when its client went away before, as the host's forwarder does. */
export async function sent(response: ServerResponse): Promise<void> {
  if (!response.writableFinished && !response.destroyed) {
    await new Promise((resolve) => response.once('close', resolve));
  }
  if (!response.writableFinished) {
    throw new Error('ForwarderError: the client went away before it had the whole answer');
  }
}

/** Passes the library's answer to the client as it comes. */
function relay(upstream: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) {
    upstream.destroy();
    return;
  }
  if (!copyHeaders(upstream, response)) {
    upstream.destroy();
    answer(response, 500, 'A header of the response is not ASCII, which the host refuses.');
    return;
  }
  response.writeHead(upstream.statusCode ?? 502);
  response.flushHeaders();
  upstream.on('error', () => response.destroy());
  upstream.on('aborted', () => response.destroy());
  upstream.pipe(response);
}

/** Forwards the body, and stops with 413 once it is over the limit. */
function forwardBody(call: StreamCall, upstream: http.ClientRequest): void {
  const { request, response } = call;
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > call.bodyLimit) {
      request.unpipe(upstream);
      upstream.destroy();
      response.shouldKeepAlive = false;
      answer(response, 413, `The body is over ${call.bodyLimit} bytes.`);
    }
  });
  request.pipe(upstream);
}

/**
 * What a handler in streaming mode must not do: on Azure the client would wait in vain until the
 * host's limit of 240 s (Azure/azure-functions-nodejs-library issue 324). Here it gets an answer at once.
 */
function explain(name: string, what: string): string {
  return (
    `Function '${name}' ${what}. With enableHttpStream on Azure this request would get no answer and hang ` +
    `until its 240 s limit; the local host answers 500 instead. Catch errors in the handler and return a response.`
  );
}

/** Says in the log what a request would do on Azure that is served here. */
function warnOfHang({ match, request }: StreamCall, log: Log): void {
  const { name } = match.definition;
  const say = (what: string): void =>
    log('warning', `Function.${name}`, `On Azure this request would hang: ${what}.`, {
      function: name,
    });
  if (request.rawHeaders.some(beyondAscii)) {
    say('a header has characters outside ASCII');
  }
  const bytes = request.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  const setting = process.env['languageWorkers__node__arguments'] ?? '';
  if (bytes > WORKER_HEADER_BYTES_MAX && !setting.includes('--max-http-header-size')) {
    say(
      `its headers are over ${WORKER_HEADER_BYTES_MAX} bytes, and no setting of the worker allows that`,
    );
  }
}

type Forwarding = {
  readonly call: StreamCall;
  readonly invocationId: string;
  readonly upstream: http.ClientRequest;
};

/** Runs the invocation, and answers when the library did not. `library` is its side of the answer. */
async function invoke(
  { call, invocationId, upstream }: Forwarding,
  library: ServerResponse,
  invoker: Invoker,
  log: Log,
): Promise<void> {
  const { definition } = call.match;
  const refuse = (problem: string): void => {
    if (!call.response.destroyed) {
      const text = explain(definition.name, problem);
      const fields = { function: definition.name, invocationId };
      log('error', `Function.${definition.name}`, text, fields);
      answer(call.response, 500, text);
    }
    upstream.destroy();
  };
  try {
    await invoker.run({
      definition,
      input: { http: {} },
      triggerMetadata: triggerMetadata(call),
      invocationId,
      traceParent: call.traceParent,
      reason: 'This function was programmatically called via the host APIs.',
      delivered: async () => {
        if (!(library.writableEnded || library.destroyed)) {
          refuse('returned no response');
        }
        await sent(call.response);
      },
    });
  } catch (error) {
    if (!(library.writableEnded || library.destroyed)) {
      refuse(`failed: ${messageOf(error)}`);
    }
  }
}

export function createForwarder(
  server: StreamServer,
  invoker: Invoker,
  log: Log,
): { readonly forward: (call: StreamCall) => void; readonly close: () => void } {
  const agent = new http.Agent({ keepAlive: true });

  function forward(call: StreamCall): void {
    const { request, response, url } = call;
    const invocationId = randomUUID();
    warnOfHang(call, log);
    const upstream = http.request({
      host: '127.0.0.1',
      port: server.port,
      method: request.method,
      path: forwardPath(url),
      headers: forwardHeaders(call, invocationId),
      agent,
    });
    // The invocation begins only when the library holds the request: were the client to go away
    // before, the library would wait for it for ever.
    server.expect(invocationId, (library) => {
      void invoke({ call, invocationId, upstream }, library, invoker, log);
    });
    upstream.on('response', (incoming) => relay(incoming, response));
    upstream.on('error', (error) => {
      server.forget(invocationId);
      request.unpipe(upstream);
      request.resume();
      if (!response.writableEnded && !response.destroyed) {
        answer(response, 502, `The stream server of the library failed: ${messageOf(error)}`);
      }
    });
    response.on('close', () => {
      if (!response.writableFinished) {
        upstream.destroy();
      }
    });
    const { headers } = request;
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      upstream.end();
    } else {
      forwardBody(call, upstream);
    }
  }

  return { forward, close: () => agent.destroy() };
}
