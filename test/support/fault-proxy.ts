/**
 * An HTTP proxy before one service, on which requests fail as they are told to: the service itself is
 * the real one. It passes on streams as they come, and upgraded connections (WebSockets).
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What is answered in place of the service, which is not asked. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/**
 * `lose`: carried out, then the connection breaks in place of the answer. `forget`: carried out, and
 * never answered. `swallow`: neither. `reset`: the connection breaks before anything is carried out.
 * `stall`: the answer stops after its first byte. `pause`: it goes on after half a second. `break`:
 * the connection breaks in the middle of the answer's first piece.
 */
export type Fate =
  | 'pass'
  | 'lose'
  | 'forget'
  | 'swallow'
  | 'reset'
  | 'stall'
  | 'pause'
  | 'break'
  | Answer;

export type Call = {
  /** How many came before. */
  readonly index: number;
  /** `UPGRADE` for a WebSocket, which only an answer, `swallow` and `reset` keep back. */
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
};

export type FaultProxy = {
  /** Where the service is to be reached, without a slash at its end. */
  readonly url: string;
  /** So far, as `METHOD path`. */
  readonly requests: readonly string[];
  /** Ends all connections without a word; new ones are taken. */
  cut(): void;
  /** From now on no byte passes on the exchanges that are under way, and neither side hears of it. */
  freeze(): void;
  close(): Promise<void>;
};

type Exchange = { freeze(): void };

export async function startFaultProxy(
  service: string,
  fate: (call: Call) => Fate,
): Promise<FaultProxy> {
  const { hostname: host, port } = new URL(service);
  const target = { host, port: Number(port) };
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const exchanges = new Set<Exchange>();

  const decide = (incoming: IncomingMessage, method: string, body: Buffer): Fate => {
    const { url: path = '/', headers } = incoming;
    const index = requests.push(`${method} ${path}`) - 1;
    return fate({ index, method, path, headers, body });
  };

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => undefined);
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const decision = decide(incoming, incoming.method ?? 'GET', body);
      if (decision === 'swallow') return;
      if (decision === 'reset') incoming.socket.destroy();
      else if (typeof decision === 'object') answer(outgoing, decision);
      else forward(target, exchanges, { incoming, outgoing, body }, decision);
    });
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const decision = decide(incoming, 'UPGRADE', head);
    socket.on('error', () => undefined);
    if (decision === 'swallow') return;
    if (decision === 'reset') socket.destroy();
    else if (typeof decision === 'object') {
      socket.end(`HTTP/1.1 ${decision.status} Refused\r\nConnection: close\r\n\r\n`);
    } else tunnel(target, exchanges, incoming, socket, head);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  // The clients decide how long they keep a connection: none ends while a request is on its way.
  server.keepAliveTimeout = 65_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    cut,
    freeze() {
      for (const exchange of exchanges) exchange.freeze();
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}

function answer(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body ?? '');
}

type Target = { readonly host: string; readonly port: number };

function forward(
  target: Target,
  exchanges: Set<Exchange>,
  call: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse; body: Buffer },
  fate: Exclude<Fate, Answer>,
): void {
  const { incoming, outgoing } = call;
  const { method, url: path, headers, socket } = incoming;
  let frozen = fate === 'forget';
  let reply: IncomingMessage | undefined;
  const forwarded = request({ ...target, method, path, headers });
  const exchange: Exchange = {
    freeze() {
      frozen = true;
      reply?.unpipe(outgoing);
      reply?.pause();
    },
  };
  exchanges.add(exchange);
  const fail = (): void => {
    if (!frozen) socket.destroy();
  };
  forwarded.on('error', fail);
  forwarded.on('response', (response) => {
    reply = response;
    response.on('error', fail);
    if (frozen) return;
    if (fate === 'lose') {
      response.resume().on('end', fail);
      return;
    }
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    outgoing.flushHeaders();
    if (fate === 'pass') response.pipe(outgoing);
    else spoil(response, outgoing, fate);
  });
  // When the client goes, its connection to the service is closed too, also where nothing passes any more.
  outgoing.on('close', () => {
    exchanges.delete(exchange);
    forwarded.destroy();
  });
  forwarded.end(call.body);
}

const PAUSE_MS = 500;

/** An answer that stops, pauses or breaks. */
function spoil(response: IncomingMessage, outgoing: ServerResponse, fate: Fate): void {
  if (fate === 'break') {
    const end = () => outgoing.end();
    response.once('end', end);
    response.once('data', (chunk: Buffer) => {
      // Half an answer must not end as if it were a whole one.
      response.off('end', end);
      outgoing.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => {
        outgoing.socket?.destroy();
      });
    });
    return;
  }
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => {
    const body = Buffer.concat(chunks);
    outgoing.write(body.subarray(0, 1));
    if (fate === 'pause') setTimeout(() => outgoing.end(body.subarray(1)), PAUSE_MS);
  });
}

/** Passes on an upgraded connection, both ways. */
function tunnel(
  target: Target,
  exchanges: Set<Exchange>,
  incoming: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  let frozen = false;
  const upstream = connect(target, () => {
    const { method, url, rawHeaders } = incoming;
    const fields = rawHeaders.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`));
    upstream.write(`${method} ${url} HTTP/1.1\r\n${fields.join('')}\r\n`);
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
  });
  const exchange: Exchange = {
    freeze() {
      frozen = true;
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        from.unpipe(to);
        from.pause();
      }
    },
  };
  exchanges.add(exchange);
  upstream.on('error', () => undefined);
  upstream.on('close', () => {
    if (!frozen) socket.destroy();
  });
  socket.on('close', () => {
    exchanges.delete(exchange);
    upstream.destroy();
  });
}

/** What an overloaded table, blob or queue service says. */
export const BUSY: Answer = {
  status: 503,
  headers: { 'x-ms-error-code': 'ServerBusy' },
  body: JSON.stringify({
    'odata.error': { code: 'ServerBusy', message: { lang: 'en-US', value: 'The server is busy.' } },
  }),
};

export type StorageProxy = FaultProxy & {
  /** The connection string, with one service behind the proxy. */
  readonly connectionString: string;
};

/** A proxy before one service of a storage account. */
export async function startStorageProxy(
  connectionString: string,
  service: 'Table' | 'Blob' | 'Queue',
  fate: (call: Call) => Fate,
): Promise<StorageProxy> {
  const endpoint = new RegExp(`(${service}Endpoint=)(http://[^/;]+)`);
  const proxy = await startFaultProxy(endpoint.exec(connectionString)?.[2] ?? '', fate);
  return { ...proxy, connectionString: connectionString.replace(endpoint, `$1${proxy.url}`) };
}
