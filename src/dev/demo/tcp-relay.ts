/** A TCP relay before a server. Its connections can be cut. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

export type TcpRelay = {
  /** The server's address as it is to be reached through here. */
  readonly url: string;
  /** Ends all connections without a word; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
};

export async function startTcpRelay(to: string): Promise<TcpRelay> {
  const { protocol, hostname: host, port } = new URL(to);
  const target = { host, port: Number(port || (protocol === 'https:' ? 443 : 80)) };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    pipeline(socket, connect(target), socket, () => undefined);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
}
