/** Reads a JSON body within bounds, before any schema sees it. */
import type { MiddlewareHandler } from 'hono';
import { AppError, invalid } from '../core/errors.ts';
import { MIB } from '../core/limits.ts';
import type { ApiEnv } from './services.ts';

/** Above the largest request that is accepted (256 KiB) and the largest catalogue entry (512 KiB). */
const BODY_BYTES_MAX = MIB;
/** Nobody nests params deeper; schemas and JSON writers recurse, so the depth has to end somewhere. */
const DEPTH_MAX = 64;

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const tooLarge = (): AppError =>
  new AppError('too_large', `The body is larger than ${BODY_BYTES_MAX} bytes.`);

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) throw tooLarge();
  if (request.body === null) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength;
      if (size > BODY_BYTES_MAX) throw tooLarge();
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('bad_request', 'The body is not UTF-8, or broke off.', { cause: error });
  }
  return parts.join('');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('bad_request', 'The body is not JSON.');
  }
}

/** Such text has no form in UTF-8: what arrives would not be what was sent. */
const HALF = 'holds half of a surrogate pair';

/** Refuses what is JSON but no sane request: depth, numbers that overflow, half characters, the key `__proto__`. */
function assertSane(body: unknown): void {
  const rest: { readonly value: unknown; readonly path: string; readonly depth: number }[] = [
    { value: body, path: '', depth: 0 },
  ];
  for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
    const { value, path, depth } = item;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw invalid(path || 'body', 'is a number too large');
    }
    if (typeof value === 'string' && !value.isWellFormed()) throw invalid(path || 'body', HALF);
    if (typeof value !== 'object' || value === null) continue;
    if (depth === DEPTH_MAX) throw invalid(path, `is nested more than ${DEPTH_MAX} levels deep`);
    for (const [key, child] of Object.entries(value)) {
      const childPath = path === '' ? key : `${path}.${key}`;
      if (!key.isWellFormed()) throw invalid(path || 'body', `has a name that ${HALF}`);
      if (key === '__proto__') throw invalid(childPath, 'is not a name that can be used');
      rest.push({ value: child, path: childPath, depth: depth + 1 });
    }
  }
}

/** For routes with a body: 413, 415, 400 and the crude 422s; an empty body counts as `{}`. */
export const readBody: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const text = await readText(c.req.raw);
  const type = c.req.header('content-type');
  if ((text !== '' || type !== undefined) && !JSON_TYPE.test(type ?? '')) {
    throw new AppError('unsupported_media_type', 'Send application/json in UTF-8.');
  }
  if ((c.req.header('content-encoding') ?? 'identity') !== 'identity') {
    throw new AppError('unsupported_media_type', 'Send the body without a Content-Encoding.');
  }
  if (text.trim() !== '') assertSane(parse(text));
  const headers = new Headers(c.req.raw.headers);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  const { url, method, signal } = c.req.raw;
  const body = text.trim() === '' ? '{}' : text;
  c.req.raw = new Request(url, { method, headers, body, signal });
  await next();
};
