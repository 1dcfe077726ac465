import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isFromHere } from '../outside/outside.ts';

/** Keys by their names. The master key opens everything, system keys nothing here. */
export type HostKeys = {
  readonly master: string;
  /** Open every function of level `function`. */
  readonly host?: Readonly<Record<string, string>>;
  /** Per function name. */
  readonly functions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type CallerLevel = 'anonymous' | 'function' | 'admin';

export function newKeys(): HostKeys {
  const key = (): string => randomBytes(30).toString('base64url');
  return { master: key(), host: { default: key() } };
}

/** Compares in constant time whatever the lengths are. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * Level of a caller by its key: header `x-functions-key`, else the query's `code`. `functionName`
 * names the function it calls; its own keys count too. A wrong key is as good as none.
 */
export function callerLevel(
  keys: HostKeys,
  request: IncomingMessage,
  query: URLSearchParams,
  functionName?: string,
): CallerLevel {
  const header = request.headers['x-functions-key'];
  const key = (typeof header === 'string' && header !== '' ? header : query.get('code')) ?? '';
  if (key === '') {
    return 'anonymous';
  }
  if (isSame(key, keys.master)) {
    return 'admin';
  }
  const own = Object.entries(keys.functions ?? {}).find(
    ([name]) => name.toLowerCase() === functionName?.toLowerCase(),
  );
  const valid = [...Object.values(keys.host ?? {}), ...Object.values(own?.[1] ?? {})];
  return valid.some((candidate) => isSame(key, candidate)) ? 'function' : 'anonymous';
}

export function mayCall(level: CallerLevel, needed: CallerLevel): boolean {
  return needed === 'anonymous' || level === 'admin' || level === needed;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request without a key can be trusted to come from this machine and not from a web page
 * that the user has open: its connection is one of this machine, its Host is a loopback name (a page that rebinds DNS sends its own) and
 * its Origin, if any, is a loopback address.
 */
export function isLocalCaller(request: IncomingMessage): boolean {
  const { host = '', origin } = request.headers;
  if (!isFromHere(request) || !LOOPBACK.test(host)) {
    return false;
  }
  return origin === undefined || LOOPBACK.test(origin.replace(/^https?:\/\//i, ''));
}
