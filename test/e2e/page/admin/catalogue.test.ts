/** Pipelines and targets: made, changed by two people at once, compared, deleted. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { JsonText } from '../../../../src/client/index.ts';
import { CHROMIUM } from '../../support/browser.ts';
import { expectLooks } from '../support/page.ts';
import { adminStack, choose, tabTo } from './support.ts';

/** More digits than a JavaScript number has. */
const LONG = '12345678901234567890.123456789';
const HOSTILE = '<img src=x onerror="document.title=1">';

const json = (page: Page) => page.getByLabel('The whole as JSON');
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });

describe.skipIf(CHROMIUM === undefined)('pipelines and targets', () => {
  const stack = adminStack();

  it('makes a pipeline with help from the document, and says at each field what is refused', async () => {
    const { page, complaints } = await stack.open('/pipelines');
    await page.getByRole('link', { name: 'Make a pipeline…' }).click();
    await page.getByRole('heading', { name: 'New pipeline' }).waitFor();
    // A text of the API's own document.
    await page.getByText('The highest priority that a request can have').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Not A Name');
    await page.getByLabel('Image', { exact: true }).fill('busybox:1.37');
    await page.getByLabel('Max priority', { exact: true }).fill('77');
    await page.getByRole('button', { name: 'Make the pipeline' }).click();
    await page.getByRole('alert').waitFor();
    await expect.poll(() => page.locator('.field-error').count()).toBeGreaterThanOrEqual(2);
    await expectLooks(page, 'pipeline-new-refused');

    await page.getByLabel('Name', { exact: true }).fill('made');
    await page.getByLabel('Description', { exact: true }).fill(HOSTILE);
    await page.getByLabel('Max priority', { exact: true }).fill('5');
    await page.getByLabel('Params (JSON)').fill(`{"dose": ${LONG}`);
    await page.getByText('It is no JSON yet.').waitFor();
    expect(await page.getByRole('button', { name: 'Make the pipeline' }).isDisabled()).toBe(true);
    await page.getByLabel('Params (JSON)').fill(`{"dose": ${LONG}}`);
    expect(await json(page).inputValue()).toContain(LONG);
    await choose(page, 'Kind', 'shell');
    expect(await json(page).inputValue()).not.toContain('busybox');
    await choose(page, 'Kind', 'container');
    await page.getByLabel('Image', { exact: true }).fill('busybox:1.37');
    await page.getByLabel('Command (one a line)').fill('sh\n-c\ntrue\n');
    await page.getByText('container.args', { exact: true }).click();
    await page.getByRole('button', { name: 'Make the pipeline' }).click();
    await page.getByRole('heading', { name: 'Pipeline made' }).waitFor();

    const text = await stack.client().pipelines.getText('made');
    expect(text).toContain(LONG);
    expect(JSON.parse(text)).toMatchObject({
      description: HOSTILE,
      max_priority: 5,
      overridable: ['container.args'],
      container: { command: ['sh', '-c', 'true'] },
    });
    await page.getByText(HOSTILE).first().waitFor();
    expect(await page.locator('main img').count()).toBe(0);
    await expectLooks(page, 'pipeline');
    await page.getByRole('link', { name: 'Start made' }).click();
    await page.waitForURL('**/ui/start?pipeline=made*');
    expect(complaints).toEqual([]);
  });

  it('shows what somebody else changed meanwhile, and puts both together', async () => {
    const client = stack.client();
    await client.pipelines.create(
      new JsonText(
        `{"name":"both","description":"first","params":{"n":${LONG}},"container":{"image":"busybox:1.37"}}`,
      ),
    );
    const { page, complaints } = await stack.open('/pipelines/both/edit');
    const { page: other } = await stack.open('/pipelines/both/edit');
    await page.getByLabel('Description', { exact: true }).fill('mine');
    await other.getByLabel('Description', { exact: true }).fill('theirs');
    await other.getByLabel('Image', { exact: true }).fill('busybox:1.36');
    await save(other).click();
    await other.getByRole('heading', { name: 'Pipeline both' }).waitFor();

    await save(page).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('You both changed description').waitFor();
    await dialog
      .getByRole('row', { name: /container\.image/ })
      .getByText('busybox:1.36')
      .waitFor();
    expect((await client.pipelines.get('both')).description).toBe('theirs');
    await expectLooks(page, 'pipeline-conflict');
    await dialog.getByRole('button', { name: 'Put my changes on theirs' }).click();
    expect(await json(page).inputValue()).toContain('busybox:1.36');
    await save(page).click();
    await page.getByRole('heading', { name: 'Pipeline both' }).waitFor();
    const both = await client.pipelines.get('both');
    expect(both).toMatchObject({ description: 'mine', container: { image: 'busybox:1.36' } });
    expect(await client.pipelines.getText('both')).toContain(LONG);

    // Versions, newest first; the comparison is of the last two until others are chosen.
    const diff = page.getByRole('region', { name: /compared with/ });
    await diff.getByText('added: "description": "mine"').waitFor();
    await choose(page, 'From', 'Version 1');
    await page.getByRole('region', { name: 'Version 1 compared with version 3' }).waitFor();
    await diff.getByText('busybox:1.36').waitFor();
    expect(page.url()).toContain('old=1');
    await expectLooks(page, 'pipeline-versions');
    expect(complaints).toEqual([]);
  });

  it('takes theirs, makes anew what was deleted, and asks before changes are lost', async () => {
    const client = stack.client();
    const entry = { name: 'lost', description: 'first', container: { image: 'busybox:1.37' } };
    await client.pipelines.create(entry);
    const { page } = await stack.open('/pipelines/lost/edit');
    await page.getByLabel('Description', { exact: true }).fill('mine');
    await client.pipelines.put({ ...entry, description: 'theirs' });
    await save(page).click();
    await page.getByRole('button', { name: 'Take theirs, drop mine' }).click();
    await expect
      .poll(() => page.getByLabel('Description', { exact: true }).inputValue())
      .toBe('theirs');

    await page.getByLabel('Description', { exact: true }).fill('mine again');
    await page.getByRole('link', { name: 'Lanes' }).click();
    await page.getByRole('dialog').getByText('is not saved').waitFor();
    await page.getByRole('button', { name: 'Stay' }).click();
    await client.pipelines.delete('lost');
    await save(page).click();
    await page.getByText('Somebody else has deleted the pipeline meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Make it anew' }).click();
    await page.getByRole('button', { name: 'Make the pipeline' }).click();
    await page.getByRole('heading', { name: 'Pipeline lost' }).waitFor();
    expect((await client.pipelines.get('lost')).description).toBe('mine again');

    await page.getByRole('button', { name: 'Delete…' }).click();
    await expectLooks(page, 'pipeline-delete');
    await page.getByRole('button', { name: 'Delete the pipeline' }).click();
    await page.getByRole('heading', { name: 'Pipelines' }).waitFor();
    await expect(client.pipelines.get('lost')).rejects.toMatchObject({ status: 404 });
  });

  it('takes a save whose answer was lost for what it is', async () => {
    const client = stack.client();
    await client.pipelines.create({ name: 'twice', container: { image: 'busybox:1.37' } });
    const { page } = await stack.open('/pipelines/twice/edit');
    await page.getByLabel('Description', { exact: true }).fill('arrived');
    let lost = 0;
    await page.route('**/api/v1/pipelines/twice', async (route) => {
      if (route.request().method() !== 'PUT' || lost > 0) return await route.continue();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    await save(page).click();
    await page.getByRole('heading', { name: 'Pipeline twice' }).waitFor();
    expect(lost).toBe(1);
    expect(await client.pipelines.get('twice')).toMatchObject({
      description: 'arrived',
      version: 2,
    });
  });

  it('changes a target by keyboard alone, as JSON where the form has no field', async () => {
    const client = stack.client();
    const { page, complaints } = await stack.open('/new/target');
    await page.getByLabel('Name', { exact: true }).waitFor();
    await tabTo(page, 'Name');
    await page.keyboard.type('second');
    await tabTo(page, 'Namespace');
    await page.keyboard.type('Not a namespace');
    await tabTo(page, 'Make the target');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    // The focus is where the first mistake is.
    await expect
      .poll(() =>
        page.getByLabel('Namespace', { exact: true }).evaluate((it) => it.matches(':focus')),
      )
      .toBe(true);
    await expectLooks(page, 'target-new-refused');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('elsewhere');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Target second' }).waitFor();
    expect((await client.targets.get('second')).namespace).toBe('elsewhere');
    await expectLooks(page, 'target');

    // The emulator's cluster has no such namespace.
    await page.getByRole('button', { name: 'Check the target' }).click();
    await page.getByText('Runs cannot go there as it is.').waitFor();
    await page
      .getByRole('row', { name: /namespace.*failed/ })
      .first()
      .waitFor();
    await expectLooks(page, 'target-checked');
    await page.getByRole('link', { name: 'Edit' }).click();
    await json(page).fill('{"name": "second", "namespace": }');
    await page.getByText('It is no JSON.').waitFor();
    await expectLooks(page, 'target-no-json');
    await json(page).fill('{"name": "second", "namespace": "third"}');
    await save(page).click();
    await page.getByRole('heading', { name: 'Target second' }).waitFor();
    expect((await client.targets.get('second')).namespace).toBe('third');
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete the target' }).click();
    await page.getByRole('heading', { name: 'Targets' }).waitFor();
    await expect(client.targets.get('second')).rejects.toMatchObject({ code: 'not_found' });
    expect(complaints).toEqual([]);
  });

  it('shows readers pipelines and targets without the buttons', async () => {
    const token = await stack.tokenWith('read');
    const { page, complaints } = await stack.open('/pipelines', { token });
    await page.getByRole('link', { name: 'nextflow-hello' }).waitFor();
    // Why it cannot run here.
    await page.getByText('the local emulator runs no images').first().waitFor();
    expect(await page.getByRole('link', { name: /^(Start |Make)/ }).count()).toBe(0);
    await expectLooks(page, 'pipelines-reader');
    await page.getByRole('link', { name: 'hello', exact: true }).click();
    await page.getByRole('table', { name: 'Versions' }).waitFor();
    expect(await page.getByRole('button', { name: 'Delete…' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Targets' }).click();
    await page.getByRole('heading', { name: 'Targets' }).waitFor();
    await page.getByRole('link', { name: 'default' }).click();
    await page.getByRole('heading', { name: 'Target default' }).waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    const { page: edit } = await stack.open('/pipelines/hello/edit', { token });
    await edit.getByText('you lack the scope').waitFor();
    await expectLooks(edit, 'pipeline-edit-no-rights');
    expect(complaints).toEqual([]);
  });
});
