/** Tokens, domains with their policy, the audit log, and who the caller is. */
import { describe, expect, it } from 'vitest';
import { createClient } from '../../../../src/client/index.ts';
import { CHROMIUM } from '../../support/browser.ts';
import { expectLooks } from '../support/page.ts';
import { adminStack, choose, startIn, tabTo } from './support.ts';

const HOSTILE = '<img src=x onerror="document.title=1">';

describe.skipIf(CHROMIUM === undefined)('tokens, domains and the audit log', () => {
  const stack = adminStack();
  const clientWith = (token: string) => createClient({ url: stack.api(), token });

  it('makes a token that works, rotates it with an overlap, and revokes it', async () => {
    const { page, complaints } = await stack.open('/tokens');
    await page.getByText('has no tokens').waitFor();
    await expectLooks(page, 'tokens-empty');
    await page.getByRole('button', { name: 'Make a token…' }).click();
    await page.getByLabel('Name').fill(HOSTILE);
    await choose(page, 'Scope', 'launch');
    await choose(page, 'Ends', 'In a week');
    await expectLooks(page, 'token-new');
    await page.getByRole('button', { name: 'Make the token' }).click();
    const dialog = page.getByRole('dialog');
    const first = await dialog.locator('.token-secret').innerText();
    await expectLooks(page, 'token-secret');
    const me = await clientWith(first).tokens.whoami();
    expect(me).toMatchObject({ name: HOSTILE, scopes: ['launch'], domain: 'default' });
    const days = (Date.parse(me.expires_at ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThan(7.1);
    // What is shown once does not go away by a slip.
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'I have it' }).click();
    expect(await page.content()).not.toContain(first);

    await page.getByRole('button', { name: `Rotate ${HOSTILE}…` }).click();
    await choose(page, 'The old one goes on for', 'A day');
    await expectLooks(page, 'token-rotate');
    await page.getByRole('button', { name: 'Make the new token' }).click();
    const second = await dialog.locator('.token-secret').innerText();
    await dialog.getByRole('button', { name: 'I have it' }).click();
    expect(second).not.toBe(first);
    for (const token of [first, second])
      expect((await clientWith(token).tokens.whoami()).name).toBe(HOSTILE);
    await page.getByText('rotated', { exact: true }).waitFor();
    await expectLooks(page, 'tokens');

    const row = page.getByRole('row').filter({ hasText: 'valid' });
    await row.getByRole('button', { name: /^Revoke/ }).click();
    await expectLooks(page, 'token-revoke');
    await page.getByRole('button', { name: 'Revoke the token' }).click();
    await page.getByText('is revoked.').waitFor();
    await expect
      .poll(() =>
        clientWith(second)
          .tokens.whoami()
          .catch((error: { code: string }) => error.code),
      )
      .toBe('unauthorized');
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('makes and revokes a token by keyboard alone', async () => {
    const { page } = await stack.open('/tokens');
    await page.getByRole('heading', { name: 'Tokens' }).waitFor();
    await tabTo(page, 'Make a token…');
    await page.keyboard.press('Enter');
    // The name has the focus.
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('by-keys');
    await page.keyboard.press('Enter');
    await page.locator('.token-secret').waitFor();
    await tabTo(page, 'I have it');
    await page.keyboard.press('Enter');
    await page.getByRole('rowheader', { name: /by-keys/ }).waitFor();
    await tabTo(page, 'Revoke by-keys…');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Revoke the token');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('rowheader', { name: /by-keys/ }).count()).toBe(0);
  });

  it('changes quotas and policy of a domain, which the server then enforces', async () => {
    const client = stack.client();
    const { page, complaints } = await stack.open('/domains');
    await page.getByRole('button', { name: 'Add a domain…' }).click();
    await page.getByLabel('Name').fill('lab');
    await page.getByRole('button', { name: 'Add the domain' }).click();
    await page.getByRole('heading', { name: 'Domain lab' }).waitFor();
    const lab = clientWith(await stack.tokenWith('run', 'lab'));

    const [quotas, policy] = [page.locator('form').first(), page.locator('form').last()];
    await page.getByLabel('Runs with a place').fill('many');
    await quotas.getByRole('button', { name: 'Save' }).click();
    await quotas.locator('.field-error').first().waitFor();
    await expectLooks(page, 'domain-refused');
    await page.getByLabel('Runs with a place').fill('0');
    await page.getByLabel('Runs that wait').fill('0');
    await page.getByLabel('Days that runs are kept').fill('30');
    await quotas.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The domain lab is saved.').waitFor();
    expect(await client.domains.get('lab')).toMatchObject({
      quotas: { live_runs: 0, queued_runs: 0 },
      retention: { runs_days: 30 },
    });
    await page.getByText('30 days').first().waitFor();

    // Until one is written, other domains than the default one have the closed policy.
    await policy.getByText('Only the catalogue').click();
    await policy.getByText('Only these images').click();
    await page.getByLabel('Images, one a line').fill('docker.io/library/*\nbusybox');
    await policy.getByRole('button', { name: 'Save' }).click();
    await policy.locator('.field-error').first().waitFor();
    await page.getByLabel('Images, one a line').fill('docker.io/library/*\n');
    await policy.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The policy of lab is saved.').waitFor();
    await expectLooks(page, 'domain');
    await client.targets.create({ name: 'default' }, { domain: 'lab' });
    const start = (): Promise<string> =>
      lab.startRun({ pipeline: 'x', container: { image: 'busybox:1.37' } }).then(
        ({ state }) => state,
        (error: Error) => error.message,
      );
    // Other instances know within a minute.
    await expect.poll(start).toContain('The domain lab has 0 runs that hold a');
    await client.domains.put('lab', {});
    await expect.poll(start).toBe('queued');
    await page.getByLabel('Images, one a line').fill('docker.io/library/alpine:*');
    await policy.getByRole('button', { name: 'Save' }).click();
    await expect.poll(start).toContain('which the policy of the domain does not allow');
    expect(await client.policies.get('lab')).toEqual({
      catalogue_only: false,
      lanes: 'declared',
      images: ['docker.io/library/alpine:*'],
      repositories: null,
    });
    expect(complaints).toEqual([]);
  });

  it('overwrites nobody else’s change of a domain', async () => {
    const client = stack.client();
    await client.domains.put('shared', {});
    const { page, complaints } = await stack.open('/domains/shared');
    await page.getByLabel('Runs with a place').fill('5');
    await client.domains.put('shared', { quotas: { queued_runs: 9 } });
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('Somebody else has changed this meanwhile.').waitFor();
    expect((await client.domains.get('shared')).quotas).toEqual({ queued_runs: 9 });
    await expectLooks(page, 'domain-conflict');
    await page.getByRole('button', { name: 'Keep mine on top' }).click();
    await page.getByRole('button', { name: 'Save' }).first().click();
    await page.getByText('The domain shared is saved.').waitFor();
    expect((await client.domains.get('shared')).quotas).toEqual({ live_runs: 5 });

    await page.getByRole('button', { name: 'Delete its settings…' }).click();
    await page.getByRole('button', { name: 'Delete the settings' }).click();
    await page.getByRole('heading', { name: 'Domains' }).waitFor();
    expect((await client.domains.list()).map(({ name }) => name)).not.toContain('shared');
    expect(complaints).toEqual([]);
  });

  it('shows admins of a domain their own, to be read', async () => {
    const token = await stack.tokenWith('admin', 'lab');
    const { page, complaints } = await stack.open('/domains/lab', { token });
    await page.getByText('Only an admin of the installation changes').waitFor();
    await page.getByLabel('Runs with a place').waitFor();
    expect(await page.getByRole('button', { name: /Save|Delete/ }).count()).toBe(0);
    await expectLooks(page, 'domain-own');
    await page.getByRole('link', { name: 'All domains' }).click();
    await page.getByRole('link', { name: 'lab' }).waitFor();
    expect(await page.getByRole('table').getByRole('link').count()).toBe(1);
    await page.getByRole('link', { name: 'Pipelines' }).click();
    await page.getByText('The catalogue of lab has no pipelines.').waitFor();
    await expectLooks(page, 'pipelines-empty');
    expect(complaints).toEqual([]);
  });

  it('finds in the audit log who did what, by an address that can be shared', async () => {
    const client = stack.client();
    const name = `ada ${HOSTILE}`;
    const { token } = await client.tokens.create({ name, scopes: ['admin'] });
    await clientWith(token).putLane('audited', { capacity: 2 });
    const reader = clientWith(await stack.tokenWith('read'));
    await reader.putLane('audited', { capacity: 9 }).catch(() => undefined);
    const run = await startIn(client, 'audited');

    const { page, complaints } = await stack.open('/audit');
    await page.getByLabel('Who').fill('ada');
    await page.getByLabel('What').fill('audited');
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(1);
    await page.getByRole('row').filter({ hasText: name }).getByText('putLane').waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await expectLooks(page, 'audit');
    expect(page.url()).toMatch(/who=ada.*what=audited/);
    await page.reload();
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(1);

    await page.getByLabel('Who').fill('');
    await page.getByLabel('What').fill('putLane');
    await choose(page, 'Outcome', 'refused');
    await page.getByRole('row').filter({ hasText: '403' }).waitFor();
    await page.getByLabel('What').fill('no such thing');
    await page.getByText('No entry of this time fits the filters.').waitFor();
    await expectLooks(page, 'audit-none');
    expect(complaints).toEqual([]);
    await client.cancelRun(run.run_id);
  });

  it('says who one is, and keeps colours and time zone', async () => {
    const token = await stack.tokenWith('launch');
    const { page, complaints } = await stack.open('/me', { token });
    await page.getByText('starts pipelines of the catalogue').waitFor();
    await page.getByText('0.1.0').waitFor();
    await page.getByText(`sluice login ${stack.api()}`).waitFor();
    await expectLooks(page, 'me');
    await choose(page, 'Colours', 'Dark');
    await choose(page, 'Times', 'UTC');
    await page.reload();
    await page.locator('html[data-theme=dark]').waitFor();
    await expect
      .poll(() => page.getByRole('button', { name: 'Times' }).innerText())
      .not.toContain('device');
    expect(await page.getByRole('link', { name: 'The HTTP API' }).getAttribute('href')).toBe(
      '/docs',
    );
    expect(complaints).toEqual([]);
  });
});
