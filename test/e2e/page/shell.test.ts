/** The frame of the page: every screen is served and allowed, sign-in by token, live state. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { CHROMIUM, launch } from '../support/browser.ts';
import { expectLooks, openPage } from './support/page.ts';

const TOKEN = 'an-admin-token-for-tests-of-the-page';

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  let browser: Browser;
  let open: Stack;
  let guarded: Stack;

  beforeAll(async () => {
    await build();
    [browser, open, guarded] = await Promise.all([
      launch(),
      startStack(),
      startStack({ token: TOKEN }),
    ]);
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), open?.close(), guarded?.close()]));

  it.each(['runs', 'start', 'lanes', 'pipelines', 'targets', 'tokens', 'domains', 'me'])(
    'shows /ui/%s with nothing to complain about',
    async (screen) => {
      const { page, complaints } = await openPage(browser, open.api, { path: `/${screen}` });
      await page.locator('h1').waitFor();
      await page.locator('.live[data-status=live]').waitFor();
      await expectLooks(page, screen);
      expect(complaints).toEqual([]);
    },
  );

  it('leads from / to the runs, and says what is wrong with an address', async () => {
    const { page } = await openPage(browser, open.api);
    await page.goto(open.api);
    await page.waitForURL('**/ui/runs');
    await page.goto(`${open.api}/ui/nowhere/at/all`);
    await page.getByRole('heading', { name: 'There is no such screen' }).waitFor();
  });

  it('says why it is not live, and is live again by itself', async () => {
    const { page } = await openPage(browser, open.api, { path: '/me', connection: 'own' });
    await page.locator('.live[data-status=live]').waitFor();
    await page.context().setOffline(true);
    await page.locator('.live[data-status=offline]').waitFor();
    await page.getByText('This device has no network.').waitFor();
    await expectLooks(page, 'offline');
    await page.context().setOffline(false);
    await page.locator('.live[data-status=live]').waitFor();
    expect(await page.locator('.live-notice').count()).toBe(0);
  });

  it('says when it tries next where Web PubSub cannot be reached', async () => {
    const { page } = await openPage(browser, open.api, { path: '/me', connection: 'none' });
    await page.locator('.live[data-status=catching_up]').waitFor();
    await page.getByText('Live events cannot be reached').waitFor();
    await page.getByText(/Next try in \d+ s/).waitFor();
    await expectLooks(page, 'catching-up');
  });

  it('asks again by itself while the server does not answer', async () => {
    const { page } = await openPage(browser, open.api, { path: '/me' });
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.reload();
    await page.getByText('the server does not answer').waitFor();
    await expectLooks(page, 'unreachable');
    await page.unroute('**/api/v1/**');
    await page.getByRole('heading', { name: 'About me' }).waitFor();
  });

  it('stays after one refusal that was none, leaves when the session has ended, and forgets what it kept', async () => {
    const { page } = await openPage(browser, guarded.api, { path: '/me', token: TOKEN });
    const refusal = { status: 401, json: { code: 'unauthorized', detail: 'Who is this?' } };
    await page.getByRole('heading', { name: 'About me' }).waitFor();
    await page.evaluate("localStorage.setItem('sluice.recent default root steps', '[]')");
    await page.route('**/api/v1/lanes*', (route) => route.fulfill(refusal));
    const asked = page.waitForResponse('**/api/v1/whoami');
    await page.getByRole('link', { name: 'Lanes' }).click();
    expect((await asked).status()).toBe(200);
    await page.getByText('Who is this?').waitFor();
    expect(await page.getByLabel('Token').count()).toBe(0);
    await page.route('**/api/v1/whoami', (route) => route.fulfill(refusal));
    await page.getByRole('link', { name: 'Targets' }).click();
    await page.getByRole('link', { name: 'Lanes' }).click();
    await page.getByText('The session has ended').waitFor();
    await page.unrouteAll();
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.evaluate('Object.keys(localStorage).length')).toBe(0);
  });

  it('asks for a token where one is needed, says when it is wrong, and keeps it for the tab', async () => {
    const { page, complaints } = await openPage(browser, guarded.api, { path: '/lanes' });
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.locator('.field-error').waitFor();
    await expectLooks(page, 'signed-out');
    await page.getByLabel('Token').fill(TOKEN);
    await page.getByRole('button', { name: 'Use the token' }).click();
    await page.getByRole('heading', { name: 'Lanes' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Lanes' }).waitFor();
    expect(page.url()).not.toContain(TOKEN);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.reload();
    await page.getByLabel('Token').waitFor();
    expect(complaints).toEqual([]);
  });
});
