/** API tokens: `slc_<id>_<secret>`. Only their SHA-256 is kept. */
import { z } from 'zod';
import { Name } from '../names.ts';
import { Timestamp } from '../timestamp.ts';
import { SCOPES } from './scopes.ts';

export const Scope = z.enum(SCOPES).meta({ id: 'Scope' });

/** A token as its domain's admins see it; the secret is shown once, when it is made. */
export const TokenView = z
  .object({
    id: z.string().meta({ description: 'Domain, a dot, and 12 random characters.' }),
    name: z.string(),
    domain: Name,
    scopes: z.array(Scope),
    created_at: Timestamp,
    created_by: z.string().meta({ description: 'Id of the token that made it.' }),
    expires_at: Timestamp.nullable(),
    last_used_at: Timestamp.nullable().meta({
      description: 'Noted once an hour at most; null when it was never used.',
    }),
    replaces: z.string().nullable().meta({ description: 'Id of the token that it was made from.' }),
    replaced_by: z.string().nullable().meta({
      description: 'Id of the token that was made from it by a rotation.',
    }),
  })
  .meta({ id: 'Token' });
export type TokenView = z.infer<typeof TokenView>;

/** The caller of a request, and what it may do. */
export const Caller = z
  .object({
    id: z.string().meta({
      description:
        'Id of the token; `user:` or `app:` and an object id for who signs in; `root` for the token of the settings, `open` without tokens.',
    }),
    kind: z.enum(['token', 'user', 'workload', 'open']).meta({
      description: 'A token of ours, a person or an app that signs in, or open mode.',
    }),
    name: z.string().nullable(),
    domain: Name,
    scopes: z.array(Scope),
    root: z.boolean().meta({
      description:
        'The token of the settings, or an admin whom a setting names: only these reach other domains, and write policies and targets.',
    }),
    expires_at: Timestamp.nullable(),
  })
  .meta({ id: 'Caller' });
export type Caller = Readonly<z.infer<typeof Caller>>;

/** When a token ends, in milliseconds since 1970; Infinity without an end. */
export const endOf = ({ expires_at }: Pick<Caller, 'expires_at'>): number =>
  expires_at === null ? Infinity : Date.parse(expires_at);

/**
 * The user of a caller's live connections. Of people and workloads it has the domain too, so that a person who moves to another domain
 * keeps no connection of the old one alive.
 */
export const liveUser = ({ id, kind, domain }: Caller): string =>
  kind === 'user' || kind === 'workload' ? `${id}@${domain}` : id;

const PREFIX = 'slc_';
const PATTERN = /^slc_(([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.[0-9a-z]{12})_[A-Za-z0-9_-]{43}$/;

export const tokenText = (id: string, secret: string): string => `${PREFIX}${id}_${secret}`;

/** Id and domain of a presented token; undefined when it has not the form of a token. */
export function readToken(
  text: string,
): { readonly id: string; readonly domain: string } | undefined {
  const match = PATTERN.exec(text);
  const [, id, domain] = match ?? [];
  return id === undefined || domain === undefined ? undefined : { id, domain };
}

/** Bytes as text that fits into an address. */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** Compares two digests in constant time. */
export function sameDigest(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index += 1) {
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % Math.max(1, b.length));
  }
  return difference === 0;
}
