/** Signing in, profiles, tokens, by the command line. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ADMIN, commandLine } from './support.ts';

const NOWHERE = { SLUICE_URL: undefined, SLUICE_TOKEN: undefined };
const SERVER = 'http://127.0.0.1:7071';

test('login keeps server and token in a file of the user alone, and logout forgets them', async () => {
  const { with: withMore, folder } = commandLine();
  const config = join(folder, 'config.json');
  const run = withMore({ env: NOWHERE, input: `${ADMIN}\n` });
  expect(await run('whoami')).toMatchObject({
    code: 2,
    err: expect.stringContaining('sluice login'),
  });
  expect(await run('login', `${SERVER}/`, '--token-stdin')).toMatchObject({ code: 0 });
  expect(statSync(config).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({
    current: 'default',
    profiles: { default: { url: SERVER, token: ADMIN } },
  });
  expect((await run('whoami', '--json')).json).toMatchObject([{ id: 'root', url: SERVER }]);
  expect((await run('profiles')).out).toBe(`*\tdefault\t${SERVER}\tyes\n`);
  expect(await run('logout')).toMatchObject({ code: 0 });
  expect(await run('whoami')).toMatchObject({ code: 2 });
});

test('a token that the server does not know is not kept', async () => {
  const { with: withMore, folder } = commandLine();
  const run = withMore({ env: NOWHERE, input: 'wrong' });
  expect(await run('login', SERVER, '--token-stdin')).toMatchObject({ code: 1 });
  expect(existsSync(join(folder, 'config.json'))).toBe(false);
});

test('without a token a person is asked, and nobody else', async () => {
  const { with: withMore } = commandLine();
  expect(await withMore({ env: NOWHERE })('login', SERVER)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--token-stdin'),
  });
  const asked: (string | boolean | undefined)[] = [];
  const ask = async (question: string, hidden?: boolean) => {
    asked.push(question, hidden);
    return ADMIN;
  };
  const person = withMore({ env: NOWHERE, tty: true, canAsk: true, ask });
  expect(await person('login', SERVER)).toMatchObject({ code: 0 });
  expect(asked).toEqual([`Token for ${SERVER}: `, true]);
});

test('a file that others can read is refused', async () => {
  const { with: withMore, folder } = commandLine();
  const run = withMore({ env: NOWHERE, input: ADMIN });
  await run('login', SERVER, '--token-stdin');
  chmodSync(join(folder, 'config.json'), 0o644);
  expect(await run('list')).toMatchObject({ code: 2, err: expect.stringContaining('chmod 600') });
});

test('several profiles: one is current, an option and a variable name another', async () => {
  const { with: withMore } = commandLine();
  const run = withMore({ env: NOWHERE, input: ADMIN });
  await run('login', SERVER, '--token-stdin', '--name', 'one');
  await run('login', 'http://localhost:7071', '--token-stdin', '--name', 'two');
  expect((await run('whoami', '--json')).json).toMatchObject([{ url: 'http://localhost:7071' }]);
  expect((await run('whoami', '--json', '--profile', 'one')).json).toMatchObject([{ url: SERVER }]);
  const named = withMore({ env: { ...NOWHERE, SLUICE_PROFILE: 'one' } });
  expect((await named('whoami', '--json')).json).toMatchObject([{ url: SERVER }]);
  await run('profiles', 'one');
  expect((await run('whoami', '--json')).json).toMatchObject([{ url: SERVER }]);
  expect(await run('whoami', '--profile', 'three')).toMatchObject({
    code: 2,
    err: expect.stringContaining('one, two'),
  });
});

test('tokens: made, shown once, rotated, revoked', async () => {
  const { run, with: withMore } = commandLine();
  const made = await run('tokens', 'create', 'reader', '--scope', 'read');
  expect(made.out).toMatch(/^slc_/);
  const reader = withMore({ env: { SLUICE_TOKEN: made.out.trim() } });
  expect(await reader('list')).toMatchObject({ code: 0 });
  expect(await reader('run', 'x')).toMatchObject({
    code: 1,
    err: expect.stringContaining('whoami'),
  });
  const [token] = (await run('tokens', '--json')).json;
  const id = String(token?.['id']);
  expect((await run('tokens')).out).not.toContain(made.out.trim());
  expect((await run('tokens', 'rotate', id)).out).toMatch(/^slc_/);
  expect(await run('tokens', 'revoke', id)).toMatchObject({ code: 0 });
  expect(await reader('list')).toMatchObject({ code: 1 });
  expect(await run('tokens', 'create', 'x', '--scope', 'everything')).toMatchObject({ code: 2 });
});

test('a token goes to the server that it is of, and never in clear text over a network', async () => {
  const { with: withMore } = commandLine();
  const run = withMore({
    env: { SLUICE_URL: undefined, SLUICE_TOKEN: 'of-another' },
    input: ADMIN,
  });
  await run('login', SERVER, '--token-stdin', '--name', 'one');
  expect(await run('whoami', '--profile', 'one')).toMatchObject({ code: 0 });
  const far = await run('login', 'http://sluice.example.org', '--token-stdin');
  expect(far).toMatchObject({ code: 2, err: expect.stringContaining('not https') });
  const named = withMore({ env: { SLUICE_URL: 'http://sluice.example.org' } });
  expect(await named('list')).toMatchObject({ code: 2, err: expect.stringContaining('not https') });
});

test('a file of profiles that cannot be read is not taken for none', async () => {
  const { with: withMore, folder } = commandLine();
  mkdirSync(join(folder, 'config.json'), { mode: 0o700 });
  const run = withMore({ env: NOWHERE });
  expect(await run('profiles')).toMatchObject({
    code: 2,
    err: expect.stringContaining('config.json cannot be read'),
  });
});
