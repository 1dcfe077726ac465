/** What is special of calls by drivers: their token, of one run, and their messages, which are read whatever they are. */
import type { Context, MiddlewareHandler } from 'hono';
import { clientAddress, networkOf } from '../../core/access/address/client-address.ts';
import { AppError } from '../../core/errors.ts';
import { MIB } from '../../core/limits.ts';
import { createTraceTokens } from '../../engine/access/trace-token.ts';
import { patiently } from '../../engine/commands/runs/take-trace.ts';
import type { World } from '../../ports/world.ts';
import { readText } from '../http/body.ts';
import { challenge } from '../http/problem.ts';
import type { ApiEnv } from '../services.ts';

/** A message: a hundred tasks, each with 10,240 characters of script and more, or a whole configuration. */
const TRACE_BYTES_MAX = 4 * MIB;

/** Nextflow sends a token that is none of Seqera's as the password of the user `@token`; so can nf-weblog. */
function presentedToken(c: Context<ApiEnv>): string {
  const [, scheme = '', value = ''] =
    /^(Basic|Bearer) +(\S+) *$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  try {
    const pair = atob(value);
    return pair.slice(pair.indexOf(':') + 1);
  } catch {
    return '';
  }
}

/** Admits the driver of a run with the token of that run. It has no rate, and leaves nothing in the audit log: no person does this. */
export function createDriverGuard(world: World): MiddlewareHandler<ApiEnv> {
  const tokens = createTraceTokens(world);
  return async (c, next) => {
    c.set('changesNothing', true);
    const network = networkOf(clientAddress(c.req.header('x-forwarded-for')));
    const token = presentedToken(c);
    const run = await patiently(world, () => tokens.check(token, network));
    if (run === undefined)
      throw new AppError('unauthorized', 'Only the driver of a run may send this.', {
        headers: { 'www-authenticate': challenge('invalid_token') },
      });
    c.set('driver', run);
    c.set('log', c.var.log.child({ domain: run.domain, run_id: run.run_id }));
    await next();
  };
}

/** Reads a message. One that is too large, or no JSON object, counts as empty: a refusal would end the run. */
export const readTrace: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const message = await messageOf(c);
  const { url, method, signal } = c.req.raw;
  c.req.raw = new Request(url, { method, headers: { 'content-type': 'application/json' }, signal });
  c.req.json = <T>() => Promise.resolve(message as T);
  await next();
};

async function messageOf(c: Context<ApiEnv>): Promise<object> {
  try {
    const message: unknown = JSON.parse(await readText(c.req.raw, TRACE_BYTES_MAX));
    if (typeof message === 'object' && message !== null && !Array.isArray(message)) return message;
    c.var.log.warn('a message of a trace is no JSON object');
  } catch (error) {
    c.var.log.warn('a message of a trace cannot be read', { error });
  }
  return {};
}
