/** The list of runs on a real stack: runs of others come, change and end, whatever happens to the connection. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { build, ROOT } from '../../../../src/build/build.ts';
import { type Client, createClient } from '../../../../src/client/index.ts';
import { type Stack, startStack } from '../../../../src/dev/stack.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { CHROMIUM, launch } from '../../support/browser.ts';
import { startRelay } from '../../support/relay.ts';
import { hello } from '../../support/stack.ts';
import { openPage } from '../support/page.ts';

const FIRST_LOAD_MAX = 200_000;

const badge = (page: Page, runId: string, state: string) =>
  page.locator(`[data-id="${runId}"] .badge[data-state=${state}]`);
const isLive = (page: Page) => page.locator('.live[data-status=live]').waitFor(PATIENCE);

describe.skipIf(CHROMIUM === undefined)('the list of runs, live', () => {
  let browser: Browser;
  let stack: Stack;
  let client: Client;
  beforeAll(async () => {
    await build();
    [browser, stack] = await Promise.all([launch(), startStack()]);
    client = createClient({ url: stack.api });
    await hello(client, 0);
  }, 120_000);
  afterAll(() => Promise.all([browser?.close(), stack?.close()]));

  /** Behind a relay of its own, which notes requests and can be cut. */
  async function openBehindRelay() {
    const relay = await startRelay();
    onTestFinished(() => relay.close());
    const proxy = { server: relay.url, bypass: '<-loopback>' };
    const opened = await openPage(browser, stack.api, { path: '/runs', context: { proxy } });
    await isLive(opened.page);
    return { ...opened, relay };
  }

  it('loads little until the runs are there, and nothing that checks schemas', async () => {
    const { page } = await openPage(browser, stack.api, { path: '/me' });
    const files = new Set<string>();
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (/^\/ui\/.*\.\w+$/.test(pathname)) files.add(pathname.slice('/ui/'.length));
    });
    await page.goto(`${stack.api}/ui/runs`);
    await page.locator('.grid-row').first().waitFor();
    await isLive(page);
    const folder = join(ROOT, 'dist', 'page');
    const names = await readdir(folder, { recursive: true });
    // The page does not see what its shared worker loads.
    const worker = names.filter((name) => name.includes('connection-worker-')).slice(-1);
    const loaded = [...files, 'index.html', ...worker];
    const bytes = await Promise.all(
      loaded.map(async (name) => gzipSync(await readFile(join(folder, name))).length),
    );
    const sum = bytes.reduce((all, each) => all + each, 0);
    console.log(`first load: ${sum} bytes in ${loaded.length} files`);
    expect(sum).toBeLessThanOrEqual(FIRST_LOAD_MAX);
    for (const name of names.filter((each) => each.endsWith('.js'))) {
      const text = await readFile(join(folder, name), 'utf8');
      expect(/ZodError|_zod\b|\$ZodType|ajv/.exec(text), name).toBeNull();
    }
  });

  it('shows a run that was started elsewhere, its changes and its end', async () => {
    const { page, complaints } = await openPage(browser, stack.api, { path: '/runs' });
    await isLive(page);
    const { run_id } = await hello(client, 3);
    await badge(page, run_id, 'running').waitFor(PATIENCE);
    await badge(page, run_id, 'succeeded').waitFor(PATIENCE);
    await page.locator(`[data-id="${run_id}"]`).getByText('s').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('misses nothing while the connection is cut', async () => {
    const { page, relay } = await openBehindRelay();
    const before = await hello(client, 4);
    await badge(page, before.run_id, 'running').waitFor(PATIENCE);
    relay.cut();
    await page.locator('.live[data-status=offline]').waitFor(PATIENCE);
    const missed = await hello(client, 0);
    for await (const _ of client.watch(before.run_id));
    relay.mend();
    await badge(page, missed.run_id, 'succeeded').waitFor(PATIENCE);
    await badge(page, before.run_id, 'succeeded').waitFor(PATIENCE);
    await isLive(page);
  });

  it('shares one connection among tabs, all of them live', async () => {
    const { page, relay } = await openBehindRelay();
    const other = await page.context().newPage();
    await other.goto(`${stack.api}/ui/runs?state=succeeded`);
    await isLive(other);
    const { run_id } = await hello(client, 1);
    await badge(page, run_id, 'succeeded').waitFor(PATIENCE);
    await badge(other, run_id, 'succeeded').waitFor(PATIENCE);
    const host = new URL(stack.webPubSub).host;
    const sockets = relay.passages.filter(
      ({ method, url }) => method === 'CONNECT' && url.includes(host),
    );
    expect(sockets).toHaveLength(1);
  });

  it('goes on after the server was killed', async () => {
    const { page } = await openPage(browser, stack.api, { path: '/runs' });
    await isLive(page);
    const killed = stack.pids.host;
    if (killed === undefined) throw new Error('The stack has no host.');
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => stack.pids.host ?? killed).not.toBe(killed);
    const { run_id } = await hello(client, 1);
    await badge(page, run_id, 'succeeded').waitFor(PATIENCE);
    await isLive(page);
  });
});
