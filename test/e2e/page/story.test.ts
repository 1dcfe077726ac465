/** What README.md says of the page, as somebody does it for the first time; and its pictures, which PICTURES=1 writes. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, ROOT } from '../../../src/build/build.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { CHROMIUM, launch } from '../support/browser.ts';
import { openPage } from './support/page.ts';
import { inState } from './support/run-screen.ts';

const PHONE = { width: 390, height: 800 };

/** A picture of the README. */
async function show(page: Page, name: string): Promise<void> {
  if (process.env['PICTURES'] === undefined) return;
  const path = join(ROOT, 'src/page/pictures', `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
}

async function choose(page: Page, pipeline: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Start' }).click();
  await page.getByRole('link', { name: new RegExp(`^${pipeline}\\b`) }).click();
  await page.getByRole('heading', { name: `Start ${pipeline}` }).waitFor();
}

/** Starts what the form says, once the server has said what will run. */
async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL(/\/ui\/runs\/r\w+/);
}

describe.skipIf(CHROMIUM === undefined)('somebody who follows the README', () => {
  let browser: Browser;
  let stack: Stack;

  beforeAll(async () => {
    await build();
    [browser, stack] = await Promise.all([launch(), startStack()]);
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), stack?.close()]));

  it('starts a run, watches it, cancels another, reruns it with other params, and finds why it failed', async () => {
    const { page, complaints } = await openPage(browser, stack.api);
    await page.goto(stack.api);
    await choose(page, 'steps');
    await page.getByLabel('Steps', { exact: true }).fill('20');
    await page.getByText('20', { exact: false }).first().waitFor();
    await show(page, 'start');
    await start(page);
    const first = page.url();
    await inState(page, 'running');
    await page.getByText('step 3 of run').first().waitFor();
    await show(page, 'run');

    await choose(page, 'sleepy');
    await start(page);
    await inState(page, 'queued');
    await page.getByRole('link', { name: 'default' }).first().click();
    await page.getByRole('heading', { name: /Lane default/ }).waitFor();
    await page.getByText('sleepy').waitFor();
    await show(page, 'lane');
    await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
    await page.getByText('sleepy').click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await inState(page, 'cancelled');

    await page.goto(first);
    await inState(page, 'succeeded');
    await page.getByRole('link', { name: 'Rerun with changes' }).click();
    await page.getByLabel('Fail at step').fill('3');
    await start(page);
    await inState(page, 'failed');
    await page.getByText('exit code 4', { exact: true }).waitFor();
    await page.getByText('step 3 was told to fail').first().waitFor();
    await show(page, 'failed');
    await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
    await page.getByText('cancelled').last().waitFor();
    await show(page, 'runs');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(PHONE);
    await show(page, 'phone');
    expect(complaints).toEqual([]);
  });
});
