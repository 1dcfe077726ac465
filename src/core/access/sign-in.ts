/**
 * What people and workloads may do who sign in at an OpenID provider, such as Microsoft Entra ID: from the claims of a verified
 * token to a caller.
 */
import { z } from 'zod';
import { DEFAULT_DOMAIN, Name } from '../names.ts';
import { TOKEN_NAME_CHARS_MAX } from '../request-limits.ts';
import { shorten } from '../shorten.ts';
import { type Caller, Scope } from './token.ts';
import { IDENTITY_CHARS_MAX } from './token-limits.ts';

/** What a role, a group, or one person or workload gives. */
export const Grant = z.strictObject({
  domain: Name,
  scopes: z.array(Scope).min(1).max(Scope.options.length),
});

export type SignInRules = {
  /** Tokens must be of this Entra tenant (`tid`); undefined for another provider, which has none. */
  readonly tenant: string | undefined;
  /** Object ids of those who may do everything in every domain. */
  readonly admins: readonly string[];
  /** By role, group id or object id. Of those that a caller has, the first in this order gives the domain. */
  readonly grants: Readonly<Record<string, z.infer<typeof Grant>>>;
  /** With which client browsers sign in: ID tokens are for it. Undefined where only workloads sign in. */
  readonly browser?: { readonly clientId: string } | undefined;
};

/** A token's content, as its issuer signed it. */
export type Claims = Readonly<Record<string, unknown>>;

/** The caller of a token, and why it may do nothing. */
export type Identified = Caller & { readonly lack?: string };

/** The last second of a year with four digits. */
const SECONDS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59) / 1_000;

const NO_ROLE =
  'You are signed in, but no role or group of yours gives any right here. Ask an admin of this system for one.';
const TOO_MANY_GROUPS =
  'You are in so many groups that the token does not list them, so they give no right here. Ask for an app role instead.';

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const textsOf = (value: unknown): readonly string[] =>
  [value].flat().filter((each): each is string => typeof each === 'string');

/** Of Entra the object id, which is the same in all apps of the tenant. What Web PubSub cannot have in a user id is refused. */
function idOf({ oid, sub }: Claims): string | undefined {
  const id = textOf(oid) ?? textOf(sub);
  return id !== undefined && id.length <= IDENTITY_CHARS_MAX && /^[\w.:@|=+-]+$/.test(id)
    ? id
    : undefined;
}

const isDelegated = ({ scp, scope }: Claims): boolean =>
  (textOf(scp) ?? textOf(scope)) !== undefined;

/**
 * Whether it may be an ID token of a provider other than Entra: by `nonce` or hashes, which not all have, or the audience. That is
 * the client of the browsers in each of them, so a workload's token without a scope must have another one.
 */
const isLikeIdToken = (claims: Claims, { browser }: SignInRules): boolean =>
  ['nonce', 'at_hash', 'c_hash'].some((name) => name in claims) ||
  (browser !== undefined && textsOf(claims['aud']).includes(browser.clientId));

/** An app's own token: its subject is the app itself. Other providers do not tell. */
const isAppOnly = (claims: Claims, rules: SignInRules): boolean =>
  claims['idtyp'] === 'app' ||
  (rules.tenant === undefined
    ? !isLikeIdToken(claims, rules)
    : claims['oid'] !== undefined && claims['oid'] === claims['sub']);

/**
 * What makes a verified token none for us, in a word for the log: another tenant, another version, or an ID token. An ID token
 * has the same issuer, key and audience, but is meant for the page that asked for it.
 */
export function faultOf(claims: Claims, rules: SignInRules): string | undefined {
  const { exp } = claims;
  if (idOf(claims) === undefined) return 'oid';
  if (typeof exp !== 'number' || exp > SECONDS_MAX) return 'exp';
  if (rules.tenant !== undefined) {
    if (claims['tid'] !== rules.tenant) return 'tid';
    if (claims['ver'] !== '2.0') return 'ver';
  }
  return isDelegated(claims) || isAppOnly(claims, rules) ? undefined : 'scp';
}

/** Entra tells so when someone is in more than 200 groups. */
function lacksGroups({ hasgroups, _claim_names }: Claims): boolean {
  const named = typeof _claim_names === 'object' && _claim_names !== null ? _claim_names : {};
  return String(hasgroups) === 'true' || 'groups' in named;
}

/** The caller with these claims, in which `faultOf` finds no fault. `endsAt`: in milliseconds since 1970. */
export const callerOf = (claims: Claims, endsAt: number, rules: SignInRules): Identified =>
  rightsOf(claims, { endsAt, isUser: isDelegated(claims), rules });

/** The caller of a person who is signed in by the platform; undefined for one of another tenant, or without an id. */
export const platformCallerOf = (
  claims: Claims,
  endsAt: number,
  rules: SignInRules,
): Identified | undefined =>
  idOf(claims) === undefined || (rules.tenant !== undefined && claims['tid'] !== rules.tenant)
    ? undefined
    : rightsOf(claims, { endsAt, isUser: true, rules });

function rightsOf(
  claims: Claims,
  {
    endsAt,
    isUser,
    rules,
  }: { readonly endsAt: number; readonly isUser: boolean; readonly rules: SignInRules },
): Identified {
  const id = idOf(claims) ?? '';
  const { name, preferred_username, app_displayname } = claims;
  const shown = textOf(name) ?? textOf(preferred_username) ?? textOf(app_displayname);
  const base = {
    id: `${isUser ? 'user' : 'app'}:${id}`,
    kind: isUser ? 'user' : 'workload',
    name: shown === undefined ? null : shorten(shown, TOKEN_NAME_CHARS_MAX),
    expires_at: new Date(endsAt).toISOString(),
  } as const;
  if (rules.admins.includes(id))
    return { ...base, domain: DEFAULT_DOMAIN, scopes: ['admin'], root: true };
  const held = new Set([id, ...textsOf(claims['roles']), ...textsOf(claims['groups'])]);
  const given = Object.entries(rules.grants).flatMap(([key, grant]) =>
    held.has(key) ? grant : [],
  );
  const [first] = given;
  if (first === undefined) {
    const lack = lacksGroups(claims) ? TOO_MANY_GROUPS : NO_ROLE;
    return { ...base, domain: DEFAULT_DOMAIN, scopes: [], root: false, lack };
  }
  const own = given.filter(({ domain }) => domain === first.domain);
  const scopes = [...new Set(own.flatMap((grant) => grant.scopes))];
  return { ...base, domain: first.domain, scopes, root: false };
}
