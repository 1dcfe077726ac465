/** Plots of the tasks of a run: the timeline, what was used, the graph of processes. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../../src/build/build.ts';
import { CHROMIUM, launch } from '../../support/browser.ts';
import { expectLooks } from '../support/page.ts';
import type { FakeTasks } from './fake-tasks.ts';
import { fake, LONGEST_MS, openTasks, panel, row, watchLongTasks } from './open.ts';

const DAG = `flowchart TB
    subgraph " "
    v0["Channel.fromPath"]
    end
    subgraph RNASEQ [RNASEQ]
    subgraph RNASEQ::PREPARE_GENOME [PREPARE_GENOME]
    v1([GUNZIP_FASTA])
    end
    subgraph RNASEQ::QC [QC]
    v2([FASTQC])
    v3([TRIM_GALORE])
    end
    subgraph RNASEQ::ALIGN_STAR [ALIGN_STAR]
    v4([STAR_ALIGN])
    v5([SAMTOOLS_SORT])
    end
    subgraph RNASEQ::QUANTIFY [QUANTIFY]
    v6([SALMON_QUANT])
    end
    end
    v7([MULTIQC])
    v8(( ))
    v0 --> v2
    v0 --> v3
    v1 --> v4
    v3 --> v4
    v4 --> v5
    v4 --> v6
    v2 --> v8
    v5 --> v8
    v6 --> v8
    v8 --> v7
`;

describe.skipIf(CHROMIUM === undefined)('plots of the tasks of a run', () => {
  let browser: Browser;
  beforeAll(async () => {
    await build();
    browser = await launch();
  }, 120_000);
  afterAll(() => browser?.close());

  const open = (api: FakeTasks, search?: string, wait?: string) =>
    openTasks(browser, api, search, wait);

  it('shows when tasks waited and ran, by process and one by one', async () => {
    const api = await fake(240);
    const { page, complaints } = await open(api, '&view=timeline', '.gantt-row');
    const star = page.getByRole('button', { name: /STAR_ALIGN/ });
    await expectLooks(page, 'tasks-timeline');
    await star.click();
    await page.locator('.gantt-row[data-kind=task]').first().waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page
      .getByRole('link', { name: /, waited .*, ran / })
      .first()
      .click();
    await panel(page).getByRole('heading', { name: 'Script' }).waitFor();
    await expectLooks(page, 'tasks-timeline-open');
    await page.getByRole('button', { name: 'Open all' }).click();
    expect(await page.locator('.gantt-row').count()).toBeLessThan(100);
    expect(complaints).toEqual([]);
  });

  it('draws the graph of processes where Nextflow sent one', async () => {
    const api = await fake(240);
    const { page } = await open(api);
    expect(await page.getByRole('link', { name: 'Graph' }).count()).toBe(0);
    api.dag = DAG;
    await page.reload();
    await page.getByRole('link', { name: 'Graph' }).click();
    await page.getByRole('link', { name: /^SAMTOOLS_SORT.*after STAR_ALIGN/ }).waitFor();
    await expectLooks(page, 'tasks-graph');
    await page.getByRole('link', { name: /^STAR_ALIGN/ }).click();
    await page.waitForURL(
      (url) => url.searchParams.get('process')?.endsWith('STAR_ALIGN') === true,
    );
    await row(page, 0).waitFor();
  });

  it('shows what each process used of what it asked for', async () => {
    const { page, complaints } = await open(await fake(240), '&view=resources', '.use-plot');
    await expectLooks(page, 'tasks-resources');
    await page.getByRole('button', { name: 'CPU' }).click();
    await page.getByRole('table', { name: 'CPU by process' }).waitFor();
    await page.getByRole('row', { name: /STAR_ALIGN.*4 CPUs/ }).waitFor();
    await page.getByRole('link', { name: 'Table' }).click();
    await row(page, 0).waitFor();
    expect(complaints).toEqual([]);
  });

  it('draws the timeline of 10,000 tasks without a long task', async () => {
    const { page } = await open(await fake(10_000));
    await page.getByText('10,000 of 10,000 tasks').waitFor();
    const longest = await watchLongTasks(page);
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.locator('.gantt-row').first().waitFor();
    const figures = [await longest('timeline')];
    await page.getByRole('button', { name: 'Open all' }).click();
    await page.locator('.gantt-row[data-kind=task]').first().waitFor();
    await page.getByRole('region', { name: 'Timeline of the tasks' }).press('End');
    const last = page.locator('.gantt-row').last();
    const size = await last.getAttribute('aria-setsize');
    await expect.poll(() => last.getAttribute('aria-posinset')).toBe(size);
    expect(Number(size)).toBeGreaterThan(5_000);
    figures.push(await longest('all rows, to the end'));
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('link', { name: 'Resources' }).click();
    await page.locator('.use-plot').first().waitFor();
    figures.push(await longest('resources'));
    expect(Math.max(...figures)).toBeLessThan(LONGEST_MS);
  });
});
