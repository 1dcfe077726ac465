/** The tasks of a run before an API of made-up tasks: each state, live changes, 10,000 of them, keyboard, one task. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../../src/build/build.ts';
import type { RunView } from '../../../../src/client/index.ts';
import { reason } from '../../../../src/core/reasons.ts';
import { inStatus, madeTask } from '../../../page/tasks/made-tasks.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { CHROMIUM, launch } from '../../support/browser.ts';
import { serveFake } from '../runs/fake-api.ts';
import { expectLooks, openPage } from '../support/page.ts';
import { BEGIN, FakeTasks, someTasks } from './fake-tasks.ts';
import { fake, LONGEST_MS, openTasks, panel, row, watchLongTasks } from './open.ts';

/** So many pixels of the height of the panel are within the window. */
const shownOf = (page: Page): Promise<number> =>
  page.evaluate(`(({ top, bottom }) => Math.min(bottom, innerHeight) - Math.max(top, 0))(
    document.querySelector('.task').getBoundingClientRect())`);

const ENDED: Partial<RunView> = {
  state: 'failed',
  finished_at: new Date(BEGIN + 3_600_000).toISOString(),
  duration_seconds: 3_598,
};

describe.skipIf(CHROMIUM === undefined)('the tasks of a run', () => {
  let browser: Browser;
  beforeAll(async () => {
    await build();
    browser = await launch();
  }, 120_000);
  afterAll(() => browser?.close());

  const open = (api: FakeTasks, search?: string, wait?: string) =>
    openTasks(browser, api, search, wait);

  it('shows processes and tasks, and one task beside them', async () => {
    const api = await fake(240);
    const { page, complaints } = await open(api);
    await page.getByText('an estimate from the mean times').waitFor();
    await expectLooks(page, 'tasks');
    await page.getByRole('button', { name: /^STAR_ALIGN/ }).click();
    await page.waitForURL(
      (url) => url.searchParams.get('process')?.endsWith('STAR_ALIGN') === true,
    );
    await page.getByRole('button', { name: /^failed/ }).click();
    await page.waitForURL((url) => url.searchParams.get('status') === 'failed');
    await row(page, 0).getByRole('link').click();
    await panel(page).getByRole('heading', { level: 2 }).waitFor();
    await panel(page).getByText('no</b> space left').waitFor();
    await panel(page).getByText('fastqc --threads').waitFor();
    await expectLooks(page, 'tasks-one');
    expect(await panel(page).locator('b').count()).toBe(0);
    await panel(page).getByRole('link', { name: /^2/ }).click();
    await panel(page).getByText('attempt 2').waitFor();
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('says that there is no task yet, and that none is known of a run that is over', async () => {
    const { page } = await open(await fake(0), '', '.state-empty');
    await page.getByText('No task is known yet').waitFor();
    await expectLooks(page, 'tasks-empty');
    const over = await open(await fake(0, ENDED), '', '.state-empty');
    await over.page.getByText('Nothing is known of its tasks').waitFor();
    const nextflow = { trace: 'off' } as RunView['nextflow'];
    const off = await open(await fake(0, { ...ENDED, nextflow }), '', '.state-empty');
    await off.page.getByText('Nobody listens to what Nextflow tells').waitFor();
  });

  it.each([
    ['error', 500, 'internal', 'The store does not answer.', 'The store does not answer.'],
    ['no-rights', 403, 'forbidden', 'The token has not the scope read.', 'You may not see this'],
  ] as const)('has a state of its own: %s', async (name, status, code, detail, words) => {
    const api = await fake(40);
    const { page } = await open(api);
    await page.route('**/tasks?*', (route) => route.fulfill({ status, json: { code, detail } }));
    await page.reload();
    await page.locator('.state-problem').filter({ hasText: words }).waitFor();
    await expectLooks(page, `tasks-${name}`);
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).click();
    await row(page, 0).waitFor();
  });

  it('waits for an answer, and keeps what it shows while the server is away', async () => {
    const api = await fake(40);
    const { page } = await open(api);
    await page.locator('.live[data-status=live]').waitFor();
    api.trouble = 'cut';
    api.drop();
    await page.locator('.live[data-status=offline]').waitFor();
    api.changeTasks([madeTask(0, 40, BEGIN, { tag: 'missed', name: 'missed' })]);
    await expectLooks(page, 'tasks-offline');
    api.trouble = 'none';
    await page.locator('[data-cell=tag]', { hasText: 'missed' }).waitFor(PATIENCE);
    await page.route('**/tasks?*', () => undefined);
    await page.reload();
    await page.getByText('The list of tasks is being loaded').waitFor();
    await expectLooks(page, 'tasks-loading');
  });

  it('follows events: rows change in their places, and what events do not tell is read', async () => {
    const tasks = Array.from({ length: 30 }, (_, index) =>
      madeTask(index, 30, BEGIN, index < 20 ? {} : inStatus('running')),
    );
    const api = await serveFake(new FakeTasks(tasks));
    const { page } = await open(api, '&sort=-exit');
    await page.locator('.live[data-status=live]').waitFor();
    await page.locator('.run-state').waitFor();
    const listed = api.listed.length;
    const failed = madeTask(25, 30, BEGIN, { ...inStatus('failed'), exit: 42 });
    await expect
      .poll(async () => {
        api.changeTasks([failed]);
        return row(page, 0).textContent();
      })
      .toContain('42');
    await page.getByRole('button', { name: /^failed 1/ }).waitFor();
    await expect.poll(() => api.listed.length).toBeGreaterThan(listed);
  });

  it('opens the failed task from the reason of the run, by one press', async () => {
    const tasks = someTasks(60).map((task, index) =>
      index === 40 ? { ...task, ...inStatus('failed') } : task,
    );
    const failed = tasks[40];
    const failure = {
      code: 'process_failed',
      meaning: 'A task ended with an error.',
      advice: 'Read what it printed.',
      summary: 'Process failed',
      process: failed?.process ?? null,
      tag: failed?.tag ?? null,
      exit_status: 1,
      cause: 'Process terminated with an error exit status (1)',
      command: null,
      last_lines: 'no space left on device',
      work_dir: failed?.work_dir ?? null,
      container: null,
      tip: null,
    };
    const api = await serveFake(
      new FakeTasks(tasks, { ...ENDED, reason: { ...reason('exit_code'), failure } }),
    );
    const { page, complaints } = await openPage(browser, api.url, {
      path: `/runs/${api.run.run_id}`,
    });
    await page.getByRole('link', { name: /^The failed task/ }).waitFor();
    await expectLooks(page, 'tasks-reason');
    await page.getByRole('link', { name: /^The failed task/ }).click();
    await panel(page).getByText('no</b> space left').waitFor();
    // The panel is brought up once there is something to read in it, and the way to look at tasks is marked.
    await expect.poll(() => shownOf(page)).toBeGreaterThan(300);
    expect(await page.locator('.tasks-views [aria-current=page]').allTextContents()).toEqual([
      'Table',
    ]);
    await panel(page)
      .getByText(failed?.task ?? '', { exact: true })
      .waitFor();
    // Its row in the list is known by its id, though the link names it by its hash.
    await page.getByRole('searchbox').fill(failed?.hash ?? '');
    await page.locator(`[data-id="${failed?.task}"][aria-selected="true"]`).waitFor();
    await page.getByRole('button', { name: 'Copy the work directory' }).last().waitFor();
    expect(complaints).toEqual([]);
  });

  it('filters and sorts by keys alone, and keeps both in the address', async () => {
    const { page } = await open(await fake(240));
    const focused = (): Promise<string | null> =>
      page.evaluate(`document.activeElement?.getAttribute('aria-rowindex')`);
    await page.getByRole('searchbox').fill('sample_7');
    await page.waitForURL((url) => url.searchParams.get('q') === 'sample_7');
    await page.getByRole('button', { name: 'Duration' }).press('Enter');
    await page.waitForURL((url) => url.searchParams.get('sort') === 'duration');
    await page.locator('[aria-sort=ascending]').waitFor();
    await page.getByRole('button', { name: 'Duration' }).press('Enter');
    await page.waitForURL((url) => url.searchParams.get('sort') === '-duration');
    await row(page, 0).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe('3');
    await page.keyboard.press('Enter');
    await panel(page).waitFor();
    await page.goBack();
    await panel(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-duration');
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No task fits these filters.').waitFor();
    await expectLooks(page, 'tasks-none');
    await page.getByRole('button', { name: 'Show all tasks' }).click();
    await row(page, 0).waitFor();
  });

  it('shows 10,000 tasks, sorts, filters and follows them without a long task', async () => {
    const api = await fake(10_000);
    const { page } = await open(api);
    const longest = await watchLongTasks(page);
    const figures: number[] = [];
    await page.getByText('10,000 of 10,000 tasks').waitFor();
    expect(await page.locator('.tasks .grid-row').count()).toBeLessThan(100);
    figures.push(await longest('read'));
    for (const name of ['Tag', 'Duration', 'Peak memory', 'Process']) {
      await page.getByRole('button', { name, exact: true }).click();
      await page.locator('[aria-sort=ascending]', { hasText: name }).waitFor();
    }
    figures.push(await longest('sort'));
    await page.getByRole('searchbox').fill('sample_77');
    await page.getByText(/^\d\d of 10,000 tasks|^\d\d\d of 10,000 tasks/).waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByText('10,000 of 10,000 tasks').waitFor();
    figures.push(await longest('filter'));
    await row(page, 0).focus();
    await page.keyboard.press('End');
    await row(page, 9_999).waitFor();
    await page.keyboard.press('Home');
    await row(page, 0).waitFor();
    figures.push(await longest('ends'));
    await page.locator('.live[data-status=live]').waitFor();
    for (let turn = 0; turn < 20; turn += 1) {
      const changed = Array.from({ length: 100 }, (_, at) =>
        madeTask(8_000 + turn * 10 + at, 10_000, BEGIN, inStatus('cached')),
      );
      api.changeTasks(changed);
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
    }
    figures.push(await longest('20 events of 100 tasks'));
    expect(Math.max(...figures)).toBeLessThan(LONGEST_MS);
  });
});
