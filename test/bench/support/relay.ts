/** A wire that counts: an HTTP proxy in front of one service of the stack. */
import { Agent, createServer, request as send } from 'node:http';
import { Agent as SecureAgent, request as sendSecurely } from 'node:https';
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

/** How to ask a server, with kept connections. `ca`: who vouches for one with HTTPS. */
function wayTo(to: string, ca: Buffer | undefined) {
  const { hostname, port, protocol } = new URL(to);
  if (protocol === 'http:') {
    const agent = new Agent({ keepAlive: true });
    return { agent, send, options: { hostname, port, agent } };
  }
  const agent = new SecureAgent({ keepAlive: true, ...(ca && { ca }) });
  return { agent, send: sendSecurely, options: { hostname, port, agent } };
}

/** Passes everything on to `to`, streams as they come; takes plain HTTP itself. */
export async function startRelay(to: string, ca?: Buffer): Promise<Relay> {
  const way = wayTo(to, ca);
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, at: Date.now() });
    // A certificate is checked against it.
    if (way.send === sendSecurely) delete headers.host;
    const forward = way.send({ ...way.options, method, path: url, headers }, (answer) => {
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
      way.agent.destroy();
      await closed;
    },
  };
}

/** What was asked of a cluster, such as `GET pods/log`. */
export function kindOf({ method, url }: Pick<Request, 'method' | 'url'>): string {
  const [path = '', query = ''] = url.split('?');
  const kind = /\/(pods|jobs|configmaps|events)\b[^?]*?(\/log)?$/.exec(path);
  const how = query.includes('watch=') ? 'WATCH' : query.includes('follow=') ? 'FOLLOW' : method;
  return `${how} ${kind?.[1] ?? path}${kind?.[2] ?? ''}`;
}

/** The same with how often, in the order in which each was first asked. */
export function summary(requests: readonly Pick<Request, 'method' | 'url'>[]): string {
  const kinds = new Map<string, number>();
  for (const request of requests) {
    const kind = kindOf(request);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([name, count]) => `${count} ${name}`).join(', ');
}
