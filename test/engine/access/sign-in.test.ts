/** Tokens of an OpenID provider: which are taken, what they open, and what the issuer is asked meanwhile. */
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createIdentities } from '../../../src/adapters/openid/identities.ts';
import type { SignInRules } from '../../../src/core/access/sign-in.ts';
import { WRONG_TOKENS } from '../../../src/core/access/token-limits.ts';
import { createAuthenticator } from '../../../src/engine/access/authenticator.ts';
import {
  CLIENT_ID,
  personOf,
  TENANT,
  withIssuer,
  workloadOf,
} from '../../support/sign-in/issuer.ts';
import { AUDIENCES, RULES, signingIn } from '../../support/sign-in/signing-in.ts';
import { START } from '../../support/world.ts';

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a person or workload', () => {
  test.each([
    [
      'a person with two roles of one domain has the scopes of both',
      personOf('ada', { roles: ['Runners', 'Readers', 'Other'] }),
      { id: 'user:ada', kind: 'user', name: 'Ada', domain: 'genomics', scopes: ['read', 'run'] },
    ],
    [
      'of two domains the first of the settings counts, and nothing is taken over from the other',
      personOf('ada', { groups: ['group-of-imaging'], roles: ['Readers'] }),
      { domain: 'genomics', scopes: ['read'] },
    ],
    [
      'a group gives what a role gives',
      personOf('ada', { groups: ['group-of-imaging'] }),
      { domain: 'imaging', scopes: ['admin'], root: false },
    ],
    [
      'an app with a role of its own',
      workloadOf('ci', { roles: ['Readers'] }),
      { id: 'app:ci', kind: 'workload', name: null, domain: 'genomics', scopes: ['read'] },
    ],
    [
      'an app by its object id, when Entra does not say that it is one',
      workloadOf('the-workload', { idtyp: undefined }),
      { id: 'app:the-workload', kind: 'workload', domain: 'imaging', scopes: ['launch'] },
    ],
    [
      'an admin of the settings may do everything',
      personOf('the-admin'),
      { id: 'user:the-admin', domain: 'default', scopes: ['admin'], root: true },
    ],
    [
      'the audience may be the client id alone, or one of several',
      { ...personOf('ada', { roles: ['Readers'] }), aud: ['other', CLIENT_ID] },
      { scopes: ['read'] },
    ],
  ])('%s', async (_, claims, caller) => {
    const { check, sign } = await signingIn();
    const found = await check(await sign(claims));
    expect(found).toMatchObject({ ...caller, expires_at: '2026-01-01T01:00:00.000Z' });
    expect(found?.lack).toBeUndefined();
  });

  test.each([
    ['no role', personOf('ada'), 'no role or group'],
    ['a role that nobody knows', personOf('ada', { roles: ['Others'] }), 'no role or group'],
    [
      'a name that is only like one of the object',
      personOf('ada', { roles: ['toString'] }),
      'no role',
    ],
    [
      'more groups than a token lists',
      personOf('ada', { _claim_names: { groups: 'src1' } }),
      'so many groups',
    ],
    ['the same, in the short form', personOf('ada', { hasgroups: true }), 'so many groups'],
  ])('with %s may do nothing, and is told why', async (_, claims, lack) => {
    const { check, sign } = await signingIn();
    const found = await check(await sign(claims));
    expect(found).toMatchObject({ id: 'user:ada', scopes: [], root: false });
    expect(found?.lack).toContain(lack);
  });

  test('of another provider has no tenant, and is known by its subject', async () => {
    const sub = 'system:serviceaccount:ci:runner';
    const grants: SignInRules['grants'] = { [sub]: { domain: 'genomics', scopes: ['launch'] } };
    const { check, sign } = await signingIn({ ...RULES, tenant: undefined, grants });
    expect(await check(await sign({ sub }))).toMatchObject({
      id: `app:${sub}`,
      kind: 'workload',
      domain: 'genomics',
      scopes: ['launch'],
    });
    // An ID token of such a provider is meant for the page that asked for it.
    expect(await check(await sign({ sub, nonce: 'n' }))).toBeUndefined();
  });

  test('of another provider has no ID token, also where that shows only by its audience', async () => {
    const browser = { clientId: CLIENT_ID };
    const { check, sign } = await signingIn({ ...RULES, tenant: undefined, browser });
    const ada = { sub: 'ada', roles: ['Readers'] };
    for (const aud of [CLIENT_ID, [CLIENT_ID], [`api://${CLIENT_ID}`, CLIENT_ID]])
      expect(await check(await sign({ ...ada, aud }))).toBeUndefined();
    const access = { ...ada, aud: CLIENT_ID, scope: 'openid access' };
    expect(await check(await sign(access))).toMatchObject({ id: 'user:ada', scopes: ['read'] });
    expect(await check(await sign(ada))).toMatchObject({ id: 'app:ada', scopes: ['read'] });
  });
});

describe('a token is refused', () => {
  const ada = personOf('ada', { roles: ['Readers'] });
  test.each([
    ['of another audience', { ...ada, aud: 'api://other' }],
    ['without an audience', { ...ada, aud: undefined }],
    ['of another issuer', { ...ada, iss: 'https://login.microsoftonline.com/other/v2.0' }],
    ['of another tenant', { ...ada, tid: 'other' }],
    ['of version 1', { ...ada, ver: '1.0' }],
    ['without an end', { ...ada, exp: undefined }],
    ['that ends beyond all years', { ...ada, exp: 1e15 }],
    ['that is not good yet', { ...ada, nbf: START / 1_000 + 120 }],
    ['that is an ID token', { ...ada, scp: undefined }],
    ['without anybody', { ...ada, oid: undefined, sub: undefined }],
    ['of somebody whose id Web PubSub could not take', { ...ada, oid: 'a/b' }],
    ['of somebody with an endless id', { ...ada, oid: 'a'.repeat(161) }],
  ])('%s', async (_, claims) => {
    const { check, sign } = await signingIn();
    expect(await check(await sign(ada))).toBeDefined();
    expect(await check(await sign(claims))).toBeUndefined();
  });

  test('whose signature is not that of the issuer, however it was made', async () => {
    const { check, sign, issuer } = await signingIn();
    const good = await sign(ada);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const changed = b64({
      ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
      oid: 'eve',
    });
    const none = b64({ alg: 'none' });
    const secret = new TextEncoder().encode(JSON.stringify(issuer.publicKey()));
    const confused = await new SignJWT({
      ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
    })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(secret);
    const foreign = await (await withIssuer()).sign({ ...ada, iss: issuer.issuer }, { now: START });
    for (const token of [
      `${header}.${changed}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      confused,
      foreign,
      await issuer.sign(ada, { now: START, alg: 'RS512' }),
      `${header}.${payload}.`,
      'eyJ.x.y',
    ])
      expect(await check(token), token).toBeUndefined();
    expect(await check(good)).toBeDefined();
  });

  test('when nobody signs in here, and the issuer is not asked', async () => {
    const { world, sign, issuer } = await signingIn();
    const tokens = createAuthenticator(world, undefined);
    expect(await tokens.check(await sign(ada), 'net')).toBeUndefined();
    expect(issuer.asked).toEqual([]);
  });

  test('a minute after its end, which an instance that knows it sees too', async () => {
    const { check, sign, clock } = await signingIn();
    const token = await sign(ada, 600);
    expect(await check(token)).toMatchObject({ expires_at: '2026-01-01T00:10:00.000Z' });
    await clock.advance(659_999);
    expect(await check(token)).toBeDefined();
    await clock.advance(1);
    expect(await check(token)).toBeUndefined();
  });

  test('so often from one network, and good ones from there are not counted', async () => {
    const { tokens, sign } = await signingIn();
    const good = await sign(ada);
    for (let index = 0; index < 2 * WRONG_TOKENS.burst; index += 1)
      expect(await tokens.check(await sign({ ...ada, name: String(index) }), 'net')).toBeDefined();
    const wrong = await sign({ ...ada, aud: 'x' });
    for (let index = 0; index < WRONG_TOKENS.burst; index += 1)
      expect(await tokens.check(wrong, 'net')).toBeUndefined();
    await expect(tokens.check(wrong, 'net')).rejects.toMatchObject({ code: 'rate_limited' });
    expect(await tokens.check(good, 'other')).toBeDefined();
  });
});

describe('the keys of the issuer', () => {
  const ada = personOf('ada', { roles: ['Readers'] });
  const keysRead = (asked: readonly string[]) => asked.filter((path) => path === '/keys').length;

  test('are read once for many tokens, an hour long', async () => {
    const { check, sign, issuer, clock } = await signingIn();
    const many = Array.from({ length: 20 }, (_, n) => sign({ ...ada, name: `${n}` }));
    await Promise.all((await Promise.all(many)).map(check));
    expect(keysRead(issuer.asked)).toBe(1);
    await clock.advance(3_599_999);
    await check(await sign(ada));
    expect(keysRead(issuer.asked)).toBe(1);
    await clock.advance(1);
    await check(await sign(ada));
    expect(keysRead(issuer.asked)).toBe(2);
  });

  test('are read again for a new one, and one that was withdrawn is good for an hour at most', async () => {
    const { check, sign, issuer, clock } = await signingIn();
    const old = await sign(ada, 86_400);
    expect(await check(old)).toBeDefined();
    await issuer.rotate();
    await clock.advance(30_000);
    expect(await check(await sign(ada))).toBeDefined();
    expect(await check(old)).toBeDefined();
    issuer.withdraw();
    await clock.advance(3_600_000);
    expect(await check(old)).toBeUndefined();
  });

  test('are not read again and again for made-up ones', async () => {
    const { check, sign, issuer, clock } = await signingIn();
    await check(await sign(ada));
    const [, payload, signature] = (await sign(ada)).split('.');
    const madeUp = (n: number) => `${b64({ alg: 'RS256', kid: `x${n}` })}.${payload}.${signature}`;
    for (let n = 0; n < 50; n += 1) expect(await check(madeUp(n))).toBeUndefined();
    expect(keysRead(issuer.asked)).toBe(1);
    await clock.advance(30_000);
    for (let n = 0; n < 50; n += 1) expect(await check(madeUp(n))).toBeUndefined();
    expect(keysRead(issuer.asked)).toBe(2);
  });

  test('are kept for a day while the issuer does not answer; without them nobody is called wrong', async () => {
    const { check, sign, issuer, clock } = await signingIn();
    issuer.fail(true);
    const token = await sign(ada, 200_000);
    for (let n = 0; n < 2 * WRONG_TOKENS.burst; n += 1)
      await expect(check(token)).rejects.toMatchObject({ code: 'unavailable' });
    // It is left alone for some seconds.
    expect(issuer.asked).toHaveLength(1);
    issuer.fail(false);
    await clock.advance(5_000);
    expect(await check(token)).toBeDefined();
    issuer.fail(true);
    await clock.advance(86_399_999);
    expect(await check(token)).toBeDefined();
    await issuer.rotate();
    await expect(check(await sign(ada))).rejects.toMatchObject({ code: 'unavailable' });
    await clock.advance(10_000);
    await expect(check(token)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each([
    ['over clear text', { jwks_uri: 'http://keys.example.org/' }],
    ['from another issuer', { issuer: 'https://elsewhere.example.org' }],
    ['in another form', { jwks_uri: 'data:application/json,{}' }],
  ])('are not taken %s', async (_, change) => {
    const { issuer, sign, clock, world } = await signingIn();
    const lying: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      return new Request(input).url.endsWith('openid-configuration')
        ? Response.json({ ...Object(await answer.json()), ...change })
        : answer;
    };
    const identities = createIdentities({
      issuer: issuer.issuer,
      audiences: AUDIENCES,
      tenant: TENANT,
      clock,
      fetch: lying,
    });
    const tokens = createAuthenticator({ ...world, identities }, undefined, RULES);
    await expect(tokens.check(await sign(ada), 'net')).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(keysRead(issuer.asked)).toBe(0);
  });
});
