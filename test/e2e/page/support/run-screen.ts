/** What tests of the Run screen share. */
import type { Browser, Page } from 'playwright-core';
import { vi } from 'vitest';
import type { Client, StartedRun } from '../../../../src/client/index.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { type Opened, openPage } from './page.ts';

/** A shell script of its own, as a run. */
export const startScript = (
  client: Client,
  text: string,
  more: Record<string, unknown> = {},
): Promise<StartedRun> => client.startRun({ pipeline: 'script', shell: { script: text }, ...more });

export const openRun = (
  browser: Browser,
  api: string,
  runId: string,
  { tab, ...more }: { readonly tab?: string } & Parameters<typeof openPage>[2] = {},
): Promise<Opened> =>
  openPage(browser, api, {
    path: `/runs/${runId}${tab === undefined ? '' : `?tab=${tab}`}`,
    ...more,
  });

export const ended = (client: Client, runId: string) =>
  vi.waitFor(async () => {
    const run = await client.getRun(runId);
    if (run.finished_at === null) throw new Error(`${runId} is ${run.state}`);
    return run;
  }, PATIENCE);

export const inState = (page: Page, state: string): Promise<void> =>
  page.locator(`.run-state[data-state=${state}]`).waitFor(PATIENCE);
