/** Callers without a token: everybody on one machine in open mode, and people who are signed in by the platform. */
import type { Context } from 'hono';
import { isLoopback } from '../../core/access/address/loopback.ts';
import { PRINCIPAL_HEADER, principalClaims } from '../../core/access/platform.ts';
import { type Identified, platformCallerOf, type SignInRules } from '../../core/access/sign-in.ts';
import type { Caller } from '../../core/access/token.ts';
import { AppError } from '../../core/errors.ts';
import { DEFAULT_DOMAIN } from '../../core/names.ts';
import { challenge } from '../http/problem.ts';
import { SAFE_METHODS } from '../http/route-options.ts';
import type { ApiEnv, ApiSettings } from '../services.ts';

/** The caller in open mode: every user of this machine may do everything. */
const OPEN_CALLER: Caller = {
  id: 'open',
  kind: 'open',
  name: null,
  domain: DEFAULT_DOMAIN,
  scopes: ['admin'],
  root: true,
  expires_at: null,
};

/** Streams of people who are signed in by the platform end by then: it does not say how long a sign-in lasts. */
const PLATFORM_SIGN_IN_MS = 3_600_000;

/** Of the request: its `Host` and, where they differ, that of its address. */
const hostsOf = (c: Context<ApiEnv>): readonly string[] =>
  [c.req.header('host'), new URL(c.req.url).host].filter((host) => host !== undefined);

const isLocal = (host: string): boolean =>
  URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname);

/**
 * Any web page can make a browser send requests, with what the browser adds by itself. It cannot, however, hide its Origin from a
 * POST, or send JSON without a preflight. `who`: how the refusal's text begins, such as `Without tokens`.
 */
function assertOwnPage(c: Context<ApiEnv>, settings: ApiSettings, who: string): void {
  const origin = c.req.header('origin');
  if (origin !== undefined && !settings.corsOrigins.includes(origin)) {
    const own = hostsOf(c).some(
      (host) => origin === `http://${host}` || origin === `https://${host}`,
    );
    if (!own) throw new AppError('forbidden', `${who}, no other origin is served.`);
  }
  const type = c.req.header('content-type') ?? 'application/json';
  // A form always has a content type; without one only an empty body is accepted (`readBody`).
  if (!SAFE_METHODS.includes(c.req.method) && !/^application\/json\b/i.test(type)) {
    throw new AppError('unsupported_media_type', 'Send Content-Type: application/json.');
  }
}

/** The caller of open mode. A page cannot send a loopback Host after DNS rebinding. */
export function openCaller(c: Context<ApiEnv>, settings: ApiSettings): Caller {
  // Behind a proxy every caller seems to be on this machine.
  const proxied = Object.keys(c.req.header()).find((name) => /^(x-)?forwarded(-|$)/.test(name));
  if (proxied !== undefined) {
    throw new AppError(
      'forbidden',
      `Without tokens, nothing is served through a proxy (${proxied}).`,
    );
  }
  if (!hostsOf(c).every(isLocal)) {
    throw new AppError('forbidden', 'Without tokens, only this machine is served.');
  }
  assertOwnPage(c, settings, 'Without tokens');
  return OPEN_CALLER;
}

/**
 * The person who is signed in by the platform. Undefined where the platform signs nobody in, whatever the request says, and where
 * the request has no such person. The browser sends the platform's cookie by itself, so pages of others are refused.
 */
export function platformCaller(
  c: Context<ApiEnv>,
  settings: ApiSettings,
  now: number,
): Identified | undefined {
  const { signIn } = settings;
  const header = c.req.header(PRINCIPAL_HEADER);
  if (signIn?.platform !== true || header === undefined) return undefined;
  const caller = callerIn(header, now, signIn);
  if (caller === undefined)
    throw new AppError('unauthorized', 'Whom the platform signed in is not known here.', {
      headers: { 'www-authenticate': challenge('invalid_token') },
    });
  assertOwnPage(c, settings, 'With a sign-in of the platform');
  return caller;
}

function callerIn(header: string, now: number, rules: SignInRules): Identified | undefined {
  const claims = principalClaims(header);
  return claims && platformCallerOf(claims, now + PLATFORM_SIGN_IN_MS, rules);
}
