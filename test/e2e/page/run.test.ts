/** The Run screen on a real stack: a run from start to end, why one failed, cancel, rerun, what is done with it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { type Client, createClient } from '../../../src/client/index.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { PATIENCE } from '../../support/patience.ts';
import { CHROMIUM, launch } from '../support/browser.ts';
import { type FailingCluster, failingCluster } from './support/failing-cluster.ts';
import { expectLooks } from './support/page.ts';
import { ended, inState, openRun, startScript } from './support/run-screen.ts';

const EVIL = '<img src=x onerror="document.title=1">';

describe.skipIf(CHROMIUM === undefined)('the Run screen', () => {
  let browser: Browser;
  let stack: Stack;
  let client: Client;
  let cluster: FailingCluster;

  beforeAll(async () => {
    await build();
    cluster = await failingCluster();
    const { overrideSettings } = cluster;
    [browser, stack] = await Promise.all([launch(), startStack({ overrideSettings })]);
    client = createClient({ url: stack.api });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([browser?.close(), stack?.close()]);
    await cluster?.close();
  });

  const script = (text: string, more: Record<string, unknown> = {}) =>
    startScript(client, text, more);
  const open = (runId: string, tab?: string) =>
    openRun(browser, stack.api, runId, tab === undefined ? {} : { tab });

  it('shows a run live from its start to its end, with progress', async () => {
    const { run_id } = await client.startRun({
      pipeline: 'steps',
      params: { steps: 12 },
      triggered_by: 'ada',
      labels: { team: 'blue' },
    });
    const { page, complaints } = await open(run_id);
    await page.getByRole('heading', { name: 'steps', level: 1 }).waitFor();
    await inState(page, 'running');
    await page.getByRole('progressbar', { name: 'Progress' }).waitFor();
    await expectLooks(page, 'run-running');
    await inState(page, 'succeeded');
    await page.locator('.run-watch[data-watch=ended]').waitFor();
    expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100');
    await expectLooks(page, 'run-succeeded');
    for (const tab of ['events', 'params', 'details', 'timeline', 'related']) {
      await page.goto(`${stack.api}/ui/runs/${run_id}?tab=${tab}`);
      await page.getByRole('tabpanel').waitFor();
      await vi.waitFor(
        async () => expect(await page.locator('.state-loading').count()).toBe(0),
        PATIENCE,
      );
      await expectLooks(page, `run-${tab}`);
    }
    expect(complaints).toEqual([]);
  });

  it('says why a script failed, and what to do', async () => {
    const { run_id } = await client.startRun({ pipeline: 'fail' });
    await ended(client, run_id);
    const { page, complaints } = await open(run_id);
    await inState(page, 'failed');
    await page.getByText('exit code 3', { exact: true }).waitFor();
    await page.getByText('the reference genome GRCh99 does not exist').first().waitFor();
    await page.getByText('Correct the params or the program').waitFor();
    await page.getByRole('link', { name: 'Change it and start it again' }).waitFor();
    await page.locator('.log-layer').getByText('sample 7 has no reads').waitFor();
    await expectLooks(page, 'run-failed');
    expect(complaints).toEqual([]);
  });

  it('never takes a name or a line of a log for HTML', async () => {
    const { run_id } = await script(`echo '${EVIL}'`, {
      triggered_by: EVIL,
      params: { [EVIL]: EVIL },
    });
    await ended(client, run_id);
    const { page, complaints } = await open(run_id);
    await page.locator('.log-layer').getByText(EVIL).waitFor();
    await page.locator('.run-summary').getByText(EVIL).waitFor();
    await page.getByRole('tab', { name: 'Parameters' }).click();
    await page.getByRole('rowheader', { name: EVIL }).waitFor();
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.locator('pre').filter({ hasText: EVIL }).first().waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows the place of a run that waits, cancels one with a reason, and the other goes on', async () => {
    const first = await script('sleep 600', { lane: 'one' });
    const second = await script('echo second', { lane: 'one' });
    const { page, complaints } = await open(second.run_id);
    await page.getByText('Place 1 in the queue of lane one.').waitFor();
    await expectLooks(page, 'run-queued');
    const other = await open(first.run_id);
    await inState(other.page, 'running');
    await other.page.getByRole('button', { name: 'Cancel' }).click();
    await other.page.getByLabel('Reason').fill(EVIL);
    await expectLooks(other.page, 'run-cancel');
    await other.page.getByRole('button', { name: 'Cancel the run' }).click();
    await inState(other.page, 'cancelled');
    await other.page.getByText(EVIL).first().waitFor();
    await expectLooks(other.page, 'run-cancelled');
    await inState(page, 'succeeded');
    expect([...complaints, ...other.complaints]).toEqual([]);
  });

  it('reruns what ended, and copies it as a command, as curl and as YAML', async () => {
    const params = { steps: 1, title: EVIL, long: 1 };
    const { run_id } = await client.startRun({ pipeline: 'steps', params });
    await ended(client, run_id);
    const { page, complaints } = await open(run_id, 'params');
    await page.getByText(EVIL).waitFor();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async (): Promise<string> => {
      const text = await page.evaluate('navigator.clipboard.readText()');
      return String(text);
    };
    await page.getByRole('button', { name: 'Copy YAML' }).click();
    await expect.poll(copied).toContain('steps: 1');
    await page.getByRole('button', { name: 'More' }).click();
    await expectLooks(page, 'run-menu');
    await page.getByRole('menuitem', { name: 'Copy as sluice command' }).click();
    await expect.poll(copied).toContain('sluice run steps -p steps=1');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Copy as curl' }).click();
    await expect.poll(copied).toMatch(/^curl -sS .*\/api\/v1\/runs/);
    expect(
      await page.getByRole('link', { name: 'Rerun with changes' }).getAttribute('href'),
    ).toContain(`/ui/start?from=${run_id}`);
    await page.getByRole('link', { name: 'Rerun with changes' }).click();
    await page.getByRole('heading', { name: /^Start/, level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Rerun', exact: true }).click();
    await page.waitForURL(
      (url) => url.pathname.startsWith('/ui/runs/') && !url.pathname.endsWith(run_id),
    );
    await inState(page, 'succeeded');
    await page.getByRole('tab', { name: 'Related runs' }).click();
    await page.getByRole('link', { name: `Run ${run_id}: succeeded` }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('moves a run in its queue and undoes that, holds one, and deletes it only afterwards', async () => {
    const first = await script('sleep 600', { lane: 'moved' });
    const { run_id } = await script('echo moved', { lane: 'moved', labels: { draft: 'yes' } });
    const { page, complaints } = await open(run_id);
    await inState(page, 'queued');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Priority and labels…' }).click();
    await page.getByRole('textbox', { name: 'Priority' }).fill('7');
    await page.getByRole('textbox', { name: 'Labels' }).fill('urgent=yes');
    await expectLooks(page, 'run-change');
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await expect.poll(async () => (await client.getRun(run_id)).priority, PATIENCE).toBe(7);
    await page.getByRole('link', { name: 'urgent=yes' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await client.getRun(run_id)).priority, PATIENCE).toBe(0);
    expect((await client.getRun(run_id)).labels).toEqual({ draft: 'yes' });
    await client.cancelRun(first.run_id);
    await inState(page, 'succeeded');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Hold…' }).click();
    await page.getByLabel('Reason').fill(EVIL);
    await page.getByRole('button', { name: 'Hold the run' }).click();
    await page.getByText('On hold').waitFor();
    await expectLooks(page, 'run-held');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete the run' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'End the hold' }).click();
    await page.getByText('On hold').waitFor({ state: 'detached' });
    await vi.waitFor(async () => {
      await page.getByRole('button', { name: 'More' }).click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      await page.getByRole('button', { name: 'Delete the run' }).click();
      await page.waitForURL(/\/ui\/runs$/, { timeout: 2_000 }).catch(async (error: unknown) => {
        // It is still being cleaned up.
        await page.keyboard.press('Escape');
        throw error;
      });
    }, PATIENCE);
    expect(complaints).toEqual([]);
  });

  it.each([
    ['oom', 'out_of_memory', 'failed', 'Give it more memory'],
    ['image-missing', 'image_pull', 'starting', 'Check the name and tag of the image'],
    ['unschedulable', 'unschedulable', 'starting', 'No node has room'],
  ])('says of %s what it is and what to do', async (mode, code, state, advice) => {
    const { run_id } = await client.startRun({
      pipeline: `fail-${mode}`,
      lane: mode,
      shell: { script: 'echo begun; sleep 600' },
    });
    const { page, complaints } = await open(run_id);
    await page.locator('.run-reason code', { hasText: code }).waitFor();
    await inState(page, state);
    await page.locator('.run-advice', { hasText: advice }).waitFor();
    await expectLooks(page, `run-${mode}`);
    await client.cancelRun(run_id).catch(() => undefined);
    expect(complaints).toEqual([]);
  });

  it('has states of its own for a run that is not there, and one that was deleted', async () => {
    const missing = await open('00000000000000000000000000');
    await missing.page.getByText('Check the id').waitFor();
    await expectLooks(missing.page, 'run-missing');
    const { run_id } = await script('echo gone');
    await ended(client, run_id);
    await vi.waitFor(() => client.deleteRun(run_id), PATIENCE);
    const deleted = await open(run_id);
    await deleted.page.getByText('The run was deleted').waitFor();
    await expectLooks(deleted.page, 'run-deleted');
  });
});
