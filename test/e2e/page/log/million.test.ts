/** A log of a million lines: nothing that a reader does makes the page stand still. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shown } from '../../../../src/core/log/terminal.ts';
import { CHROMIUM, launch } from '../../support/browser.ts';
import { openPage, picture } from '../support/page.ts';
import { eventOf, type LogSite, startLogSite, type Told } from './site.ts';

const EVENTS = 1_000;
const LINES = 1_000;
/** The budget is 50 ms on a quiet machine: this is for one that does other work at the same time. */
const LONGEST_MS = 1_000;

const line = (number: number): string =>
  number % 50_000 === 7
    ? `ERROR ~ ${number} went wrong`
    : number % 10 === 3
      ? `\x1b[32m${number}\x1b[0m [ab/cd${number}] Submitted process > ALIGN (sample_${number}) with reads of both lanes`
      : `${number} a line of a usual length, about a hundred characters long, as a program prints them: ${number * 7}`;
const event = (seq: number, count = LINES): Told =>
  Array.from({ length: count }, (_, at) => ({ message: line((seq - 1) * LINES + at + 1) }));

type Scope = { longTasks: number[]; push(event: unknown): void };

/** The long tasks of the page since the last call, as printed. */
async function longest(page: Page, what: string): Promise<number> {
  const tasks = await page.evaluate(() => (globalThis as unknown as Scope).longTasks.splice(0));
  const most = Math.max(0, ...tasks);
  console.info(`${what}: longest task ${Math.round(most)} ms, ${tasks.length} over 50 ms`);
  return most;
}

describe.skipIf(CHROMIUM === undefined)('a log of 1,000,000 lines', () => {
  let browser: Browser;
  let site: LogSite;
  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), startLogSite()]);
    const events = Array.from({ length: EVENTS }, (_, at) => event(at + 1));
    site.logs.set('million', { events });
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), site?.close()]));

  it('is loaded while it is followed, jumped through, searched and added to without a long task', async () => {
    const { page, complaints } = await openPage(browser, site.url, { path: '/?run=million&live' });
    const figures: number[] = [];
    const done = async (what: string): Promise<void> => {
      figures.push(await longest(page, what));
    };
    await page.locator('.log-row').first().waitFor();
    await longest(page, 'the start of the page');
    await page.getByText('1,000,000 lines, following').waitFor({ timeout: 200_000 });
    await page.locator('.log-text', { hasText: line(1_000_000) }).waitFor();
    await done('load while following');

    const log = page.getByRole('region', { name: 'Lines of the log' });
    for (const number of [3, 999_000, 500_000, 77_777, 654_321, 250_000]) {
      await log.press('g');
      await page.keyboard.type(String(number));
      await page.keyboard.press('Enter');
      await page.locator('[data-chosen]', { hasText: shown(line(number)) }).waitFor();
    }
    await done('jumps');

    await log.hover();
    for (let turn = 0; turn < 40; turn += 1) await page.mouse.wheel(0, turn % 2 === 0 ? 900 : 300);
    await done('wheel');
    // To the middle, as a drag of the thumb does.
    await log.evaluate((element) => {
      const { scrollHeight } = element as unknown as { scrollHeight: number };
      (element as unknown as { scrollTop: number }).scrollTop = scrollHeight / 2;
    });
    await page
      .locator('.log-text', { hasText: /^(4[5-9]|5[0-5])\d{4} / })
      .first()
      .waitFor();
    await picture(page, 'log-million');
    await done('a drag');

    await log.press('/');
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await page.getByRole('searchbox').fill('ERROR ~ \\d+');
    await page
      .getByText(/\d+ of 20 lines/)
      .first()
      .waitFor({ timeout: 200_000 });
    await done('search of everything');

    await page.getByRole('button', { name: 'Wrap' }).click();
    await log.press('End');
    await page.locator('.log-text', { hasText: line(1_000_000) }).waitFor();
    await done('wrap');

    for (let more = 0; more < 20; more += 1) {
      const seq = EVENTS + more + 1;
      await page.evaluate(
        (pushed) => (globalThis as unknown as Scope).push(pushed),
        eventOf(seq, event(seq, 500)),
      );
    }
    await page.getByText('1,010,000 lines, following').waitFor();
    await done('500 lines twenty times');
    expect(complaints).toEqual([]);
    expect(Math.max(...figures)).toBeLessThan(LONGEST_MS);
  });
});
