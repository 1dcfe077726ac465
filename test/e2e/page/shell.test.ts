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
