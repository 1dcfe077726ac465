/** Access: tokens, scopes, open mode, rate limit. */
import type { Context, MiddlewareHandler } from 'hono';
import { clientAddress, networkOf } from '../../core/access/address/client-address.ts';
import type { RateDecision, RateRule } from '../../core/access/rate-limit.ts';
import { allows, type Scope, starterOf } from '../../core/access/scopes.ts';
import type { Identified } from '../../core/access/sign-in.ts';
import { type Caller } from '../../core/access/token.ts';
import { AppError } from '../../core/errors.ts';
import { traceparentOf } from '../../core/trace-context.ts';
import type { Authenticator } from '../../engine/access/authenticator.ts';
import { createRateLimit } from '../../engine/access/rate-limit.ts';
import type { Submission } from '../../engine/commands/submission.ts';
import type { World } from '../../ports/world.ts';
import { openCaller, platformCaller } from '../access/tokenless.ts';
import { about, begin, STATUS } from '../audit.ts';
import type { ApiEnv, ApiSettings } from '../services.ts';
import { challenge, problemResponse } from './problem.ts';

function presentedToken(c: Context<ApiEnv>): string | undefined {
  const match = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '');
  const token = match?.[1] ?? c.req.header('x-api-key');
  return token === '' ? undefined : token;
}

function rateHeaders(rule: RateRule, decision: RateDecision): Readonly<Record<string, string>> {
  return {
    'ratelimit-limit': String(rule.burst),
    'ratelimit-remaining': String(decision.remaining),
    'ratelimit-reset': String(Math.ceil(decision.resetMs / 1_000)),
  };
}

/** The domain of a request. Only the admin token and the admins of the settings may name another than their own. */
export function domainFor(caller: Caller, wanted: string | undefined): string {
  if (wanted !== undefined && wanted !== caller.domain && !caller.root) {
    throw new AppError('forbidden', 'The token belongs to another domain.');
  }
  return wanted ?? caller.domain;
}

/** Refuses all but the admin token and the admins of the settings: such a write decides what a domain can reach. */
export function assertRoot(caller: Caller, what: string): void {
  if (!caller.root) {
    throw new AppError(
      'forbidden',
      `${what} are written with the admin token, or by an admin, of the settings only.`,
    );
  }
}

export function createGuard(
  world: World,
  settings: ApiSettings,
  tokens: Authenticator,
): (scope: Scope) => MiddlewareHandler<ApiEnv> {
  const limit = createRateLimit(settings.rateLimit);
  const identify = async (c: Context<ApiEnv>): Promise<Identified> => {
    const token = presentedToken(c);
    if (token !== undefined) {
      const address = clientAddress(c.req.header('x-forwarded-for'));
      const check = () => tokens.check(token, networkOf(address));
      try {
        const known = await check();
        if (known !== undefined) {
          c.set('stillAllowed', async () => (await check().catch(() => known)) !== undefined);
          return known;
        }
        c.var.log.warn('a wrong token', { address });
        throw new AppError('unauthorized', 'The token is unknown, expired or revoked.', {
          headers: { 'www-authenticate': challenge('invalid_token') },
        });
      } catch (error) {
        if (error instanceof AppError && error.code === 'rate_limited')
          c.var.log.warn('too many wrong tokens', { address });
        throw error;
      }
    }
    c.set('stillAllowed', async () => true);
    const person = platformCaller(c, settings, world.clock.now());
    if (person !== undefined) return person;
    if (settings.openMode) return openCaller(c, settings);
    throw new AppError('unauthorized', 'Send a token as Authorization: Bearer or x-api-key.');
  };
  return (scope) => async (c, next) => {
    const caller = await identify(c);
    c.set('caller', caller);
    const decision = limit.take(caller.id, world.clock.now());
    const headers = rateHeaders(settings.rateLimit, decision);
    if (!decision.allowed) {
      const retryAfter = decision.retryAfterMs / 1_000;
      const refusal = new AppError('rate_limited', 'The token is over its rate.', { retryAfter });
      return problemResponse(refusal, c.var.requestId, { headers });
    }
    if (caller.lack !== undefined) throw new AppError('forbidden', caller.lack);
    if (!allows(caller.scopes, scope)) {
      throw new AppError('forbidden', `The token lacks the scope ${scope}.`, {
        headers: { 'www-authenticate': challenge('insufficient_scope', scope) },
      });
    }
    c.set('log', c.var.log.child({ domain: caller.domain, caller: caller.id }));
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    return undefined;
  };
}

/** What a start takes from its request besides its body. `answer`: for a new run. */
export const startedBy = (
  c: Context<ApiEnv>,
  answer: keyof typeof STATUS,
): Pick<Submission, 'by' | 'launchOnly' | 'traceparent' | 'accepted'> => ({
  by: starterOf(c.var.caller),
  launchOnly: !allows(c.var.caller.scopes, 'run'),
  traceparent: traceparentOf(c.req.header('traceparent')),
  accepted: (runId) => {
    about(c, 'run', runId);
    begin(c, STATUS[answer]);
  },
});
