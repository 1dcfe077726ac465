/** The typed API of @kubernetes/client-node over `transport.ts`. */
import { Buffer } from 'node:buffer';
import type { BatchV1Api, CoreV1Api } from '@kubernetes/client-node';
import type { Deadline, Transport } from './transport.ts';

export type Api = { readonly batch: BatchV1Api; readonly core: CoreV1Api };

/** Only the path of a request's address is used: the transport adds server, credentials and connections. */
const PLACEHOLDER = 'http://cluster';

/** Typed calls that all end by the deadline and reject with ClusterErrors. */
export async function createApi(transport: Transport, deadline: Deadline): Promise<Api> {
  const client = await import('./client-node.ts');
  const configuration = client.createConfiguration({
    baseServer: new client.ServerConfiguration(PLACEHOLDER, {}),
    httpApi: client.wrapHttpLibrary({
      async send(request) {
        const url = new URL(request.getUrl());
        // The API server gives up at the same time, so that it creates nothing after the caller has stopped waiting.
        if (request.getHttpMethod() === 'POST') url.searchParams.set('timeout', left(deadline));
        const body = request.getBody();
        const answer = await transport.send(
          {
            method: request.getHttpMethod(),
            path: url.pathname + url.search,
            headers: lowerCase(request.getHeaders()),
            body: typeof body === 'string' ? body : undefined,
          },
          deadline,
        );
        return new client.ResponseContext(
          answer.status,
          { ...answer.headers },
          {
            text: async () => answer.text,
            binary: async () => Buffer.from(answer.text),
            stream: () => null,
          },
        );
      },
    }),
  });
  return {
    batch: new client.BatchV1Api(configuration),
    core: new client.CoreV1Api(configuration),
  };
}

/** As Go reads a duration. Nothing at all would mean the server's own time. */
const left = ({ at }: Deadline): string => `${Math.max(1, Math.floor(at - performance.now()))}ms`;

/** Header names of the client come in any case; two spellings of one would both be sent. */
const lowerCase = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
