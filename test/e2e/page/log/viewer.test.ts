/** The log viewer in a real browser: reading, following, finding, choosing, folding. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launch } from '../../support/browser.ts';
import { expectLooks, openPage, picture } from '../support/page.ts';
import { eventOf, type LogSite, startLogSite, type Told } from './site.ts';

const lines = (from: number, to: number): Told =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ message: `line ${from + at}` }));

const status = (page: Page) => page.locator('.log-foot .muted');
const row = (page: Page, text: string) =>
  page.locator('.log-row', { has: page.getByText(text, { exact: true }) });
const scroller = (page: Page) => page.getByRole('region', { name: 'Lines of the log' });
const told = (page: Page, text: string | RegExp) =>
  page.locator('.log-foot .muted', { hasText: text }).waitFor();

describe.skipIf(CHROMIUM === undefined)('the log viewer', () => {
  let browser: Browser;
  let site: LogSite;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), startLogSite()]);
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), site?.close()]));

  const open = async (path: string, events: Told[], context = {}) => {
    const name = new URL(path, site.url).searchParams.get('run') ?? '';
    site.logs.set(name, { events });
    return openPage(browser, site.url, { path, context });
  };
  /** Records an event, and tells the page of it as a watch does. */
  const happen = async (page: Page, name: string, event: Told) => {
    const log = site.logs.get(name);
    const seq = log?.events.push(event) ?? 0;
    await push(page, seq, event);
  };
  const push = (page: Page, seq: number, event: Told) =>
    page.evaluate(
      (pushed) => (globalThis as unknown as { push(event: unknown): void }).push(pushed),
      eventOf(seq, event),
    );

  it('shows colours, gaps and steps, and is accessible in every look', async () => {
    const { page, complaints } = await open('/?run=colours', [
      [
        { message: 'N E X T F L O W  ~  version 26.04.0' },
        {
          message:
            '\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m \x1b[38;5;226mpale\x1b[0m \x1b[38;2;20;20;30mdark\x1b[0m \x1b[7mreverse\x1b[0m \x1b[2mdim\x1b[0m \x1b[4munderlined\x1b[0m \x1b[44;97mon blue\x1b[0m',
        },
        { message: ' 10%\r 50%\r100% done' },
        { message: '<b>only text</b> <script>alert(1)</script>' },
        { message: '##[group]Install' },
        { message: 'one' },
        { message: 'two' },
        { message: '##[endgroup]' },
        { message: 'WARN: it is late' },
        { message: 'ERROR ~ it is over' },
        { message: '広い文字 and 🧬' },
        { message: 'from another', container: 'init' },
      ],
      {
        type: 'gap',
        data: {
          pod: 'pod-1',
          container: 'driver',
          after: null,
          before: null,
          message: 'Lines may be missing here.',
        },
      },
      [{ message: 'last' }],
    ]);
    await row(page, 'last').waitFor();
    await row(page, '100% done').waitFor();
    await row(page, '<b>only text</b> <script>alert(1)</script>').waitFor();
    expect(await row(page, 'last').locator('.log-number').textContent()).toBe('13');
    await expectLooks(page, 'log-colours');

    await page.getByRole('button', { name: 'Fold the step' }).click();
    await row(page, 'two').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Unfold steps' }).click();
    await row(page, 'two').waitFor();
    await page.getByLabel('Container').selectOption('init');
    await row(page, 'last').waitFor({ state: 'detached' });
    await row(page, 'from another').waitFor();
    await page.getByLabel('Container').selectOption('');
    await page.getByLabel('Times').selectOption('utc');
    await page.getByText('2026-11-29 12:00:01.000Z').waitFor();
    await page.getByRole('button', { name: 'Next error or warning' }).click();
    await page.locator('[data-current]', { hasText: 'WARN: it is late' }).waitFor();
    await scroller(page).press('e');
    await page.locator('[data-current]', { hasText: 'ERROR ~ it is over' }).waitFor();
    await page.getByText('2 of 2 errors and warnings').waitFor();
    await page.getByText('Keys').click();
    await expectLooks(page, 'log-times');
    expect(complaints).toEqual([]);
  });

  it('is there in forced colours', async () => {
    const context = { forcedColors: 'active' as const };
    const { page } = await open('/?run=forced#L2', [lines(1, 5)], context);
    await page.locator('[data-chosen]', { hasText: 'line 2' }).waitFor();
    await picture(page, 'log-forced-colours');
  });

  it('follows what comes, until the reader leaves the end, and says how many lines came since', async () => {
    const { page } = await open('/?run=live&live', [lines(1, 200)]);
    await row(page, 'line 200').waitFor();
    await happen(page, 'live', lines(201, 300));
    await row(page, 'line 300').waitFor();
    await told(page, '300 lines, following');
    await scroller(page).hover();
    await page.mouse.wheel(0, -400);
    await told(page, /^300 lines$/);
    const top = await page.locator('.log-row').first().getAttribute('data-row');
    await happen(page, 'live', lines(301, 350));
    await page.getByRole('button', { name: '50 new lines' }).waitFor();
    expect(await page.locator('.log-row').first().getAttribute('data-row')).toBe(top);
    await picture(page, 'log-new-lines');
    await page.getByRole('button', { name: '50 new lines' }).click();
    await row(page, 'line 350').waitFor();
    await happen(page, 'live', lines(351, 400));
    await row(page, 'line 400').waitFor();
  });

  it('follows on when the window changes its height by itself or by its reader', async () => {
    const { page } = await open('/?run=heights&live', [{ type: 'progress', data: {} }]);
    await page.getByText('No line was printed yet.').waitFor();
    // Higher than the window; the notice goes away, and the window grows.
    await happen(page, 'heights', lines(1, 500));
    await told(page, '500 lines, following');
    await happen(page, 'heights', lines(501, 800));
    await row(page, 'line 800').waitFor();
    await told(page, '800 lines, following');
    // Each change is drawn, so that it is one of its own.
    const before = (await scroller(page).boundingBox())?.height ?? 0;
    for (const height of [700, 900, 700, 900]) {
      await page.setViewportSize({ width: 1_280, height });
      await row(page, 'line 800').waitFor();
      await page.evaluate(() => {
        const scope = globalThis as unknown as { requestAnimationFrame(then: () => void): void };
        return new Promise<void>((done) =>
          scope.requestAnimationFrame(() => scope.requestAnimationFrame(() => done())),
        );
      });
    }
    expect((await scroller(page).boundingBox())?.height).not.toBe(before);
    await happen(page, 'heights', lines(801, 900));
    await row(page, 'line 900').waitFor();
    await told(page, '900 lines, following');
    await scroller(page).hover();
    await page.mouse.wheel(0, -400);
    await told(page, /^900 lines$/);
  });

  it('loses and doubles no line, whatever the watch brings', async () => {
    const { page } = await open('/?run=order&live', [lines(1, 10)]);
    await row(page, 'line 10').waitFor();
    const log = site.logs.get('order');
    log?.events.push(lines(11, 20), lines(21, 30), lines(31, 40));
    // Twice, before its turn, and one that never comes: that is read.
    await push(page, 1, lines(1, 10));
    await push(page, 4, lines(31, 40));
    await push(page, 2, lines(11, 20));
    await push(page, 4, lines(31, 40));
    await told(page, '40 lines, following');
    await scroller(page).press('Control+a');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await scroller(page).press('Control+c');
    await page.getByText('The lines are copied.').waitFor();
    const clipboard = () =>
      page.evaluate(() =>
        (
          globalThis as unknown as { navigator: { clipboard: { readText(): Promise<string> } } }
        ).navigator.clipboard.readText(),
      );
    const want = Array.from({ length: 40 }, (_, at) => `line ${at + 1}`).join('\n');
    expect(await clipboard()).toBe(want);
  });

  it('finds a pattern in the whole log, and goes from line to line', async () => {
    const events = Array.from({ length: 30 }, (_, at) => lines(at * 1_000 + 1, at * 1_000 + 1_000));
    const { page, complaints } = await open('/?run=found', events);
    await told(page, '30,000 lines');
    await scroller(page).press('Control+f');
    await page.keyboard.type('line \\d*999$');
    await page.getByText('Nothing found').first().waitFor();
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await page.getByText('1 of 30 lines').first().waitFor();
    await page.locator('[data-current] mark', { hasText: 'line 999' }).waitFor();
    await page.getByLabel('Search the log').last().press('Enter');
    await page.locator('[data-current]', { hasText: 'line 1999' }).waitFor();
    await scroller(page).press('Shift+N');
    await scroller(page).press('Shift+N');
    await page.locator('[data-current]', { hasText: 'line 29999' }).waitFor();
    await page.getByText('30 of 30 lines').first().waitFor();
    await expectLooks(page, 'log-search');
    await page.getByRole('searchbox').fill('line (');
    await page.getByText('No regular expression').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('ends a pattern that hangs, and goes on', async () => {
    const { page } = await open('/?run=hang', [
      [{ message: `${'a'.repeat(60)}!` }, { message: 'fine' }],
    ]);
    await told(page, '2 lines');
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await page.getByRole('searchbox').fill('^(a+)+$');
    await page.getByText('The pattern takes too long').first().waitFor();
    await page.getByRole('searchbox').fill('fine');
    await page.getByText('1 of 1 line').first().waitFor();
  });

  it('goes to the lines of an address, and puts chosen ones there', async () => {
    const { page } = await open('/?run=place#L700-L702', [lines(1, 1_000)]);
    await page.locator('[data-chosen]', { hasText: 'line 702' }).waitFor();
    expect(await page.locator('[data-chosen]').count()).toBe(3);
    await row(page, 'line 705').locator('.log-number').click();
    await page.waitForURL('**#L705');
    await row(page, 'line 708')
      .locator('.log-number')
      .click({ modifiers: ['Shift'] });
    await page.waitForURL('**#L705-L708');
    await scroller(page).press('g');
    await page.keyboard.type('12-14');
    await page.keyboard.press('Enter');
    await page.waitForURL('**#L12-L14');
    await page.locator('[data-chosen]', { hasText: 'line 13' }).waitFor();
    await scroller(page).press('End');
    await row(page, 'line 1000').waitFor();
    await scroller(page).press('Home');
    await row(page, 'line 1').waitFor();
  });

  it('wraps long lines, draws only a part of very long ones, and downloads all', async () => {
    const long = 'x'.repeat(20_000);
    const { page } = await open('/?run=long', [
      [{ message: 'a'.repeat(500) }, { message: long }, { message: 'behind' }],
    ]);
    await page.getByText('15,904 more characters').waitFor();
    await page.getByRole('button', { name: 'Wrap' }).click();
    await page.locator('[data-wrapped=true]').waitFor();
    await picture(page, 'log-wrapped');
    const height = await page
      .locator('.log-row')
      .first()
      .evaluate((element) => {
        const { children, clientHeight } = element as unknown as {
          clientHeight: number;
          children: { scrollHeight: number }[];
        };
        return [clientHeight, children[3]?.scrollHeight];
      });
    expect(height[0]).toBeGreaterThan(20);
    expect(height[0]).toBe(height[1]);
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe('long.log');
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(await file.path(), 'utf8')).toBe(`${'a'.repeat(500)}\n${long}\nbehind\n`);
  });

  it('says what is wrong, and tries again', async () => {
    const { page } = await openPage(browser, site.url, { path: '/?run=nowhere' });
    await page.getByText('The log: not found').waitFor();
    site.logs.set('later', { events: [lines(1, 3)], failures: 10 });
    await page.goto(`${site.url}/ui/?run=later`);
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    await picture(page, 'log-problem');
    site.logs.set('later', { events: [lines(1, 3)] });
    await page.getByRole('button', { name: 'Try now' }).click();
    await row(page, 'line 3').waitFor();
    expect(await status(page).textContent()).toBe('3 lines');
    site.logs.set('empty', { events: [{ type: 'progress', data: {} }] });
    await page.goto(`${site.url}/ui/?run=empty`);
    await page.getByText('No line was printed yet.').waitFor();
    await expectLooks(page, 'log-empty');
  });
});
