/** Every kind of caller of the matrix: what it sends, and to which app. */
import { SignJWT } from 'jose';
import { createIdentities } from '../../../src/adapters/openid/identities.ts';
import type { SignIn } from '../../../src/api/services.ts';
import {
  CLIENT_ID,
  personOf,
  startIssuer,
  TENANT,
  workloadOf,
} from '../../support/sign-in/issuer.ts';
import { principalHeader } from '../../support/sign-in/platform.ts';
import { memoryWorld, START } from '../../support/world.ts';
import { ADMIN, apiOn, type Call, testApi } from '../support.ts';

const OTHER = 'other';

const signInAt = (issuer: string): SignIn => ({
  issuer,
  tenant: TENANT,
  admins: ['the-admin'],
  grants: {
    Reader: { domain: 'default', scopes: ['read'] },
    Launcher: { domain: 'default', scopes: ['launch'] },
    Runner: { domain: 'default', scopes: ['run'] },
    Admin: { domain: 'default', scopes: ['admin'] },
    Stranger: { domain: OTHER, scopes: ['admin'] },
  },
  browser: { clientId: CLIENT_ID, scope: 'openid' },
  platform: false,
});

type Api = ReturnType<typeof apiOn>;
/** A caller: the app that it calls, and what it adds to a request. */
export type Caller = { readonly api: Api; readonly adds: Pick<Call, 'token' | 'headers'> };

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens whose signature is wrong, each in another way. */
async function forge(good: string, publicKey: unknown) {
  const [header, payload = '', signature = ''] = good.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const none = b64({ alg: 'none', typ: 'JWT' });
  return {
    tampered: `${header}.${b64({ ...claims, roles: ['Admin'] })}.${signature}`,
    'alg-none': `${none}.${payload}.`,
    hs256: await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(new TextEncoder().encode(JSON.stringify(publicKey))),
  };
}

export async function makeCallers() {
  const issuer = await startIssuer();
  const memory = memoryWorld();
  const { clock } = memory;
  const audiences = [`api://${CLIENT_ID}`, CLIENT_ID];
  const identities = createIdentities({
    issuer: issuer.issuer,
    audiences,
    tenant: TENANT,
    clock,
  });
  const world = { ...memory.world, identities };
  const signIn = signInAt(issuer.issuer);
  const guarded = apiOn(world, { signIn });
  const behind = apiOn(world, { signIn: { ...signIn, platform: true } });
  const open = apiOn(world, { openMode: true });

  const make = async (body: object): Promise<{ token: string; id: string }> =>
    (await guarded.call('/api/v1/tokens', { body: { name: 'matrix', ...body } })).json;
  const own = async (scope: string, domain = 'default') =>
    (await make({ scopes: [scope], domain })).token;
  const revoked = await make({ scopes: ['admin'] });
  await guarded.call(`/api/v1/tokens/${revoked.id}`, { method: 'DELETE' });
  const ended = await make({
    scopes: ['admin'],
    expires_at: new Date(START + 1_000).toISOString(),
  });
  await clock.advance(1_000);

  // Longer than all rows take.
  const seconds = 86_400;
  const sign = (claims: object) => issuer.sign({ ...claims }, { now: clock.now(), seconds });
  const person = (role: string, change: object = {}) =>
    sign(personOf(`a-${role}`, { roles: [role], ...change }));
  const good = await person('Admin');
  const forged = await forge(await person('Reader'), issuer.publicKey());
  const tokens: Record<string, string | null> = {
    none: null,
    malformed: 'nonsense',
    unknown: `slc_default.000000000000_${'A'.repeat(43)}`,
    expired: ended.token,
    revoked: revoked.token,
    ...forged,
    'wrong-audience': await person('Admin', { aud: 'api://other' }),
    'wrong-issuer': await person('Admin', { iss: 'https://issuer.example.org' }),
    'wrong-tenant': await person('Admin', { tid: OTHER }),
    'expired-jwt': await issuer.sign(personOf('a', { roles: ['Admin'] }), {
      now: START - 7_200_000,
    }),
    'id-token': await person('Admin', { scp: undefined }),
    'foreign-key': good.replace(/[^.]+$/, 'A'.repeat(342)),
    read: await own('read'),
    launch: await own('launch'),
    run: await own('run'),
    admin: await own('admin'),
    'other-domain': await own('admin', OTHER),
    root: ADMIN,
    'user-read': await person('Reader'),
    'user-launch': await person('Launcher'),
    'user-run': await person('Runner'),
    'user-admin': good,
    'user-other-domain': await person('Stranger'),
    'user-root': await sign(personOf('the-admin')),
    'user-no-role': await person('Nothing'),
    'user-many-groups': await person('Nothing', { _claim_names: { groups: 'src1' } }),
    workload: await sign(workloadOf('ci', { roles: ['Runner'] })),
  };
  const callers: Record<string, Caller> = Object.fromEntries(
    Object.entries(tokens).map(([name, token], index) => [
      name,
      // A network for each, since wrong tokens of one are counted.
      {
        api: guarded,
        adds: { token, headers: { 'x-forwarded-for': `203.0.113.${index}` } },
      },
    ]),
  );
  const header = { 'x-ms-client-principal': principalHeader('a-Runner', ['Runner']) };
  const admin = { 'x-ms-client-principal': principalHeader('a-Admin', ['Admin']) };
  callers['platform'] = { api: behind, adds: { token: null, headers: header } };
  callers['forged-platform'] = { api: guarded, adds: { token: null, headers: admin } };
  callers['open'] = { api: open, adds: { token: null } };
  callers['open-far'] = { api: open, adds: { token: null, headers: { host: 'runs.example.org' } } };
  return { callers, root: guarded, clock, close: issuer.close };
}

export type Matrix = Awaited<ReturnType<typeof makeCallers>>;
export type Root = ReturnType<typeof testApi>['call'];
