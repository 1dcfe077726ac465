/** A bound on the connections of a server, which lets probes through when it is reached. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CONNECTIONS_MAX, SPARE_CONNECTIONS, SPARE_MS } from './limits.ts';

export type Connections = {
  /** Whether the request has been refused: 503, because its connection is over the bound and it is no probe. */
  refuse(request: IncomingMessage, response: ServerResponse): boolean;
  isProbe(request: IncomingMessage): boolean;
};

export function boundConnections(
  server: Server,
  probes: readonly string[],
  max = CONNECTIONS_MAX,
): Connections {
  let open = 0;
  const spare = new WeakSet<Socket>();
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    if (open > max + SPARE_CONNECTIONS) {
      socket.destroy();
    } else if (open > max) {
      spare.add(socket);
      socket.setTimeout(SPARE_MS, () => socket.destroy());
    }
  });
  const isProbe = ({ url = '' }: IncomingMessage): boolean =>
    probes.includes(url.split('?')[0] ?? '');
  return {
    isProbe,
    refuse(request, response) {
      if (!spare.has(request.socket)) return false;
      response.shouldKeepAlive = false;
      if (isProbe(request)) return false;
      response.writeHead(503, { 'retry-after': '5', 'content-length': 0 }).end();
      return true;
    },
  };
}
