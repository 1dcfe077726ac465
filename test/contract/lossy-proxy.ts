import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * `lose`: the request is carried out and its answer thrown away. `reset`: the connection breaks before
 * anything is carried out. `busy`: the service says 503 ServerBusy. `swallow`: nobody ever answers.
 * `stall`: the answer stops after its first byte. `pause`: it goes on after half a second.
 */
export type Fate = 'pass' | 'lose' | 'reset' | 'busy' | 'swallow' | 'stall' | 'pause';

export type LossyProxy = {
  /** The connection string, with its endpoints behind the proxy. */
  readonly connectionString: string;
  /** Requests so far, as `METHOD path`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
};

const BUSY = JSON.stringify({
  'odata.error': { code: 'ServerBusy', message: { lang: 'en-US', value: 'The server is busy.' } },
});

/** A proxy before one service of a storage account; `fate` decides about each request by its number, from 0. */
export async function startLossyProxy(
  connectionString: string,
  service: 'Table' | 'Blob' | 'Queue',
  fate: (index: number) => Fate,
): Promise<LossyProxy> {
  const endpoint = new RegExp(`(${service}Endpoint=)(http://[^/;]+)`);
  const target = new URL(endpoint.exec(connectionString)?.[2] ?? '');
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const decision = fate(requests.length);
    requests.push(`${incoming.method} ${incoming.url}`);
    if (decision === 'swallow') return;
    if (decision === 'reset') {
      incoming.socket.destroy();
      return;
    }
    if (decision === 'busy') {
      outgoing.writeHead(503, { 'content-type': 'application/json' }).end(BUSY);
      return;
    }
    const { hostname: host, port } = target;
    const { method, url: path, headers } = incoming;
    const forwarded = request({ host, port, method, path, headers }, (answer) => {
      if (decision === 'lose') {
        answer.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (decision === 'stall' || decision === 'pause') {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const body = Buffer.concat(chunks);
          outgoing.write(body.subarray(0, 1));
          if (decision === 'pause') setTimeout(() => outgoing.end(body.subarray(1)), 500);
        });
        return;
      }
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => incoming.socket.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    connectionString: connectionString.replace(endpoint, `$1http://127.0.0.1:${port}`),
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
