/** The screen that starts runs: its form, what it says while somebody types, and the run that comes of it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { type Client, createClient, JsonText } from '../../../src/client/index.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { CHROMIUM, launch } from '../support/browser.ts';
import { expectLooks, openPage } from './support/page.ts';
import {
  BIG,
  checked,
  dropFile,
  ENTRY,
  FAILS,
  field,
  hasFocus,
  sentOf,
  start,
  started,
} from './support/start.ts';

const TOKEN = 'an-admin-token-for-tests-of-the-start-screen';

describe.skipIf(CHROMIUM === undefined)('the start screen', () => {
  let browser: Browser;
  let stack: Stack;
  let client: Client;

  beforeAll(async () => {
    await build();
    [browser, stack] = await Promise.all([launch(), startStack({ token: TOKEN })]);
    client = createClient({ url: stack.api, token: TOKEN });
    for (const entry of [ENTRY, FAILS]) await client.pipelines.create(new JsonText(entry));
    await client.putLane('default', { capacity: 50 });
  }, 180_000);
  afterAll(() => Promise.all([browser?.close(), stack?.close()]));

  const open = (path: string, token = TOKEN) => openPage(browser, stack.api, { path, token });
  const runsOf = async (label: string) => (await client.listRuns({ label })).runs;

  it('starts a run from a form, after all that is wrong was told at its fields', async () => {
    const { page, complaints } = await open('/start');
    await page.getByLabel('Search pipelines').fill('align reads');
    await page.getByText('1 of 8 pipelines').waitFor();
    await expectLooks(page, 'start-choose');
    await page.getByRole('link', { name: /align/ }).click();
    await page.getByRole('heading', { name: 'Start align' }).waitFor();
    await checked(page, '1 to mend');
    await field(page, 'Samples').fill('samples.txt');
    await field(page, 'seed').fill('0');
    await checked(page, '2 to mend');
    await page.locator('#start-at-params\\.input .field-error').getByText('pattern').waitFor();
    await page.locator('#start-at-params\\.seed .field-error').waitFor();
    await expectLooks(page, 'start-wrong');
    // The summary leads to the field.
    await page.locator('.start-refused a', { hasText: 'params.seed' }).click();
    expect(await hasFocus(field(page, 'seed'))).toBe(true);
    await field(page, 'seed').fill(BIG);
    await field(page, 'Samples').fill('samples.csv');
    await checked(page, 'it can start');
    await page.locator('.start-verdict').getByText('at once').waitFor();
    expect(await page.getByRole('region', { name: 'Parameters, merged' }).textContent()).toBe(
      `{\n  "outdir": "results",\n  "input": "samples.csv",\n  "seed": ${BIG}\n}`,
    );
    await page.getByRole('button', { name: /^File script/ }).click();
    await expectLooks(page, 'start-ready');
    await start(page).click();
    const run = await started(page);
    expect(await sentOf(client, run)).toContain(`"seed":${BIG}`);
    await expect.poll(async () => (await client.getRun(run)).state).toBe('succeeded');
    expect(await client.log(run)).toContain(BIG);
    expect(complaints).toEqual([]);
  });

  it('shows what a condition asks for, and hidden params when they are asked for or have values', async () => {
    const { page } = await open('/start?pipeline=align&params={"input":"a.csv","trace":"on"}');
    await checked(page, 'it can start');
    await field(page, 'trace').waitFor();
    expect(await field(page, 'index').count()).toBe(0);
    await page.getByRole('button', { name: /aligner/ }).click();
    await page.getByRole('option', { name: 'hisat2' }).click();
    await field(page, 'index').waitFor();
    await checked(page, '1 to mend');
    await field(page, 'index').fill('grch38');
    await checked(page, 'it can start');
    // A value that no longer has a place is not sent unseen.
    await page.getByRole('button', { name: 'Reset aligner' }).click();
    await page.getByText('leave no place for it').waitFor();
    await page.getByRole('button', { name: 'Clear index' }).click();
    await expect.poll(() => field(page, 'index').count()).toBe(0);
    await page.getByRole('button', { name: 'Clear trace' }).click();
    await expect.poll(() => field(page, 'trace').count()).toBe(0);
    await page.getByText('Show hidden parameters (1)').click();
    await field(page, 'trace').waitFor();
  });

  it('is written as text too, in JSON and YAML, and loses nothing on the way', async () => {
    const { page, complaints } = await open('/start?pipeline=align');
    await field(page, 'Samples').fill('a.csv');
    await field(page, 'seed').fill(BIG);
    await field(page, 'regions').fill('["x", 1');
    await page.getByText('This is no JSON').waitFor();
    await page.getByText('YAML', { exact: true }).click();
    const yaml = page.getByLabel('Parameters as YAML');
    expect(await yaml.inputValue()).toBe(`input: a.csv\nseed: ${BIG}\nregions: '["x", 1'\n`);
    await yaml.fill(`input: b.csv\nseed: ${BIG}\nregions: [x, "1"]\nextra: {deep: 1.0}\n`);
    await checked(page, 'it can start');
    await expectLooks(page, 'start-text');
    await page.getByText('JSON', { exact: true }).click();
    const json = page.getByLabel('Parameters as JSON');
    const text = await json.inputValue();
    expect(text).toContain(`"seed": ${BIG}`);
    expect(text).toContain('"deep": 1.0');
    await json.fill(`${text},`);
    await page.locator('#start-at-params .field-error').waitFor();
    // Nothing starts with a text that says nothing, and it is not thrown away.
    await start(page).click();
    expect(await page.getByRole('radio', { name: 'Form' }).isDisabled()).toBe(true);
    expect(page.url()).toContain('/ui/start');
    await json.fill(text);
    await page.getByText('Form', { exact: true }).click();
    expect(await field(page, 'Samples').inputValue()).toBe('b.csv');
    expect(await field(page, 'extra').inputValue()).toContain('1.0');
    expect(complaints).toEqual([]);
  });

  it('takes a file of params, chosen or dropped', async () => {
    const { page } = await open('/start?pipeline=align');
    const file = (name: string, text: string) => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    });
    const input = page.locator('input[type=file]');
    await page.getByRole('button', { name: 'Load a file…' }).waitFor();
    await input.setInputFiles(file('wrong.json', '{"input": '));
    await page.getByText(/wrong\.json: a value is missing/).waitFor();
    await input.setInputFiles(file('params.yaml', `input: c.csv\nseed: ${BIG}\n`));
    await page.getByText('params.yaml: 2 parameters').waitFor();
    expect(await field(page, 'seed').inputValue()).toBe(BIG);
    await checked(page, 'it can start');
    await dropFile(page, '.start-drop', 'dropped.json', '{"input": "dropped.csv"}');
    await expect.poll(() => field(page, 'Samples').inputValue()).toBe('dropped.csv');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(() => field(page, 'seed').inputValue()).toBe(BIG);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => field(page, 'seed').inputValue()).toBe('');
  });

  it('opens from a link with all values and digits, and makes such links', async () => {
    const params = encodeURIComponent(`{"input":"a.csv","seed":${BIG},"api_token":"hush"}`);
    const { page, complaints } = await open(
      `/start?pipeline=align&version=1&lane=night&priority=7&labels=owner=ana,batch=3&deadline=5400&params=${params}`,
    );
    await checked(page, 'it can start');
    expect(await field(page, 'seed').inputValue()).toBe(BIG);
    expect(await page.getByLabel('Lane', { exact: true }).inputValue()).toBe('night');
    expect(await field(page, 'Priority').inputValue()).toBe('7');
    await page.getByText('ended after 1 h 30 min').waitFor();
    await page.getByText('There is no lane night yet').waitFor();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('The link to this form is copied.').waitFor();
    const link = new URL(String(await page.evaluate('navigator.clipboard.readText()')));
    expect(link.searchParams.get('params')).toBe(`{"input":"a.csv","seed":${BIG}}`);
    expect(link.searchParams.get('labels')).toBe('owner=ana,batch=3');
    await start(page).click();
    const run = await client.getRun(await started(page));
    expect(run).toMatchObject({
      lane: 'night',
      priority: 7,
      labels: { owner: 'ana', batch: '3' },
      deadline_seconds: 5400,
      pipeline_version: 1,
    });
    // Recent values, without what looks like a secret.
    const kept = String(await page.evaluate('JSON.stringify(localStorage)'));
    expect(kept).toContain(BIG);
    expect(kept).not.toContain('hush');
    await page.goto(`${stack.api}/ui/start?pipeline=align`);
    await page.getByRole('button', { name: /Recent values/ }).click();
    await page.getByRole('option').first().click();
    await expect.poll(() => field(page, 'seed').inputValue()).toBe(BIG);
    expect(complaints).toEqual([]);
  });

  it('starts one run by a double click, and after an answer that was lost', async () => {
    const { page } = await open('/start?pipeline=align&params={"input":"a.csv"}&labels=test=once');
    await checked(page, 'it can start');
    let lost = 0;
    await page.route(/\/api\/v1\/runs$/, async (route) => {
      const answer = await route.fetch();
      expect(answer.ok()).toBe(true);
      lost += 1;
      await route.abort('connectionreset');
    });
    await start(page).dblclick();
    await page.getByText('It is not known whether it started').waitFor();
    await expectLooks(page, 'start-lost');
    expect(lost).toBeGreaterThan(0);
    await page.unroute(/\/api\/v1\/runs$/);
    await start(page).dblclick();
    const run = await started(page);
    expect((await runsOf('test=once')).map(({ run_id }) => run_id)).toEqual([run]);
  });

  it('starts a failed run again with other params', async () => {
    const failed = await client.startRun({ pipeline: 'picky', params: { more: 1 } });
    await expect.poll(async () => (await client.getRun(failed.run_id)).state).toBe('failed');
    const { page } = await open(`/start?from=${failed.run_id}`);
    await page.getByText(`These are the values of the run ${failed.run_id}`).waitFor();
    expect(await field(page, 'more').inputValue()).toBe('1');
    await field(page, 'word').fill('good');
    await checked(page, 'it can start');
    await start(page).click();
    const run = await started(page);
    expect(await sentOf(client, run)).toContain('"params":{"more":1,"word":"good"}');
    await expect.poll(async () => (await client.getRun(run)).state).toBe('succeeded');
  });

  it('starts a script without an entry, by keyboard alone', async () => {
    const { page, complaints } = await open('/start');
    await page.getByRole('link', { name: /A script/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Start a script' }).waitFor();
    await checked(page, /to mend/);
    const tabTo = async (name: string | RegExp, role: 'textbox' | 'button' = 'textbox') => {
      const wanted = page.getByRole(role, { name, exact: true });
      for (let presses = 0; presses < 60; presses += 1) {
        if (await hasFocus(wanted)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`the keyboard does not reach ${String(name)}`);
    };
    await tabTo('Script');
    await page.keyboard.insertText('echo "by keyboard"');
    await tabTo('Add to Variables', 'button');
    await page.keyboard.press('Enter');
    // The new row has the focus.
    await page.keyboard.insertText('WORD');
    await page.keyboard.press('Tab');
    await page.keyboard.insertText('keys');
    await checked(page, 'it can start');
    await expectLooks(page, 'start-script');
    await tabTo('Start', 'button');
    await page.keyboard.press('Enter');
    const run = await started(page);
    await expect.poll(async () => (await client.getRun(run)).state).toBe('succeeded');
    expect(await sentOf(client, run)).toContain('"env":{"WORD":"keys"}');
    expect(complaints).toEqual([]);
  });

  it('says what to do where the lane is busy or paused, and attaches if that is wanted', async () => {
    await client.putLane('narrow', { capacity: 1, paused: true });
    const { page } = await open('/start?pipeline=align&params={"input":"a.csv"}&lane=narrow');
    await page.locator('.start-verdict').getByText('place 1 of the queue').waitFor();
    await page.getByRole('button', { name: /If the lane is busy/ }).click();
    await page.getByRole('option', { name: 'Do not start' }).click();
    await page.getByText('An admin has paused the lane').waitFor();
    await expectLooks(page, 'start-refused');
    await client.putLane('narrow', { paused: false });
    const there = await client.startRun({ pipeline: 'hello', lane: 'narrow' });
    await page.getByRole('button', { name: /If the lane is busy/ }).click();
    await page.getByRole('option', { name: /Take the run/ }).click();
    await page.locator('.start-verdict').getByText('runs with other values').waitFor();
    await start(page).click();
    expect(await started(page)).toBe(there.run_id);
    await page.getByText('This run was there already').waitFor();
    await client.cancelRun(there.run_id);
  });

  it('tells who may not start runs, and what may not be seen', async () => {
    const { token } = await client.tokens.create({ name: 'reader', scopes: ['read'] });
    const { page } = await open('/start?pipeline=align', token);
    await page.getByText('You may not start runs').waitFor();
    await expectLooks(page, 'start-no-rights');
    const launch = await client.tokens.create({ name: 'launcher', scopes: ['launch'] });
    const second = await open('/start', launch.token);
    await second.page.getByText(/of 8 pipelines/).waitFor();
    expect(await second.page.getByText('Something else').count()).toBe(0);
    const third = await open('/start?pipeline=nothing-here');
    await third.page.locator('.state-problem').waitFor();
    await expectLooks(third.page, 'start-unknown');
  });

  it('keeps what was typed while the server is away, and goes on when it is back', async () => {
    const { page } = await open('/start?pipeline=align');
    await checked(page, '1 to mend');
    await page.context().setOffline(true);
    await field(page, 'Samples').fill('a.csv');
    await checked(page, 'Not checked');
    await expectLooks(page, 'start-offline');
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Check again' }).click();
    await checked(page, 'it can start');
    expect(await field(page, 'Samples').inputValue()).toBe('a.csv');
  });
});
