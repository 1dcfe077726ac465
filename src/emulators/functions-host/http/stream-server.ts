/**
 * HTTP triggers with `app.setup({ enableHttpStream: true })`. The library then runs an HTTP server
 * of its own and expects the host to forward each request to it, next to an invocation whose input
 * is empty; it joins the two by the header `x-ms-invocation-id`.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, Server } from 'node:net';
import type { ProgrammingModel } from '../contract.ts';

export type StreamServer = {
  readonly port: number;
  /** Says that a request with this id will come; `arrived` is called once the library has it. */
  expect(invocationId: string, arrived: (response: ServerResponse) => void): void;
  forget(invocationId: string): void;
  close(): void;
};

/** Capabilities of the real Node worker, which the library may read and add to. */
const CAPABILITIES = [
  'RawHttpBodyBytes',
  'RpcHttpBodyOnly',
  'RpcHttpTriggerMetadataRemoved',
  'IgnoreEmptyValuedRpcHttpHeaders',
  'UseNullableValueDictionaryForHttp',
  'TypedDataCollection',
  'WorkerStatus',
  'HandlesWorkerTerminateMessage',
];

const OPEN: Pick<StreamServer, 'expect' | 'forget'> = {
  expect: () => undefined,
  forget: () => undefined,
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Lets only announced requests through to the library's handler. Any other would stay in the
 * library's memory, unanswered, for ever.
 */
function guard(server: http.Server): Pick<StreamServer, 'expect' | 'forget'> {
  const expected = new Map<string, (response: ServerResponse) => void>();
  const handlers = server.listeners('request') as Handler[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const id = request.headers['x-ms-invocation-id'];
    const arrived = typeof id === 'string' ? expected.get(id) : undefined;
    if (typeof id !== 'string' || arrived === undefined) {
      response.writeHead(404).end();
      return;
    }
    expected.delete(id);
    for (const handle of handlers) {
      handle(request, response);
    }
    arrived(response);
  });
  return {
    expect: (id, arrived) => {
      expected.set(id, arrived);
    },
    forget: (id) => {
      expected.delete(id);
    },
  };
}

/**
 * Ends the app's setup and, when it asked for streaming, starts the library's server. The library
 * listens on all interfaces; while it does so (its whole start runs in one go), `listen` is replaced
 * by one that binds to loopback, so that no handler can be reached around the host. With `strict` it stays
 * as it is otherwise: open to any request, and its times those of Node times this.
 */
export async function startStreaming(
  model: ProgrammingModel,
  strict?: number,
): Promise<StreamServer | undefined> {
  const started: http.Server[] = [];
  const original = Object.getOwnPropertyDescriptor(Server.prototype, 'listen');
  // oxlint-disable-next-line typescript/unbound-method -- it is applied to the server it is called on
  const listen = Server.prototype.listen;
  let capabilities: Promise<Record<string, string>> | undefined;
  try {
    Server.prototype.listen = function listenOnLoopback(this: Server, ...args: unknown[]): Server {
      started.push(this as http.Server);
      const callback = args.find((arg) => typeof arg === 'function') as (() => void) | undefined;
      return Reflect.apply(listen, this, [{ host: '127.0.0.1', port: 0 }, callback]);
    };
    capabilities = model.getCapabilities?.(
      Object.fromEntries(CAPABILITIES.map((name) => [name, 'true'])),
    );
  } finally {
    Object.defineProperty(Server.prototype, 'listen', original ?? { value: listen });
  }
  const uri = (await capabilities)?.['HttpUri'];
  const server = started[0];
  if (uri === undefined) {
    return undefined;
  }
  if (server === undefined || server.address() === null) {
    throw new Error(`the library serves streams at ${uri}, but its server could not be bound here`);
  }
  // Idle connections are kept by the host alone, or both sides could close one just as it is used.
  server.keepAliveTimeout = strict === undefined ? 0 : server.keepAliveTimeout * strict;
  const { port } = server.address() as AddressInfo;
  return {
    port,
    ...(strict === undefined ? guard(server) : OPEN),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
