/** An API on the memory world; every answer that is checked here fits the OpenAPI document. */
import { gzipSync } from 'node:zlib';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import { createApi, openApi } from '../../src/api/app.ts';
import type { Api, ApiSettings } from '../../src/api/services.ts';
import type { World } from '../../src/ports/world.ts';
import { memoryWorld } from '../support/world.ts';

export const ADMIN = 'an-admin-token-for-tests-of-the-api';

const SETTINGS: ApiSettings = {
  adminToken: ADMIN,
  openMode: false,
  corsOrigins: ['https://runs.example.org'],
  rateLimit: { perSecond: 10_000, burst: 10_000 },
  webPubSub: 'https://push.example.org',
  pageFile: async (path) => {
    if (path !== 'index.html' && path !== 'assets/main-1a2b.js') return undefined;
    const bytes = new TextEncoder().encode(path);
    const gzip = new Uint8Array(gzipSync(bytes));
    const contentType = path.endsWith('.js') ? 'text/javascript' : 'text/html';
    return { bytes, contentType, gzip, immutable: path.startsWith('assets/') };
  },
  assets: async (name) =>
    name === 'swagger-ui.css'
      ? { bytes: new TextEncoder().encode('body{}'), contentType: 'text/css' }
      : undefined,
};

type Media = { readonly examples?: Readonly<Record<string, unknown>> };
type Answers = {
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
  readonly content?: Readonly<Record<string, Media>>;
};
type Document = {
  paths: Record<string, Record<string, { responses: Record<string, Answers & { $ref?: string }> }>>;
  components: {
    schemas: Record<string, object>;
    responses: Record<string, Answers>;
    headers: Record<string, { required?: boolean }>;
  };
};

/** Headers that answers have for browsers, proxies and HTTP itself, not for callers. */
const UNTOLD =
  /^(content-type|content-length|content-security-policy|cache-control|cross-origin-|referrer-policy|strict-transport-|vary|access-control-|x-content-type-|x-accel-|transfer-|date|connection|keep-alive)/;

/** The same schemas, in which an object has the fields that are named and no others: what is not told is found. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]));
  const isOpen = 'properties' in copy && !('additionalProperties' in copy);
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}

/** What the document says of answers, compiled once for each of them. */
function createChecker(document: Document) {
  // OpenAPI adds keywords around the schemas, none inside of them.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(closed(document) as object, 'openapi');
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  const escape = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
  /** Undefined where there is no operation: an unknown address or method, the page itself. */
  const find = (method: string, pathname: string, status: number) => {
    const path = templates.find(({ pattern }) => pattern.test(pathname))?.path ?? '';
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = document.paths[path]?.[verb];
    if (operation === undefined) return undefined;
    const answer = operation.responses[String(status)];
    if (answer === undefined)
      throw new Error(`${method} ${path}: ${status} is not in the document`);
    const pointer = answer.$ref ?? `#/paths/${escape(path)}/${verb}/responses/${status}`;
    const resolved = document.components.responses[pointer.split('/').at(-1) ?? ''] ?? answer;
    return { at: `${method} ${path} ${status}`, pointer, answer: resolved };
  };
  return {
    /** Status and headers. */
    head(method: string, pathname: string, { status, headers }: Response): void {
      const found = find(method, pathname, status);
      if (found === undefined) return;
      const named = found.answer.headers ?? {};
      const told = Object.keys(named).map((name) => name.toLowerCase());
      const untold = [...headers.keys()].filter(
        (name) => !UNTOLD.test(name) && !told.includes(name),
      );
      const absent = Object.entries(named)
        .filter(
          ([, { $ref }]) => document.components.headers[$ref.split('/').at(-1) ?? '']?.required,
        )
        .filter(([name]) => !headers.has(name));
      expect({ at: found.at, untold, absent }).toEqual({ at: found.at, untold: [], absent: [] });
    },
    /** What is in it. */
    body(method: string, pathname: string, status: number, type: string, body: unknown): void {
      const found = find(method, pathname, status);
      const media = found?.answer.content?.[type];
      if (found === undefined || media === undefined) {
        if (found === undefined && type === 'application/problem+json') return;
        throw new Error(`${method} ${pathname}: ${status} ${type} is not in the document`);
      }
      const { code } = body as { code?: string };
      if (type === 'application/problem+json' && media.examples !== undefined) {
        expect(Object.keys(media.examples), `codes of ${found.at}`).toContain(code);
      }
      const reference = `openapi${encodeURI(`${found.pointer}/content/${escape(type)}/schema`)}`;
      const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
      compiled.set(reference, validate);
      if (!validate(body)) throw new Error(`${found.at}: ${ajv.errorsText(validate.errors)}`);
    },
  };
}

let known:
  | { readonly document: Document; readonly check: ReturnType<typeof createChecker> }
  | undefined;
/** The document is the same for all of them. */
function knowing(app: ReturnType<typeof createApi>) {
  if (known === undefined) {
    const document = openApi(app as Api) as Document;
    known = { document, check: createChecker(document) };
  }
  return known;
}

export type Call = {
  readonly method?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  /** Default: the admin token; null for none. */
  readonly token?: string | null;
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the schema check has told what it is
  readonly json: any;
};

export function testApi(
  settings: Partial<ApiSettings> = {},
  worldOptions: Parameters<typeof memoryWorld>[0] = {},
) {
  const memory = memoryWorld(worldOptions);
  return { ...memory, ...apiOn(memory.world, settings) };
}

export function apiOn(world: World, settings: Partial<ApiSettings> = {}) {
  const app = createApi(world, { ...SETTINGS, ...settings });
  const { document, check } = knowing(app);
  /** Sends, and checks status and headers against the document. */
  const send = async (path: string, call: Call = {}): Promise<Response> => {
    const headers = new Headers(call.headers);
    if (call.token !== null && !headers.has('authorization')) {
      headers.set('authorization', `Bearer ${call.token ?? ADMIN}`);
    }
    const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    if (body !== undefined && !headers.has('content-type')) {
      headers.set('content-type', 'application/json');
    }
    const method = call.method ?? (body === undefined ? 'GET' : 'POST');
    const answer = await app.request(path, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    check.head(method, new URL(path, 'http://localhost').pathname, answer);
    return answer;
  };
  /** Sends, reads the whole answer, and checks what is in it against the document. */
  const call = async (path: string, options: Call = {}): Promise<Answer> => {
    const response = await send(path, options);
    const text = await response.text();
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const isJson = type.endsWith('json') && text !== '';
    const json: unknown = isJson ? JSON.parse(text) : undefined;
    const method =
      options.method ?? (options.body === undefined && options.raw === undefined ? 'GET' : 'POST');
    const { pathname } = new URL(path, 'http://localhost');
    expect(response.headers.get('x-request-id')).toMatch(/^[\w.:=-]+$/);
    if (isJson && pathname !== '/openapi.json')
      check.body(method, pathname, response.status, type, json);
    // The legacy paths tell a refused value as they always did.
    const old = [404, 422].includes(response.status) && pathname.startsWith('/api/v1/pipeline/');
    if (response.status >= 400 && isJson)
      expect(type).toBe(old ? 'application/json' : 'application/problem+json');
    return { status: response.status, headers: response.headers, text, json };
  };
  return { app, document, send, call };
}

/** A request that the memory cluster can run. */
export const JOB = {
  pipeline: 'job',
  kind: 'container',
  container: { image: 'busybox:1.37' },
} as const;

/** Gives a domain a target and lets its callers start what they like; the answer is a token of it. */
export async function openDomain(
  api: ReturnType<typeof testApi>,
  domain: string,
  scopes: readonly string[],
): Promise<{ readonly token: string; readonly id: string }> {
  const policy = { catalogue_only: false, lanes: 'any' };
  await api.call(`/api/v1/domains/${domain}/policy`, { method: 'PUT', body: policy });
  await api.call(`/api/v1/targets?domain=${domain}`, { body: { name: 'default' } });
  return (await api.call('/api/v1/tokens', { body: { name: 'test', scopes, domain } })).json;
}
