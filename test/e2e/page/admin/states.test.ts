/** Each screen of admins while it loads, when it fails, without a server, and without rights. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { CHROMIUM } from '../../support/browser.ts';
import { expectLooks } from '../support/page.ts';
import { adminStack } from './support.ts';

/** Screens with the path of the API that they show. */
const SCREENS = [
  { name: 'lanes', path: '/lanes', api: '/lanes' },
  { name: 'lane', path: '/lanes/default', api: '/lanes/default' },
  { name: 'pipelines', path: '/pipelines', api: '/pipelines' },
  { name: 'pipeline', path: '/pipelines/hello', api: '/pipelines/hello' },
  { name: 'pipeline-edit', path: '/pipelines/hello/edit', api: '/pipelines/hello' },
  { name: 'targets', path: '/targets', api: '/targets' },
  { name: 'target', path: '/targets/default', api: '/targets/default' },
  { name: 'tokens', path: '/tokens', api: '/tokens' },
  { name: 'domains', path: '/domains', api: '/domains' },
  { name: 'domain', path: '/domains/default', api: '/domains/default' },
  { name: 'audit', path: '/audit', api: '/audit' },
] as const;

/** Answers of the API to the reads of a screen, in place of the server's. */
const answer = (page: Page, api: string, how: 'never' | 'fault' | 'gone') =>
  page.route(
    ({ pathname }) => pathname === `/api/v1${api}`,
    async (route) => {
      if (how === 'never') return;
      if (how === 'gone') return await route.abort('connectionrefused');
      const detail = 'Storage does not answer <b>at all</b>.';
      const body = JSON.stringify({ code: 'internal', title: 'A fault', detail, status: 500 });
      await route.fulfill({ status: 500, contentType: 'application/problem+json', body });
    },
  );

describe.skipIf(CHROMIUM === undefined)('screens of admins', () => {
  const stack = adminStack();

  it.each(SCREENS)(
    '$name: loading, failing, and well after another try',
    async ({ name, path, api }) => {
      const { page, complaints } = await stack.open('/runs');
      await page.locator('.live[data-status=live]').waitFor();
      await answer(page, api, 'never');
      await page.goto(`${stack.api()}/ui${path}`);
      await page.getByText('is being loaded…').first().waitFor();
      await expectLooks(page, `${name}-loading`);
      await page.unrouteAll({ behavior: 'ignoreErrors' });

      await answer(page, api, 'fault');
      await page.reload();
      const alert = page.getByRole('alert').first();
      await alert.getByText('Storage does not answer <b>at all</b>.').waitFor();
      await expectLooks(page, `${name}-error`);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
      await alert.getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => page.getByRole('alert').count()).toBe(0);

      await answer(page, api, 'gone');
      await page.reload();
      await page.getByText('the server does not answer').first().waitFor();
      await expectLooks(page, `${name}-offline`);
      expect(complaints).toEqual([]);
    },
  );

  it.each([
    { path: '/tokens', what: 'Tokens' },
    { path: '/domains', what: 'Domains' },
    { path: '/domains/default', what: 'Domain' },
    { path: '/audit', what: 'Audit log' },
    { path: '/new/pipeline', what: 'Changes of pipelines' },
    { path: '/new/target', what: 'Changes of targets' },
  ])('$path says which scope is missing', async ({ path, what }) => {
    const token = await stack.tokenWith('launch');
    const { page, complaints } = await stack.open(path, { token });
    await page.getByText(`${what} are for admins`).waitFor();
    await page.getByText('starts pipelines of the catalogue').waitFor();
    await expectLooks(page, `no-rights${path.replaceAll('/', '-')}`);
    expect(await page.getByRole('link', { name: 'Tokens' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('keeps what was read when the server goes away, and says so', async () => {
    const { page } = await stack.open('/lanes');
    await page.getByRole('link', { name: 'default' }).waitFor();
    await answer(page, '/lanes', 'gone');
    // Something changes, so that it is read anew.
    await stack.client().putLane('later', {});
    const run = await stack.client().startRun({ pipeline: 'hello' });
    await page.getByText('Below is what was read last.').waitFor();
    await page.getByRole('link', { name: 'default' }).waitFor();
    await expectLooks(page, 'lanes-stale');
    await stack.client().cancelRun(run.run_id);
  });

  it('is drawn in forced colours', async () => {
    const context = { forcedColors: 'active' } as const;
    for (const { name, path } of SCREENS) {
      const { page, complaints } = await stack.open(path, { context });
      await page.locator('main :is(table, dl, form)').first().waitFor();
      await expectLooks(page, `${name}-forced`);
      expect(complaints).toEqual([]);
    }
  });
});
