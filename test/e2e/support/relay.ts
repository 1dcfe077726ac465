/** The wire between a browser and this machine: an HTTP proxy that notes what passes, and can be cut. */
import { createServer, request as send } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

export type Passage = {
  readonly method: string;
  readonly url: string;
  /** As the browser sent it. */
  readonly origin: string | undefined;
  /** The server's answer; undefined while there is none, and of a WebSocket's tunnel. */
  status: number | undefined;
};

export type Relay = {
  readonly url: string;
  /** Every request that the browser sent, whoever it was meant for. */
  readonly passages: Passage[];
  /** Requests with such an address are dropped without an answer. */
  drop(which: (url: string) => boolean): void;
  /** Ends all connections without a word, and takes no new ones. */
  cut(): void;
  /** Connections that were tried in vain since it was cut. */
  refused(): number;
  mend(): void;
  close(): Promise<void>;
};

/** Names under `.test` mean this machine, as after DNS rebinding; no other host is ever reached. */
const isHere = (host: string): boolean => host === '127.0.0.1' || host.endsWith('.test');

const nothing = (): void => undefined;

export async function startRelay(): Promise<Relay> {
  const sockets = new Set<Socket>();
  const passages: Passage[] = [];
  let down = false;
  let refused = 0;
  let dropped: (url: string) => boolean = () => false;

  const note = (method: string, url: string, origin?: string): Passage => {
    const passage = { method, url, origin, status: undefined };
    passages.push(passage);
    return passage;
  };

  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const passage = note(method, url, headers.origin);
    const { hostname, port, pathname, search } = new URL(url);
    if (!isHere(hostname) || dropped(url)) {
      request.socket.destroy();
      return;
    }
    const { 'proxy-connection': _ours, ...passed } = headers;
    const to = { host: '127.0.0.1', port, method, path: pathname + search, headers: passed };
    const forward = send(to, (answer) => {
      passage.status = answer.statusCode;
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, nothing);
    });
    forward.on('error', () => request.socket.destroy());
    response.on('close', () => forward.destroy());
    pipeline(request, forward, nothing);
  });

  server.on('connect', (request, socket, head) => {
    const { hostname, port } = new URL(`ws://${request.url ?? ''}`);
    note('CONNECT', `ws://${request.url ?? ''}`);
    if (!isHere(hostname)) {
      socket.destroy();
      return;
    }
    const upstream = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.write(head);
    });
    pipeline(socket, upstream, socket, nothing);
  });

  server.on('connection', (socket) => {
    if (down) {
      refused += 1;
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('error', nothing);
    socket.on('close', () => sockets.delete(socket));
  });

  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passages,
    drop: (which) => (dropped = which),
    cut() {
      down = true;
      refused = 0;
      endAll();
    },
    refused: () => refused,
    mend: () => (down = false),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      endAll();
      await closed;
    },
  };
}
