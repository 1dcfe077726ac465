/**
 * The REST data plane, api-version 2024-12-01: routing, access, bodies and errors.
 * Source: learn.microsoft.com/rest/api/webpubsub/dataplane and the requests of @azure/web-pubsub.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BODY_BYTES_MAX } from '../limits.ts';
import { audiences, bearer } from '../token.ts';
import { type Context, HUB_NAME, Refusal, type Reply } from './call.ts';
import { OPERATIONS } from './operations.ts';

/** Source: the Swagger files of the data plane. */
const API_VERSIONS: ReadonlySet<string> = new Set([
  '2021-05-01-preview',
  '2021-08-01-preview',
  '2021-10-01',
  '2022-11-01',
  '2023-07-01',
  '2024-01-01',
  '2024-12-01',
]);

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Read to its end all the same: stopping would reset the connection instead of answering.
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > BODY_BYTES_MAX) {
    throw new Refusal(413, `The body is larger than ${BODY_BYTES_MAX} bytes.`);
  }
  return Buffer.concat(chunks);
}

function decode(groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    throw new Refusal(400, 'The path is not properly percent-encoded.');
  }
}

async function handle(context: Context, request: IncomingMessage): Promise<Reply> {
  const target = request.url ?? '/';
  const [path = '/', search = ''] = target.split(/\?(.*)/s);
  if (path === '/api/health') return { status: 200 };
  const found = OPERATIONS.map((operation) => ({
    operation,
    match: operation.method === request.method ? operation.path.exec(path) : null,
  })).find(({ match }) => match !== null);
  if (found?.match === null || found === undefined) {
    throw new Refusal(404, 'There is no such operation.');
  }
  const token = bearer(request.headers.authorization);
  const allowed = [
    ...audiences(request.headers.host, target),
    ...audiences(request.headers.host, path),
  ];
  if (token === undefined || (await context.tokens.verify(token, allowed)) === undefined) {
    throw new Refusal(401, 'The token is missing, expired, or made for another key or address.');
  }
  const query = new URLSearchParams(search);
  const version = query.get('api-version');
  if (version !== null && !API_VERSIONS.has(version)) {
    throw new Refusal(400, `The api-version '${version}' is not supported.`);
  }
  const params = decode({ ...found.match.groups });
  const hubName = params['hub'] ?? '';
  if (!HUB_NAME.test(hubName)) throw new Refusal(400, 'The hub name is invalid.');
  return await found.operation.run({
    ...context,
    hub: context.exchange.hub(hubName),
    hubName,
    params,
    query,
    address: `http://${request.headers.host ?? ''}${path}`,
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
    body: await readBody(request),
  });
}

/** Answers one request; never throws. */
export async function serve(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let reply: Reply;
  try {
    reply = await handle(context, request);
  } catch (error) {
    const refusal =
      error instanceof Refusal
        ? error
        : new Refusal(500, error instanceof Error ? error.message : String(error));
    const { code, message, status, headers } = refusal;
    reply = {
      status,
      body: { code, message, target: null, details: [], inner: null },
      headers: { 'x-ms-error-code': code, ...headers },
    };
  }
  const body = reply.body === undefined ? undefined : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
