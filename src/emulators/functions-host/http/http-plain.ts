/** HTTP triggers without streaming: request and response travel through the host as values. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpCookie, HttpData, InvocationResponse, Nullable, TypedData } from '../contract.ts';
import { beyondAscii } from './http-edge.ts';

/** The body is over the limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Joins repeated names with commas, as the host's dictionaries do; names match without case. */
function joinValues(entries: Iterable<readonly [string, string]>): Map<string, string> {
  const names = new Map<string, string>();
  const values = new Map<string, string>();
  for (const [name, value] of entries) {
    const known = names.get(name.toLowerCase()) ?? name;
    names.set(name.toLowerCase(), known);
    const before = values.get(known);
    values.set(known, before === undefined ? value : `${before},${value}`);
  }
  return values;
}

function nullable(values: Iterable<readonly [string, string]>): Record<string, Nullable<string>> {
  return Object.fromEntries([...values].map(([name, value]) => [name, { value }]));
}

/** Header names in lower case, repeated ones joined, empty ones left out. */
export function headerValues(request: IncomingMessage): [string, string][] {
  const pairs = Object.entries(request.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(',')] as [string, string],
  );
  return pairs.filter(([, value]) => value !== '');
}

export function queryValues(query: URLSearchParams): Map<string, string> {
  return joinValues(query);
}

export function toHttpData(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
): TypedData {
  const http: HttpData = {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headerValues(request)),
    nullableQuery: nullable(queryValues(url.searchParams)),
    nullableParams: nullable(Object.entries(params)),
    identities: [],
  };
  if (body !== undefined && body.length > 0) {
    http.body = { bytes: body };
  }
  return { http };
}

/** Reads the body into memory. Rejects with BodyTooLarge, or when the client goes away. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) {
      throw new BodyTooLarge(`the body is over ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Escapes like .NET's Uri.EscapeDataString, which leaves only unreserved characters. */
function escapeData(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const SAME_SITE: Readonly<Record<string, string>> = {
  lax: 'lax',
  strict: 'strict',
  explicitNone: 'none',
};

/** A Set-Cookie value as ASP.NET Core writes it: lower-case attributes, and a path in any case. */
function formatCookie(cookie: HttpCookie): string {
  const parts = [`${cookie.name ?? ''}=${escapeData(cookie.value ?? '')}`];
  const seconds = cookie.expires?.value?.seconds;
  if (seconds !== undefined) {
    parts.push(`expires=${new Date(seconds * 1000).toUTCString()}`);
  }
  if (typeof cookie.maxAge?.value === 'number') {
    parts.push(`max-age=${Math.trunc(cookie.maxAge.value)}`);
  }
  if (cookie.domain?.value) {
    parts.push(`domain=${cookie.domain.value}`);
  }
  parts.push(`path=${cookie.path?.value || '/'}`);
  if (cookie.secure?.value === true) {
    parts.push('secure');
  }
  const sameSite = SAME_SITE[cookie.sameSite ?? 'none'];
  if (sameSite !== undefined) {
    parts.push(`samesite=${sameSite}`);
  }
  if (cookie.httpOnly?.value === true) {
    parts.push('httponly');
  }
  return parts.join('; ');
}

/** Headers that belong to the connection or that the server counts itself. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/** Writes the function's answer: 204 for none. Throws on an answer that is no HTTP response. */
export function sendResponse(response: ServerResponse, result: InvocationResponse): void {
  const value = result.returnValue;
  if (value === undefined || value === null) {
    response.writeHead(204).end();
    return;
  }
  const http = value.http;
  if (http === undefined) {
    throw new Error('the function returned no HTTP response');
  }
  for (const [name, text] of Object.entries(http.headers ?? {})) {
    if (beyondAscii(text)) {
      throw new Error(`the response header '${name}' is not ASCII, which the host refuses`);
    }
    if (!OWN_HEADERS.has(name.toLowerCase())) {
      response.setHeader(name, text);
    }
  }
  for (const cookie of http.cookies ?? []) {
    response.appendHeader('set-cookie', formatCookie(cookie));
  }
  const body = http.body?.bytes ?? Buffer.from(http.body?.string ?? http.body?.json ?? '');
  response.statusCode = Number(http.statusCode ?? 200);
  if (![204, 205, 304].includes(response.statusCode)) {
    response.setHeader('content-length', body.length);
  }
  response.end(body);
}
