/** Reads a JSON body within limits, before any schema checks it. */
import type { MiddlewareHandler } from 'hono';
import { AppError, fieldName, invalid } from '../../core/errors.ts';
import { JsonFault, type JsonTree, parseJson, plainJson } from '../../core/json/text.ts';
import { DRAINED_BYTES_MAX, DRAINED_MS, REQUEST_BYTES_MAX } from '../../core/limits.ts';
import { PARAMS_BYTES_MAX } from '../../core/params-limits.ts';
import type { World } from '../../ports/world.ts';
import type { ApiEnv } from '../services.ts';

/** A route's rule for its body. */
export type BodyRule = {
  /** Whether an empty body is refused; otherwise it counts as `{}`. */
  readonly required: boolean;
  /** Default: that of a request. */
  readonly bytesMax?: number;
};

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const tooLarge = (bytesMax: number): AppError =>
  new AppError(
    'too_large',
    `The body is larger than ${bytesMax} bytes as it was sent. White space counts, and an escape such as \\u00e4 as it is written: params or a script of ${PARAMS_BYTES_MAX} bytes of UTF-8 fit when they are sent as UTF-8 without escapes.`,
  );

/** The body as text. Rejects with `too_large`, and with `bad_request` for what is no UTF-8. */
export async function readText(request: Request, bytesMax: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (request.body === null) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  let size = 0;
  try {
    // Not cancelled: `drainBody` reads the rest.
    for await (const chunk of request.body.values({ preventCancel: true })) {
      size += chunk.byteLength;
      if (size > bytesMax) throw tooLarge(bytesMax);
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('bad_request', 'The body is not UTF-8, or broke off.', { cause: error });
  }
  return parts.join('');
}

function refusal(fault: JsonFault): AppError {
  const { message, path } = fault;
  if (!fault.syntax) return invalid(fieldName(path) || 'body', message);
  return new AppError('bad_request', `The body is not JSON: ${message}.`);
}

/** The body as it was written, and as JavaScript values for the schemas. */
function parse(text: string): { readonly sent: JsonTree; readonly body: unknown } {
  try {
    const sent = parseJson(text);
    return { sent, body: plainJson(sent) };
  } catch (error) {
    throw error instanceof JsonFault ? refusal(error) : error;
  }
}

const NO_BODY = 'is missing: send a JSON object';

/** For routes with a body: answers 413, 415, 400, and 422 for JSON that is not accepted. */
export function readBody({
  required,
  bytesMax = REQUEST_BYTES_MAX,
}: BodyRule): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const text = await readText(c.req.raw, bytesMax);
    const isEmpty = text.trim() === '';
    const type = c.req.header('content-type');
    if ((text !== '' || type !== undefined) && !JSON_TYPE.test(type ?? '')) {
      throw new AppError('unsupported_media_type', 'Send application/json in UTF-8.');
    }
    if ((c.req.header('content-encoding') ?? 'identity') !== 'identity') {
      throw new AppError('unsupported_media_type', 'Send the body without a Content-Encoding.');
    }
    if (isEmpty && required) throw invalid('body', NO_BODY);
    const { sent, body } = parse(isEmpty ? '{}' : text);
    c.set('sent', sent);
    const headers = new Headers(c.req.raw.headers);
    headers.set('content-type', 'application/json');
    headers.delete('content-length');
    const { url, method, signal } = c.req.raw;
    c.req.raw = new Request(url, { method, headers, signal });
    // The schemas get these values; Hono would parse the text with JSON.parse.
    c.req.json = <T>() => Promise.resolve(body as T);
    await next();
  };
}

/**
 * Reads the rest of a request after a refusal, or on a route without a body: many clients and proxies read the answer only
 * after they have sent everything. Stops at the limits.
 */
export function drainBody(world: World): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { body } = c.req.raw;
    await next();
    if (body === null || body.locked) return;
    const done = new AbortController();
    const reader = body.getReader();
    const rest = readRest(reader).finally(() => done.abort());
    await Promise.race([rest, world.clock.sleep(DRAINED_MS, done.signal)]);
    // A client that is too slow is not read any further.
    done.abort();
  };
}

async function readRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    for (let bytes = 0; bytes <= DRAINED_BYTES_MAX; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
  } catch {
    // The client is gone.
  }
}
