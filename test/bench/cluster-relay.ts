/** A counting wire to the API server: every request that the product makes, with the moment. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Agent, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { Admin } from './cluster-bench.ts';
import { uptime } from './cluster-clock.ts';

export type Call = {
  /** Method and resource, such as `GET pods/log`; a watch says so. */
  readonly name: string;
  /** Milliseconds of uptime. */
  readonly at: number;
  status: number | undefined;
  /** When the answer was whole. */
  end: number | undefined;
};

export type CallRelay = {
  readonly url: string;
  readonly calls: readonly Call[];
  close(): Promise<void>;
};

/** `…/namespaces/N/pods/NAME/log?…` is `pods/log`. */
export function nameOf(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://relay');
  const [resource = pathname, , sub] = pathname.replace(/^.*\/namespaces\/[^/]+\//, '').split('/');
  const verb = searchParams.has('watch') ? 'WATCH' : method;
  return `${verb} ${sub === undefined ? resource : `${resource}/${sub}`}`;
}

export async function startCallRelay({ server, ca }: Admin): Promise<CallRelay> {
  const calls: Call[] = [];
  const agent = new Agent({ keepAlive: true, ca });
  const relay = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const call: Call = {
      name: nameOf(method, url),
      at: uptime(),
      status: undefined,
      end: undefined,
    };
    calls.push(call);
    const { host: _ours, ...passed } = headers;
    const forward = send(server + url, { method, headers: passed, agent }, (answer) => {
      call.status = answer.statusCode;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // The headers of a watch are news before its first event is.
      outgoing.flushHeaders();
      pipeline(answer, outgoing, () => undefined);
    });
    forward.on('error', () => incoming.socket.destroy());
    outgoing.on('close', () => {
      call.end = uptime();
      forward.destroy();
    });
    pipeline(incoming, forward, () => undefined);
  });
  // It lives as long as the product's connections do.
  relay.keepAliveTimeout = 0;
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    calls,
    async close() {
      const closed = once(relay, 'close');
      relay.close();
      relay.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}
