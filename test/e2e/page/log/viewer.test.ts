/** The log viewer in a real browser: reading, following, finding, choosing, folding. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, launch } from '../../support/browser.ts';
import { expectLooks, type Opened, openPage } from '../support/page.ts';
import { type LogSite, startLogSite } from './site.ts';

describe.skipIf(CHROMIUM === undefined)('the log viewer', () => {
  let browser: Browser;
  let site: LogSite;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), startLogSite()]);
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), site?.close()]));

  const open = (path: string): Promise<Opened> => openPage(browser, site.url, { path });
  const row = (page: Page, text: string) =>
    page.locator('.log-row', { has: page.locator('.log-text', { hasText: text }) });

  it('shows a log of colours, gaps and steps, and is accessible in every look', async () => {
    site.logs.set('colours', {
      events: [
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
          { message: 'init', container: 'init' },
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
      ],
    });
    const { page, complaints } = await open('/?run=colours');
    await row(page, 'last').waitFor();
    await expectLooks(page, 'log-colours');
    expect(complaints).toEqual([]);
  });
});
