/** The Run screen while the world around it changes: a late join, connections and hosts that go and come, few rights. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { type Client, createClient } from '../../../src/client/index.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { PATIENCE } from '../../support/patience.ts';
import { CHROMIUM, launch } from '../support/browser.ts';
import { startRelay } from '../support/relay.ts';
import { writeManyEvents } from './support/many-events.ts';
import { expectLooks } from './support/page.ts';
import { inState, openRun, startScript } from './support/run-screen.ts';

const TOKEN = 'an-admin-token-for-tests-of-the-run-screen';
const STEPS = 'n=0; while [ $n -lt 600 ]; do n=$((n+1)); echo "[$n/600] step"; sleep 0.2; done';

describe.skipIf(CHROMIUM === undefined)('the Run screen, live', () => {
  let browser: Browser;
  let stack: Stack;
  let client: Client;
  let storage = '';

  beforeAll(async () => {
    await build();
    [browser, stack] = await Promise.all([
      launch(),
      startStack({
        token: TOKEN,
        overrideSettings: (given) => {
          storage = given['AzureWebJobsStorage'] ?? '';
          return Promise.resolve(given);
        },
      }),
    ]);
    client = createClient({ url: stack.api, token: TOKEN });
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), stack?.close()]));

  const done = async (tab: Page): Promise<number> =>
    Number(await tab.getByRole('progressbar', { name: 'Progress' }).getAttribute('aria-valuenow'));
  /** What each of them shows moves on. */
  const grow = async (...tabs: readonly Page[]): Promise<void> => {
    for (const tab of tabs) {
      const before = await done(tab);
      await expect.poll(() => done(tab), PATIENCE).toBeGreaterThan(before);
    }
  };

  it('shows the last state of 10,000 events at once, and all of them where they are looked at', async () => {
    await client.putLane('many', { paused: true });
    const { run_id } = await startScript(client, 'echo late', { lane: 'many' });
    await writeManyEvents(storage, run_id, 10_000);
    const { page, complaints } = await openRun(browser, stack.api, run_id, {
      tab: 'params',
      token: TOKEN,
    });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await page.getByText('10000 of 10000').waitFor();
    await page.getByText('started without parameters').waitFor();
    // The last state is read, not replayed.
    expect(asked.filter((url) => /events\?after=\d{1,4}(?:&|$)/.test(url))).toEqual([]);
    await page.getByRole('tab', { name: /^Events/ }).click();
    await page.getByRole('button', { name: /^progress 10,000/ }).waitFor(PATIENCE);
    await page.getByRole('button', { name: 'Last' }).click();
    await page.getByRole('listitem').filter({ hasText: '10000 of 10000' }).waitFor();
    // Only what is seen is drawn.
    expect(await page.locator('.run-event').count()).toBeLessThan(100);
    await page.getByRole('button', { name: /^status/ }).click();
    await page.waitForURL(/types=status/);
    await page.locator('.run-event').first().getByRole('button').click();
    await page.locator('.run-json pre', { hasText: '"seq": 1,' }).waitFor();
    await expectLooks(page, 'run-events-open');
    await client.putLane('many', { paused: false });
    await inState(page, 'succeeded');
    expect(complaints).toEqual([]);
  });

  it('goes on after the connection was cut, in two tabs', async () => {
    const { run_id } = await startScript(client, STEPS, { lane: 'cut' });
    const relay = await startRelay();
    onTestFinished(() => relay.close());
    const context = { proxy: { server: relay.url, bypass: '<-loopback>' } };
    const { page } = await openRun(browser, stack.api, run_id, { token: TOKEN, context });
    await inState(page, 'running');
    const second = await page.context().newPage();
    await second.addInitScript((token) => sessionStorage.setItem('sluice.token', token), TOKEN);
    await second.goto(page.url());
    await inState(second, 'running');
    await grow(page, second);
    relay.cut();
    await page.locator('.run-watch:not([data-watch=live])').waitFor(PATIENCE);
    await page.locator('.live[data-status=offline]').waitFor(PATIENCE);
    await expectLooks(page, 'run-offline');
    relay.mend();
    await page.locator('.run-watch[data-watch=live]').waitFor(PATIENCE);
    await grow(page, second);
    await client.cancelRun(run_id);
    for (const tab of [page, second]) await inState(tab, 'cancelled');
  });

  it('goes on after the host was killed', async () => {
    const { run_id } = await startScript(client, STEPS, { lane: 'killed' });
    const { page } = await openRun(browser, stack.api, run_id, { token: TOKEN });
    await inState(page, 'running');
    await grow(page);
    await page.getByText('an estimate from its progress so far').waitFor(PATIENCE);
    const { host } = stack.pids;
    if (host === undefined) throw new Error('the stack has no host');
    process.kill(host, 'SIGKILL');
    await expect.poll(() => stack.pids.host, PATIENCE).not.toBe(host);
    await grow(page);
    await expect
      .poll(() => client.cancelRun(run_id).then(() => 'asked', String), PATIENCE)
      .toBe('asked');
    await inState(page, 'cancelled');
  });

  it('shows a reader everything, and offers nothing that would be refused', async () => {
    const { run_id } = await startScript(client, 'sleep 600', { lane: 'read' });
    const { token } = await client.tokens.create({ name: 'reader', scopes: ['read'] });
    const { page, complaints } = await openRun(browser, stack.api, run_id, { token });
    await inState(page, 'running');
    for (const name of ['Cancel', 'Rerun'])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'More' }).click();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual([
      'Copy link',
      'Copy as curl',
      'Copy as sluice command',
    ]);
    await page.keyboard.press('Escape');
    await expectLooks(page, 'run-reader');
    await client.cancelRun(run_id);
    await inState(page, 'cancelled');
    expect(complaints).toEqual([]);
  });
});
