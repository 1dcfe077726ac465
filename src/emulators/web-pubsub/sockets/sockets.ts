/** WebSocket requests of clients: access, choice of subprotocol, recovery, keep-alive. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultPlan } from '../faults.ts';
import { FRAME_BYTES_MAX, TOKEN_CHARS_MAX } from '../limits.ts';
import { HUB_NAME } from '../rest/call.ts';
import { audiences, bearer, type Tokens } from '../token.ts';
import { GroupName, receive } from './client-frames.ts';
import type { Protocol } from './connection.ts';
import type { Exchange } from './exchange.ts';

const SUBPROTOCOLS: Readonly<Record<string, Protocol>> = {
  'json.webpubsub.azure.v1': 'json',
  'json.reliable.webpubsub.azure.v1': 'reliable',
};

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  413: 'Payload Too Large',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** Refuses a WebSocket request with a plain HTTP answer. */
function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}

export type SocketsOptions = {
  readonly exchange: () => Exchange;
  readonly tokens: Tokens;
  readonly plan: FaultPlan;
  readonly recoveryMs: number;
  readonly pingMs: number;
};

export class Sockets {
  readonly #options: SocketsOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find((name) => name in SUBPROTOCOLS) ?? false,
  });
  readonly #beat: NodeJS.Timeout;

  constructor(options: SocketsOptions) {
    this.#options = options;
    this.#beat = setInterval(() => {
      for (const connection of options.exchange().connections()) connection.beat();
    }, options.pingMs);
  }

  /** Answers an HTTP upgrade; never throws. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const { plan } = this.#options;
    const refusal = plan.takeRefusal();
    const [path = '', search = ''] = (request.url ?? '').split(/\?(.*)/s);
    const hub = /^\/client\/hubs\/([^/]+)$/.exec(path)?.[1];
    const query = new URLSearchParams(search);
    if (refusal !== undefined) refuse(socket, refusal);
    else if (hub === undefined) refuse(socket, 404);
    else if (!HUB_NAME.test(hub)) refuse(socket, 400);
    else if (query.has('awps_connection_id')) this.#recover(request, socket, head, hub, query);
    else await this.#connect(request, socket, head, hub, path, query);
  }

  /** Cuts every socket, also those whose closing handshake is under way. */
  terminate(): void {
    for (const client of this.#server.clients) client.terminate();
  }

  /** Waits until all sockets are closed, at most `graceMs`, then cuts the rest. */
  async close(graceMs: number): Promise<void> {
    clearInterval(this.#beat);
    const closed = [...this.#server.clients].map(
      (client) => new Promise((resolve) => client.once('close', resolve)),
    );
    const timer = setTimeout(() => this.terminate(), graceMs);
    await Promise.all(closed);
    clearTimeout(timer);
  }

  async #connect(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    hub: string,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const { exchange, tokens, recoveryMs } = this.#options;
    const token = query.get('access_token') ?? bearer(request.headers.authorization);
    const claims =
      token === undefined
        ? undefined
        : await tokens.verify(token, audiences(request.headers.host, path));
    if ((token?.length ?? 0) >= TOKEN_CHARS_MAX) refuse(socket, 413);
    else if (claims === undefined) refuse(socket, 401);
    else if (!claims.groups.every((name) => GroupName.safeParse(name).success)) refuse(socket, 400);
    else if (exchange().full) refuse(socket, 429);
    else {
      this.#accept(request, socket, head, (client) => {
        const connection = exchange().open({
          hub,
          protocol: SUBPROTOCOLS[client.protocol] ?? 'raw',
          claims,
          recoveryMs,
          onFrame: (from, data, binary) => receive(exchange(), from, data, binary),
        });
        connection.attach(client);
        const { id, userId, protocol, reconnectionToken } = connection;
        connection.control({
          type: 'system',
          event: 'connected',
          userId: userId ?? null,
          connectionId: id,
          ...(protocol === 'reliable' ? { reconnectionToken } : {}),
        });
      });
    }
  }

  /** A refused recovery is accepted and closed with 1008: only that makes the client stop trying. */
  #recover(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    hub: string,
    query: URLSearchParams,
  ): void {
    this.#accept(request, socket, head, (client) => {
      const connection = this.#options
        .exchange()
        .findHub(hub)
        ?.connections.get(query.get('awps_connection_id') ?? '');
      const token = query.get('awps_reconnection_token') ?? '';
      if (connection?.mayRecover(token) && SUBPROTOCOLS[client.protocol] === 'reliable') {
        connection.attach(client);
      } else {
        client.on('error', () => undefined);
        client.close(1008, 'The connection cannot be recovered.');
      }
    });
  }

  #accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    then: (client: WebSocket) => void,
  ): void {
    this.#server.handleUpgrade(request, socket, head, then);
  }
}
