/** Signing in from a real terminal, against the local stack: with a code at the test provider, and with a pasted token. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { startStack } from '../../../src/dev/stack.ts';
import { CLIENT_ID, personOf, TENANT } from '../../support/sign-in/issuer.ts';
import { startProvider } from '../../support/sign-in/provider.ts';
import { inPipe, sluiceIn } from '../support/terminal.ts';

const TOKEN = 'an-admin-token-that-somebody-pastes';

test('a person signs in with a code, starts a run, and signs out; another pastes a token, which is not shown', async () => {
  await build();
  const people = { Ada: personOf('ada', { roles: ['Runner'] }) };
  const provider = await startProvider({ people, device: { interval: 0.2 } });
  onTestFinished(provider.close);
  const stack = await startStack({
    token: TOKEN,
    settings: {
      SLUICE_ENTRA_TENANT: TENANT,
      SLUICE_ENTRA_CLIENT_ID: CLIENT_ID,
      SLUICE_ENTRA_ISSUER: provider.issuer,
      SLUICE_ENTRA_ROLES: '{"Runner":{"domain":"default","scopes":["run"]}}',
    },
  });
  onTestFinished(() => stack.close());
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sign-in-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'config.json');
  const env = { SLUICE_URL: undefined, SLUICE_CONFIG: config };

  const signingIn = sluiceIn(['login', stack.api], { api: stack.api, env });
  await signingIn.printed(/enter the code (\S+)/);
  const [, code = ''] = /enter the code (\S+)/.exec(signingIn.output()) ?? [];
  provider.devices.approve(code, 'Ada');
  expect(await signingIn.exit).toBe(0);
  expect(await signingIn.screen()).toMatch(/caller +Ada \(user:ada\)\n.*\nmay +run/);
  expect(statSync(config).mode & 0o777).toBe(0o600);
  const ran = await inPipe(['run', 'steps', '-f', '-p', 'steps=1'], env);
  expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('[1/1]') });
  expect(await inPipe(['logout'], env)).toMatchObject({ code: 0 });
  expect(provider.devices.refreshes.size).toBe(0);

  const pasting = sluiceIn(['login', stack.api, '--token'], { api: stack.api, env });
  await pasting.printed(/Token for /);
  pasting.type(`${TOKEN}\r`);
  expect(await pasting.exit).toBe(0);
  expect(pasting.output()).not.toContain(TOKEN);
  expect(readFileSync(config, 'utf8')).toContain(TOKEN);
  expect(await inPipe(['tokens'], env)).toMatchObject({ code: 0 });
});
