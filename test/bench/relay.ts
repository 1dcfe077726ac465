/** A wire that counts: an HTTP proxy in front of one service of the stack. */
import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export type Request = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly at: number;
};

export type Relay = {
  readonly url: string;
  /** Every request that came through, in order. */
  readonly requests: readonly Request[];
  close(): Promise<void>;
};

const nothing = (): void => undefined;

/** Passes everything on to `to`, streams as they come. */
export async function startRelay(to: string): Promise<Relay> {
  const { hostname, port } = new URL(to);
  const requests: Request[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, at: Date.now() });
    const forward = send({ hostname, port, method, path: url, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      pipeline(answer, response, nothing);
    });
    forward.on('error', () => response.destroy());
    response.on('close', () => forward.destroy());
    pipeline(request, forward, nothing);
  });
  // Clients keep connections; a request on one that was just closed would fail for nothing.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}
