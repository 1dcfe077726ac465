/** What an OpenID issuer publishes: its endpoints and keys, kept in memory. */
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { isPrivate } from '../../core/access/address/loopback.ts';
import type { Clock } from '../../ports/world.ts';

/** Time of a request for keys: callers wait for it. */
const DEADLINE_MS = 5_000;
/** More than any issuer publishes. */
const ANSWER_CHARS_MAX = 1_048_576;
/** A key that the issuer withdraws is believed for so long. */
const FRESH_MS = 3_600_000;
/** Kept keys are used for so long while the issuer does not answer: its outage is not ours. */
const STALE_MS = 86_400_000;
/** Least time between two requests for a key that is not among the kept ones: anybody can make up a key's name. */
const COOLDOWN_MS = 30_000;
/** After a failure nothing is asked for so long. */
const AFTER_FAILURE_MS = 5_000;

export type Issued = {
  readonly authorize: string;
  readonly token: string;
  /** Finds the key that a token names. */
  readonly keys: ReturnType<typeof createLocalJWKSet>;
};

export type Issuer = {
  /**
   * What was read an hour ago at most, or a day while the issuer does not answer. `renew`: reads it again, unless that was
   * done in the last half minute. Rejects when there is nothing to go by; soon, while the issuer is known not to answer.
   */
  read(renew?: boolean): Promise<Issued>;
};

async function getJson(fetch: typeof globalThis.fetch, url: string): Promise<unknown> {
  if (!isPrivate(url)) throw new Error(`the issuer names ${url}, which is not https`);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const answer = await fetch(url, {
    signal,
    redirect: 'error',
    headers: { accept: 'application/json' },
  });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  const text = await answer.text();
  if (text.length > ANSWER_CHARS_MAX) throw new Error(`${url} answers too much`);
  return JSON.parse(text);
}

async function fetchAll(fetch: typeof globalThis.fetch, issuer: string): Promise<Issued> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = Object(await getJson(fetch, url)) as Record<string, unknown>;
  const text = (name: string): string => {
    const value = found[name];
    return typeof value === 'string' ? value : '';
  };
  if (text('issuer') !== issuer) throw new Error(`${url} is about another issuer`);
  // Throws when it is no set of keys.
  const keys = createLocalJWKSet((await getJson(fetch, text('jwks_uri'))) as JSONWebKeySet);
  return { authorize: text('authorization_endpoint'), token: text('token_endpoint'), keys };
}

export function createIssuer(
  issuer: string,
  { clock, fetch }: { readonly clock: Clock; readonly fetch: typeof globalThis.fetch },
): Issuer {
  let kept: { readonly issued: Issued; readonly at: number } | undefined;
  let failed: { readonly error: unknown; readonly at: number } | undefined;
  let asking: Promise<Issued> | undefined;

  const ask = async (): Promise<Issued> => {
    try {
      const issued = await fetchAll(fetch, issuer);
      kept = { issued, at: clock.now() };
      failed = undefined;
      return issued;
    } catch (error) {
      failed = { error, at: clock.now() };
      throw error;
    } finally {
      asking = undefined;
    }
  };
  return {
    async read(renew = false) {
      const now = clock.now();
      // After a clock is set back, nothing old counts as new.
      const age = kept === undefined || now < kept.at ? Infinity : now - kept.at;
      if (kept !== undefined && age < (renew ? COOLDOWN_MS : FRESH_MS)) return kept.issued;
      const last = kept !== undefined && age < STALE_MS && !renew ? kept.issued : undefined;
      const isDown = failed !== undefined && now >= failed.at && now - failed.at < AFTER_FAILURE_MS;
      if (isDown && last === undefined) throw failed?.error;
      if (isDown && last !== undefined) return last;
      asking ??= ask();
      return last === undefined ? await asking : await asking.catch(() => last);
    },
  };
}
