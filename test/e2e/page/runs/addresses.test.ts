/** Addresses that people write by hand or that lead to nothing, and progress as the server tells it, on a real stack. */
import { describe, expect, it } from 'vitest';
import { PATIENCE } from '../../../support/patience.ts';
import { CHROMIUM } from '../../support/browser.ts';
import { adminStack } from '../admin/support.ts';
import { expectLooks } from '../support/page.ts';

const ODD = [
  '/runs?lane=a&lane=b',
  '/runs?label=bad&state=bogus&q=%7B%22a%22%3A1%7D',
  '/runs/r0?tab=bogus&tab=log&types=1&types=2',
  '/start?pipeline=a&pipeline=b&from=',
  '/audit?who=a&who=b&since=%5B1%5D&live=true',
  '/pipelines?domain=a&domain=b',
  '/pipelines/hello?old=-1&new=x&domain=a&domain=b',
  '/targets?domain=a&domain=b',
  '/tokens?domain=a&domain=b',
  '/new/pipeline?from=a&from=b',
];

const MISSING = [
  { path: '/pipelines/nope', list: 'All pipelines' },
  { path: '/lanes/nope', list: 'All lanes' },
  { path: '/targets/nope', list: 'All targets' },
  { path: '/domains/nope', list: 'All domains' },
];

describe.skipIf(CHROMIUM === undefined)('addresses', () => {
  const stack = adminStack();

  it('may be odd', async () => {
    const { page, complaints } = await stack.open('/runs');
    for (const path of ODD) {
      await page.goto(`${stack.api()}/ui${path}`);
      await page.locator('main h1').first().waitFor(PATIENCE);
      expect(complaints, path).toEqual([]);
    }
    await page.goto(`${stack.api()}/ui/runs?label=bad&state=bogus&q=hello`);
    await page.waitForURL((url) => url.search === '?q=hello');
    await page.goto(`${stack.api()}/ui/runs?lane=a&lane=b`);
    await page.getByRole('button', { name: 'Without lane: a,b' }).waitFor();
    await page.getByText('No run fits these filters.').waitFor();
  });

  it.each(MISSING)('$path says once that it is not there, and leads to the list', async (it) => {
    const { page, complaints } = await stack.open(it.path);
    await page.getByRole('alert').getByText('not found').waitFor(PATIENCE);
    await page.locator('.state-loading').waitFor({ state: 'detached' });
    const counts = () =>
      Promise.all([
        page.getByRole('alert').count(),
        page.getByRole('button', { name: 'Try again' }).count(),
        page.locator('main h2').count(),
      ]);
    await expect.poll(counts, PATIENCE).toEqual([1, 0, 0]);
    await expectLooks(page, `missing${it.path.replaceAll('/', '-')}`);
    await page.getByRole('link', { name: it.list }).click();
    await page.waitForURL((url) => !url.pathname.endsWith('/nope'));
    expect(complaints).toEqual([]);
  });

  it('leads to runs whose progress is what the server tells, also after their end', async () => {
    const { page } = await stack.open('/runs');
    await page.locator('.live[data-status=live]').waitFor(PATIENCE);
    const script = 'for i in 1 2 3 4 5 6; do echo "[$i/6] step"; sleep 1; done; exit 3';
    const { run_id } = await stack.client().startRun({
      pipeline: 'six-steps',
      kind: 'shell',
      shell: { script, image: 'busybox:1.37' },
    });
    const row = page.locator(`[data-id="${run_id}"]`);
    await row.locator('.badge[data-state=failed]').waitFor(PATIENCE);
    const { progress } = await stack.client().getRun(run_id);
    expect(progress).toMatchObject({ completed: 6, total: 6 });
    await row.getByText('6 of 6').waitFor(PATIENCE);
  });
});
