/** Resume and rerun on the Run screen: where it is possible, why it is not, and where the new run says that it comes from. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { type Client, createClient } from '../../../src/client/index.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { CHROMIUM, launch } from '../support/browser.ts';
import { expectLooks } from './support/page.ts';
import { ended, inState, openRun } from './support/run-screen.ts';

describe.skipIf(CHROMIUM === undefined)('the Run screen of a run of Nextflow', () => {
  let browser: Browser;
  let stack: Stack;
  let client: Client;

  beforeAll(async () => {
    await build();
    [browser, stack] = await Promise.all([launch(), startStack({})]);
    client = createClient({ url: stack.api });
    await client.targets.create({ name: 'volume', work_claim: 'work' });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([browser?.close(), stack?.close()]);
  });

  /** There is no Nextflow here, so it fails as soon as its driver starts. */
  const failed = async (target?: string): Promise<string> => {
    const request = { pipeline: 'acme/flow', ...(target !== undefined && { target }) };
    const { run_id } = await client.startRun(request);
    await ended(client, run_id);
    return run_id;
  };

  it('resumes it, and tells in both runs where that one comes from', async () => {
    const first = await failed('volume');
    const { page, complaints } = await openRun(browser, stack.api, first, {});
    await inState(page, 'failed');
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await expectLooks(page, 'run-resumable');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(first));
    await page.getByText('Resumed from').waitFor();
    await page.getByRole('link', { name: first }).first().waitFor();
    await inState(page, 'failed');
    await expectLooks(page, 'run-resumed');
    const second = /r[0-9a-z]{15}/.exec(page.url())?.[0] ?? '';
    expect((await client.getRun(second)).origin).toEqual({ run_id: first, how: 'resume' });
    await page.goto(`${stack.api}/ui/runs/${first}?tab=related`);
    await page.getByRole('heading', { name: 'Resumed and rerun' }).waitFor();
    await page.getByRole('link', { name: second }).first().waitFor();
    await expectLooks(page, 'run-family');
    expect(complaints).toEqual([]);
  });

  it('resumes it with other params, from the form of a start', async () => {
    const first = await failed('volume');
    const { page, complaints } = await openRun(browser, stack.api, first, {});
    await page.getByRole('link', { name: 'Resume with changes' }).click();
    await page.getByText(`This continues run ${first}`).waitFor();
    await page.getByText('Checked: it can start.').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Resumed from').waitFor();
    const second = /r[0-9a-z]{15}/.exec(page.url())?.[0] ?? '';
    expect((await client.getRun(second)).origin).toEqual({ run_id: first, how: 'resume' });
    expect(complaints).toEqual([]);
  });

  it('says why it cannot be resumed, and reruns it', async () => {
    const first = await failed();
    const { page, complaints } = await openRun(browser, stack.api, first, {});
    await page.getByText('has no work claim, so nothing is left of it').waitFor();
    expect(await page.getByRole('button', { name: 'Resume' }).isDisabled()).toBe(true);
    await expectLooks(page, 'run-not-resumable');
    await page.getByRole('button', { name: 'Rerun', exact: true }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(first));
    await page.getByText('Rerun of').waitFor();
    await page.getByRole('link', { name: first }).first().waitFor();
    expect(complaints).toEqual([]);
  });
});
