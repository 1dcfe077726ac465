/** Passes WebSockets on to a server on this machine, byte by byte. */
import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SOCKET_ANSWER_MS, SOCKETS_MAX } from './limits.ts';
import type { Outside } from './outside.ts';

export type PassedSockets = {
  /** Cuts them all, and refuses further ones with 503. */
  close(): void;
};

const REASONS: Readonly<Record<number, string>> = {
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** Lets what was written leave, for a while: a client that reads nothing must not stay. */
function finish(client: Duplex): void {
  const late = setTimeout(() => client.destroy(), SOCKET_ANSWER_MS);
  client.once('close', () => clearTimeout(late));
  client.end(() => client.destroy());
}

function refuse(client: Duplex, status: number): void {
  client.write(
    `HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  finish(client);
}

/** The head as it came, but for the host: the server knows itself by its own address alone. */
function headOf({ method, url, rawHeaders }: IncomingMessage, host: string): string {
  const lines = [`${method} ${url} HTTP/1.1`, `Host: ${host}`];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== 'host')
      lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function pass(request: IncomingMessage, client: Duplex, head: Buffer, port: number): Socket {
  const upstream = connect(port, '127.0.0.1');
  let answered = false;
  const late = setTimeout(() => upstream.destroy(), SOCKET_ANSWER_MS);
  upstream.once('data', () => {
    answered = true;
    clearTimeout(late);
  });
  upstream.on('error', () => undefined);
  upstream.once('close', () => {
    clearTimeout(late);
    if (client.destroyed) return;
    if (answered) finish(client);
    else refuse(client, 503);
  });
  client.once('close', () => upstream.destroy());
  // Node gives each byte of a header as a character.
  upstream.write(headOf(request, `127.0.0.1:${port}`), 'latin1');
  upstream.write(head);
  client.pipe(upstream);
  // Its end is the close above, behind what it has sent.
  upstream.pipe(client, { end: false });
  return upstream;
}

/** Takes the WebSocket requests of a server: those with the prefix go on, others are 404. */
export function passSockets(
  server: Server,
  { prefix, port }: Outside['sockets'],
  max = SOCKETS_MAX,
): PassedSockets {
  const open = new Set<Socket>();
  let closed = false;
  server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on('error', () => client.destroy());
    if (closed) refuse(client, 503);
    else if (!request.url?.startsWith(prefix)) refuse(client, 404);
    else if (open.size >= max) refuse(client, 429);
    else {
      const upstream = pass(request, client, head, port);
      open.add(upstream);
      upstream.once('close', () => open.delete(upstream));
    }
  });
  return {
    close() {
      closed = true;
      for (const upstream of open) upstream.destroy();
    },
  };
}
