/** The list of runs before an API of made-up runs: each of its states, 100,000 runs, keyboard, bulk cancel. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../../src/build/build.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { CHROMIUM, launch } from '../../support/browser.ts';
import { expectLooks, openPage, picture } from '../support/page.ts';
import { type FakeApi, madeRun, startFake } from './fake-api.ts';

const NOW = Date.now();
const many = (count: number) => Array.from({ length: count }, (_, index) => madeRun(index, NOW));

const rows = (page: Page) => page.locator('.grid-row');
const row = (page: Page, index: number) => page.locator(`[aria-rowindex="${index + 2}"]`);
const focused = (page: Page): Promise<string | null> =>
  page.evaluate(`document.activeElement?.getAttribute('aria-rowindex')`);

/** Nothing scrolls any more: the same place for some frames. */
const settled = (page: Page) =>
  page.waitForFunction(`new Promise((resolve) => {
    let [same, at] = [0, scrollY];
    const look = () => {
      same = scrollY === at ? same + 1 : 0;
      at = scrollY;
      if (same > 20) resolve(true);
      else requestAnimationFrame(look);
    };
    look();
  })`);

describe.skipIf(CHROMIUM === undefined)('the list of runs', () => {
  let browser: Browser;
  beforeAll(async () => {
    await build();
    browser = await launch();
  }, 120_000);
  afterAll(() => browser?.close());

  const open = async (api: FakeApi, path = '/runs', wait = '.grid-row') => {
    const opened = await openPage(browser, api.url, { path });
    await opened.page.locator(wait).first().waitFor();
    return opened;
  };

  it('looks as it should with runs, and has nothing to complain about', async () => {
    const { page, complaints } = await open(await startFake(many(300)));
    await page.locator('.live[data-status=live]').waitFor();
    await expectLooks(page, 'runs');
    await page.locator('.filters-more summary').click();
    await expectLooks(page, 'runs-filters');
    await page.emulateMedia({ forcedColors: 'active' });
    await page.getByText('align-reads').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it.each([
    ['loading', 'silent', '.state-loading', 'is being loaded'],
    ['error', 'error', '.state-problem', 'The store does not answer.'],
    ['no-rights', 'forbidden', '.state-problem', 'You may not see this'],
  ] as const)('has a state of its own: %s', async (name, trouble, place, words) => {
    const api = await startFake(many(10));
    api.trouble = trouble;
    const { page } = await open(api, '/runs', place);
    await page.locator(place).filter({ hasText: words }).waitFor();
    await expectLooks(page, `runs-${name}`);
    api.trouble = 'none';
    if (trouble === 'silent') return;
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page).first().waitFor();
  });

  it('says that there is nothing, and what to do', async () => {
    const api = await startFake([]);
    const { page } = await open(api, '/runs', '.state-empty');
    await page.getByText('Start the first one').waitFor();
    await expectLooks(page, 'runs-empty');
    api.scopes = ['read'];
    await page.goto(`${api.url}/ui/runs?state=failed`);
    await page.getByText('No run fits these filters.').waitFor();
    await expectLooks(page, 'runs-empty-filtered');
  });

  it('keeps what it shows while the server is away, says so, and reads everything anew afterwards', async () => {
    const api = await startFake(many(100));
    const { page } = await open(api);
    await page.locator('.live[data-status=live]').waitFor();
    api.trouble = 'cut';
    api.drop();
    await page.locator('.live[data-status=offline]').waitFor();
    await page.getByText('What is shown may be out of date.').waitFor();
    await expectLooks(page, 'runs-offline');
    const missed = madeRun(0, NOW + 600_000, { pipeline: 'missed' });
    api.runs.unshift(missed);
    api.trouble = 'none';
    await page.getByText('missed').waitFor(PATIENCE);
    await page.locator('.state-problem').waitFor({ state: 'detached' });
  });

  it('reads 100,000 runs as one scrolls, without moving what one reads', async () => {
    const api = await startFake(many(100_000));
    const { page } = await open(api);
    await page.locator('.live[data-status=live]').waitFor();
    await row(page, 0).focus();
    await page.keyboard.press('End');
    await expect.poll(() => focused(page)).not.toBe('2');
    // Each time the end is reached, more has come.
    await expect
      .poll(async () => {
        await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
        return page.locator('.runs-foot').textContent();
      })
      .toMatch(/^1,\d{3} runs shown/);
    await page.evaluate('scrollTo(0, 20000)');
    await settled(page);
    await picture(page, 'runs-deep');
    const before = await page.evaluate<{ id: string; top: number }>(`(() => {
      const it = document.elementFromPoint(300, 400).closest('[data-id]');
      return { id: it.dataset.id, top: it.getBoundingClientRect().top };
    })()`);
    const fresh = [1, 2, 3].map((each) => madeRun(0, NOW + each * 60_000));
    for (const run of fresh) {
      api.runs.unshift(run);
      api.tell(run);
    }
    await page.getByRole('button', { name: '3 new runs' }).waitFor();
    await settled(page);
    const top = await page.evaluate<number>(
      `document.querySelector('[data-id="${before.id}"]').getBoundingClientRect().top`,
    );
    expect(Math.abs(top - before.top)).toBeLessThan(2);
    await page.getByRole('button', { name: '3 new runs' }).click();
    await page.locator(`[data-id="${fresh[2]?.run_id}"]`).waitFor();
    // At the top they appear by themselves.
    const next = madeRun(0, NOW + 240_000);
    api.runs.unshift(next);
    api.tell(next);
    await page.locator(`[data-id="${next.run_id}"][aria-rowindex="2"]`).waitFor();
    expect(await rows(page).count()).toBeLessThan(80);
  });

  it('takes many changes at once, and removes runs that fit no more', async () => {
    const api = await startFake(many(2_000).map((run) => ({ ...run, state: 'running' })));
    const { page } = await open(api, '/runs?state=running');
    await page.locator('.live[data-status=live]').waitFor();
    const tasks = await page.evaluateHandle(`(() => {
      const tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration)))
        .observe({ type: 'longtask' });
      return tasks;
    })()`);
    const gone = api.runs.slice(0, 50);
    for (const run of gone) api.change(run.run_id, 'cancelling');
    await page.locator(`[data-id="${api.runs[50]?.run_id}"][aria-rowindex="2"]`).waitFor();
    for (let index = 60; index < 560; index += 1) {
      const run = api.runs[index];
      if (run) api.tell({ ...run, last_seq: 9 });
    }
    await page.locator(`[data-id="${api.runs[50]?.run_id}"]`).waitFor();
    const longest = Math.max(0, ...((await tasks.jsonValue()) as number[]));
    console.log(`longest task: ${longest} ms`);
    // A frame's work on a busy machine; without batches it is a multiple of it.
    expect(longest).toBeLessThan(1_000);
  });

  it('keeps filters in the address, and says how far a search has got', async () => {
    const api = await startFake(many(30_000));
    const { page } = await open(
      api,
      '/runs?state=failed,cancelled&label=team%3Dgenomics&lane=default',
    );
    await page.getByRole('button', { name: 'Without team=genomics' }).click();
    await page.waitForURL((url) => !url.search.includes('label'));
    await page.getByRole('checkbox', { name: 'failed' }).click();
    await page.waitForURL((url) => url.searchParams.get('state') === 'cancelled');
    await expect.poll(() => api.asked.at(-1)).toContain('state=cancelled');
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('no such thing');
    await page.getByText('No run fits these filters.').waitFor();
    await page.getByText(/has been looked through back to/).waitFor();
    await expectLooks(page, 'runs-search');
    await page.getByRole('button', { name: 'Look further back' }).click();
    await page.goBack();
    await page.goto(`${api.url}/ui/runs?q=sample%3DS28888`);
    await page.getByRole('button', { name: 'Look further back' }).waitFor();
    await expect
      .poll(async () => {
        const more = page.getByRole('button', { name: 'Look further back' });
        if (await more.isVisible()) await more.click();
        return page.getByText('sample=S28888').count();
      })
      .toBe(1);
    await page.getByRole('link', { name: 'Mine' }).click();
    await page.waitForURL((url) => url.searchParams.get('who') === 'ada');
    await rows(page).first().waitFor();
    expect(await page.getByRole('gridcell', { name: 'schedule' }).count()).toBe(0);
  });

  it('is steered by keys alone, and cancels what is selected, with honest results', async () => {
    const api = await startFake(many(200));
    api.protectedIds.add(api.runs[2]?.run_id ?? '');
    const { page, complaints } = await open(api);
    await page.keyboard.press('j');
    await expect.poll(() => focused(page)).toBe('2');
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => focused(page)).toBe('3');
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => focused(page)).toBe('4');
    for (const _ of Array(6)) await page.keyboard.press('k');
    await expect.poll(() => focused(page)).toBe('2');
    await page.keyboard.press('PageDown');
    await expect.poll(async () => Number(await focused(page))).toBeGreaterThan(6);
    await page.keyboard.press('x');
    await page.getByText('4 selected').waitFor();
    await expectLooks(page, 'runs-selected');
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('3 runs will be cancelled').waitFor();
    await dialog.getByText('1 run over already, left as they are').waitFor();
    await expectLooks(page, 'runs-cancel');
    // Who only looked keeps the selection.
    await page.keyboard.press('Escape');
    await page.getByText('4 selected').waitFor();
    await page.keyboard.press('c');
    await dialog.getByRole('button', { name: 'Cancel 3 runs' }).click();
    await dialog.getByText('Done: 2 being cancelled, 1 refused.').waitFor();
    await dialog.getByText('This run may not be cancelled by you.').waitFor();
    await expectLooks(page, 'runs-cancelled');
    api.protectedIds.clear();
    await dialog.getByRole('button', { name: 'Try 1 again' }).click();
    await dialog.getByText('Done: 3 being cancelled.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await expect.poll(() => page.locator('.badge[data-state=cancelling]').count()).toBe(3);
    await page.getByText('1 selected').waitFor();
    await row(page, 7).focus();
    await page.keyboard.press('m');
    await page.getByRole('menuitem', { name: 'Start again' }).waitFor();
    await expectLooks(page, 'runs-menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await expectLooks(page, 'runs-keys');
    await page.keyboard.press('Escape');
    await row(page, 7).focus();
    await page.keyboard.press('r');
    await page.waitForURL(`**/ui/start?from=${api.runs[7]?.run_id}`);
    expect(complaints).toEqual([]);
  });

  it('shows callers who may only read no way to cancel', async () => {
    const api = await startFake(many(20));
    api.scopes = ['read'];
    const { page } = await open(api);
    await row(page, 0).getByRole('checkbox').click();
    await page.getByText('1 selected').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel…' }).count()).toBe(0);
  });
});
