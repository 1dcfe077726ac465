/** What tests of the tasks of a run share. */
import type { Browser, Page } from 'playwright-core';
import type { RunView } from '../../../../src/client/index.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { serveFake } from '../runs/fake-api.ts';
import { type Opened, openPage } from '../support/page.ts';
import { FakeTasks, someTasks } from './fake-tasks.ts';

/** The budget is 50 ms on a quiet machine: this is for one that does other work at the same time. */
export const LONGEST_MS = 1_000;

export const row = (page: Page, index: number) => page.locator(`[aria-rowindex="${index + 2}"]`);
export const panel = (page: Page) => page.locator('.task');

/** Collects the long tasks of the page; the returned function gives the longest since its last call, in milliseconds. */
export async function watchLongTasks(page: Page): Promise<(what: string) => Promise<number>> {
  await page.evaluate(`globalThis.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration)))
      .observe({ type: 'longtask' });`);
  return async (what) => {
    const found = (await page.evaluate('longTasks.splice(0)')) as number[];
    const longest = Math.round(Math.max(0, ...found));
    console.info(`${what}: longest task ${longest} ms, ${found.length} over 50 ms`);
    return longest;
  };
}

export const fake = (count: number, more: Partial<RunView> = {}): Promise<FakeTasks> =>
  serveFake(new FakeTasks(someTasks(count), more));

/** The tab of the tasks, once something of it is there. */
export async function openTasks(
  browser: Browser,
  api: FakeTasks,
  search = '',
  wait = '.tasks .grid-row',
): Promise<Opened> {
  const path = `/runs/${api.run.run_id}?tab=tasks${search}`;
  const opened = await openPage(browser, api.url, { path });
  await opened.page.locator(wait).first().waitFor(PATIENCE);
  return opened;
}
