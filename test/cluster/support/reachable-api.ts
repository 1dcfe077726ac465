/** An API that pods of the lab reach: the node is this machine. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab } from './lab.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const { url = '/', method = 'GET', headers } = incoming;
  const body = Buffer.concat(chunks);
  return new Request(new URL(url, `http://${headers.host}`), {
    method,
    headers: headers as Record<string, string>,
    ...(body.length > 0 && { body }),
  });
}

export async function reachableApi({ core }: Lab) {
  let answer: Fetch = () => new Response(null, { status: 503 });
  const reply = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { status, headers, body } = await answer(await toRequest(incoming));
    outgoing.writeHead(status, Object.fromEntries(headers));
    for await (const chunk of body ?? []) outgoing.write(chunk);
    outgoing.end();
  };
  const server = createServer((incoming, outgoing) => {
    reply(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error));
  });
  const { items } = await core.listNode();
  const host = items[0]?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  server.listen(0, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    serve: (fetch: Fetch) => void (answer = fetch),
    close: () => server.close(),
  };
}
