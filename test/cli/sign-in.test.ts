/** `login` with a code, as a person; its tokens in the profile, and what renews and ends them. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createIdentities } from '../../src/adapters/openid/identities.ts';
import { CLIENT_ID, personOf, TENANT } from '../support/sign-in/issuer.ts';
import { type ProviderOptions, startProvider } from '../support/sign-in/provider.ts';
import { ADMIN, commandLine } from './support.ts';

const SERVER = 'http://127.0.0.1:7071';
const NOWHERE = { SLUICE_URL: undefined, SLUICE_TOKEN: undefined };
const AUDIENCES = [`api://${CLIENT_ID}`];

type Config = {
  readonly profiles: Record<string, { url: string; sign_in?: Record<string, string> }>;
};

async function served(options: Partial<ProviderOptions> = { device: { interval: 0.01 } }) {
  const ada = personOf('ada', { roles: ['Runner'] });
  const provider = await startProvider({ people: { Ada: ada, Eve: personOf('eve') }, ...options });
  onTestFinished(provider.close);
  const { issuer } = provider;
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const identities = createIdentities({ issuer, audiences: AUDIENCES, tenant: TENANT, clock });
  const grants = { Runner: { domain: 'default', scopes: ['run' as const] } };
  const browser = { clientId: CLIENT_ID, scope: `openid offline_access api://${CLIENT_ID}/access` };
  const signIn = { issuer, tenant: TENANT, admins: [], grants, platform: false, browser };
  const line = commandLine({ signIn, identities });
  const path = join(line.folder, 'config.json');
  const config = () => JSON.parse(readFileSync(path, 'utf8')) as Config;
  /** As if its access token were about to end. */
  const age = (seconds: number): void => {
    const known = config();
    const expires_at = new Date(Date.now() + seconds * 1_000).toISOString();
    const { sign_in, ...profile } = known.profiles['default'] ?? { url: '' };
    const profiles = { default: { ...profile, sign_in: { ...sign_in, expires_at } } };
    writeFileSync(path, JSON.stringify({ ...known, profiles }), { mode: 0o600 });
  };
  let said = '';
  /** A person at a terminal, who does what the text says as soon as it is there. */
  const person = (decide: (code: string) => void) =>
    line.with({
      env: NOWHERE,
      tty: true,
      canAsk: true,
      err(text) {
        said += text;
        const [, code] = /enter the code (\S+)/.exec(text) ?? [];
        if (code !== undefined) decide(code);
      },
    });
  const later = line.with({ env: NOWHERE });
  return { ...line, provider, config, age, person, later, path, said: () => said };
}
const approving = (at: Awaited<ReturnType<typeof served>>, name = 'Ada') =>
  at.person((code) => at.provider.devices.approve(code, name));

test('shows address and code, keeps the tokens for the user alone, and is that person', async () => {
  const at = await served();
  expect(await approving(at)('login', SERVER)).toMatchObject({ code: 0 });
  expect(at.said()).toContain(`open ${at.provider.origin}/device\nand enter the code CODE-1`);
  expect(statSync(at.path).mode & 0o777).toBe(0o600);
  expect(at.config().profiles['default']?.sign_in).toMatchObject({
    issuer: at.provider.issuer,
    client_id: CLIENT_ID,
    access_token: expect.stringMatching(/^eyJ/),
    refresh_token: expect.stringMatching(/./),
  });
  expect((await at.later('whoami', '--json')).json).toMatchObject([{ id: 'user:ada' }]);
  expect((await at.later('profiles')).out).toBe(`*\tdefault\t${SERVER}\tsign-in\n`);
  // Nothing of it is ever printed.
  const { access_token = '', refresh_token = '' } = at.config().profiles['default']?.sign_in ?? {};
  expect(at.said()).not.toContain(access_token);
  expect(at.said()).not.toContain(refresh_token);
});

test('renews silently before the token ends, and keeps what it got', async () => {
  const at = await served();
  await approving(at)('login', SERVER);
  const first = at.config().profiles['default']?.sign_in;
  at.age(60);
  expect(await at.later('list')).toMatchObject({ code: 0, err: 'No runs.\n' });
  const second = at.config().profiles['default']?.sign_in;
  expect(second?.['refresh_token']).not.toBe(first?.['refresh_token']);
  expect(statSync(at.path).mode & 0o777).toBe(0o600);
  // Two commands at once: one of them renews, or both do, and both go on.
  at.age(-1);
  const both = await Promise.all([at.later('list'), at.later('list')]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await at.later('list')).toMatchObject({ code: 0 });
});

test('says to sign in again when the provider does not renew, and that it is away when it is', async () => {
  const at = await served();
  await approving(at)('login', SERVER);
  at.age(60);
  at.provider.devices.refreshes.clear();
  // What is left of the token is used.
  expect(await at.later('list')).toMatchObject({ code: 0 });
  at.age(-1);
  expect(await at.later('list')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/The sign-in has ended\.\n.*sluice login/),
  });
  at.provider.fail(true);
  expect(await at.later('list')).toMatchObject({
    code: 4,
    err: expect.stringContaining('The provider of sign-ins does not answer'),
  });
});

test('logout forgets it, and tells the provider', async () => {
  const at = await served();
  await approving(at)('login', SERVER);
  expect(at.provider.devices.refreshes.size).toBe(1);
  expect(await at.later('logout')).toMatchObject({
    code: 0,
    err: expect.stringContaining('has ended at the provider'),
  });
  expect(at.provider.devices.refreshes.size).toBe(0);
  expect(at.config().profiles).toEqual({});
});

test('logout works while the provider is away, and says what is left', async () => {
  const at = await served();
  await approving(at)('login', SERVER);
  at.provider.fail(true);
  expect(await at.later('logout')).toMatchObject({
    code: 0,
    err: expect.stringContaining('was not told'),
  });
  expect(at.config().profiles).toEqual({});
});

test.each([
  ['who refuses at the provider', 'deny', /refused at the provider/],
  ['whose code expires', 'expire', /has expired/],
  ['whose client id may not', 'forbid', /is-fallback-public-client/],
])('keeps nothing of somebody %s', async (_who, how, message) => {
  const at = await served();
  const { devices } = at.provider;
  const person = at.person((code) => {
    if (how === 'deny') devices.deny(code);
    else devices.answers.push(how === 'expire' ? 'expired_token' : 'unauthorized_client');
  });
  expect(await person('login', SERVER)).toMatchObject({ code: 1 });
  expect(at.said()).toMatch(message);
  expect(await at.later('whoami')).toMatchObject({ code: 2 });
});

test('who has no role is told so', async () => {
  const at = await served();
  expect(await approving(at, 'Eve')('login', SERVER)).toMatchObject({ code: 1 });
  expect(at.said()).toContain('no role or group');
});

test('a token in place of it, when asked for, or where the provider has no codes', async () => {
  const at = await served();
  const ask = async () => ADMIN;
  const typing = at.with({ env: NOWHERE, tty: true, canAsk: true, ask });
  expect(await typing('login', SERVER, '--token')).toMatchObject({ code: 0 });
  const none = await served({});
  const typingThere = none.with({ env: NOWHERE, tty: true, canAsk: true, ask });
  expect(await typingThere('login', SERVER)).toMatchObject({ code: 0 });
  expect(await typingThere('login', SERVER, '--device')).toMatchObject({
    code: 2,
    err: expect.stringContaining('Leave out --device'),
  });
});

test('without a person at a terminal only when asked for', async () => {
  const at = await served();
  const script = at.with({
    env: NOWHERE,
    err: (text) => {
      const [, code] = /enter the code (\S+)/.exec(text) ?? [];
      if (code !== undefined) at.provider.devices.approve(code, 'Ada');
    },
  });
  expect(await at.later('login', SERVER)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--device'),
  });
  expect(await script('login', SERVER, '--device')).toMatchObject({ code: 0 });
  const open = commandLine().with({ env: NOWHERE });
  expect(await open('login', SERVER, '--device')).toMatchObject({
    code: 2,
    err: expect.stringContaining('do not sign in at this server'),
  });
});
