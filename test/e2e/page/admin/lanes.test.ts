/** Lanes: who holds places and who waits, live; pausing, capacity, moving by priority, deletion. */
import { describe, expect, it } from 'vitest';
import { CHROMIUM } from '../../support/browser.ts';
import { expectLooks } from '../support/page.ts';
import { adminStack, startIn, tabTo } from './support.ts';

describe.skipIf(CHROMIUM === undefined)('lanes', () => {
  const stack = adminStack();

  it('shows who holds a place and who waits, pauses while they do, and resumes', async () => {
    const client = stack.client();
    await client.putLane('gate', { capacity: 1 });
    const first = await startIn(client, 'gate');
    const second = await startIn(client, 'gate');
    const { page, complaints } = await stack.open('/lanes');
    await page.getByRole('link', { name: 'gate' }).click();
    const places = page.getByRole('table', { name: 'Runs with a place in gate' });
    const queue = page.getByRole('table', { name: 'Queue of gate' });
    await places.getByRole('link', { name: first.run_id }).waitFor();
    await places.getByText('ada').waitFor();
    await queue.getByRole('link', { name: second.run_id }).waitFor();
    await expectLooks(page, 'lane-full');

    await page.getByText('Paused', { exact: true }).click();
    await page.getByText('The lane gate is paused.').waitFor();
    await expect.poll(async () => (await client.getLane('gate')).paused).toBe(true);
    // Live: nobody presses anything here.
    await client.cancelRun(first.run_id);
    await page.getByText('No run has a place.').waitFor();
    await queue.getByRole('link', { name: second.run_id }).waitFor();
    await page.getByText('It is paused: nobody gets a place').waitFor();
    await expectLooks(page, 'lane-paused');

    await page.getByText('Paused', { exact: true }).click();
    await page.getByText('The lane gate is resumed.').waitFor();
    await places.getByRole('link', { name: second.run_id }).waitFor();
    await page.getByText('Nothing waits.').waitFor();
    await client.cancelRun(second.run_id);
    await page.getByText('No run has a place.').waitFor();
    await expectLooks(page, 'lane-free');
    expect(complaints).toEqual([]);
  });

  it('moves a run that waits by its priority, by keyboard, and back', async () => {
    const client = stack.client();
    await client.putLane('moves', { capacity: 1, paused: true });
    const [early, late] = [await startIn(client, 'moves'), await startIn(client, 'moves')];
    const { page } = await stack.open('/lanes/moves');
    const rows = page.getByRole('table', { name: 'Queue of moves' }).getByRole('rowheader');
    await expect.poll(() => rows.first().innerText()).toContain(early.run_id);
    await tabTo(page, `Raise the priority of ${late.run_id}`);
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.first().innerText()).toContain(late.run_id);
    const { queue } = await client.getLane('moves');
    expect(queue.map(({ run_id }) => run_id)).toEqual([late.run_id, early.run_id]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => rows.first().innerText()).toContain(early.run_id);
    await Promise.all([client.cancelRun(early.run_id), client.cancelRun(late.run_id)]);
  });

  it('makes a lane, changes its capacity, deletes it while it is idle, and brings it back', async () => {
    const client = stack.client();
    const { page, complaints } = await stack.open('/lanes');
    await page.getByRole('button', { name: 'Add a lane…' }).click();
    await page.getByLabel('Name').fill('No Such Name');
    await page.getByRole('button', { name: 'Add the lane' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await expectLooks(page, 'lane-new-refused');
    await page.getByLabel('Name').fill('made');
    await page.getByRole('button', { name: 'Add the lane' }).click();
    await page.getByRole('heading', { name: 'Lane made' }).waitFor();

    await page.getByRole('textbox', { name: 'Capacity' }).fill('7');
    await page.getByRole('textbox', { name: 'Capacity' }).press('Tab');
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByText('The capacity of made is 7.').waitFor();
    expect((await client.getLane('made')).capacity).toBe(7);

    await page.getByRole('button', { name: 'Delete the lane' }).click();
    await page.getByText('The lane made is deleted.').waitFor();
    await page.getByRole('heading', { name: 'Lanes' }).waitFor();
    await expect(client.getLane('made')).rejects.toMatchObject({ code: 'not_found' });
    const toast = page.locator('.toast').filter({ hasText: 'is deleted' });
    await toast.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'made' }).waitFor();
    expect((await client.getLane('made')).capacity).toBe(7);
    expect(complaints).toEqual([]);
  });

  it('keeps a lane that a run is in, and does not add one over another', async () => {
    const client = stack.client();
    await client.putLane('taken', { capacity: 3, paused: true });
    const run = await startIn(client, 'taken');
    const { page } = await stack.open('/lanes/taken');
    await expect
      .poll(() => page.getByRole('button', { name: /^Delete the lane/ }).isDisabled())
      .toBe(true);
    await page.getByRole('link', { name: 'All lanes' }).click();
    await page.getByRole('button', { name: 'Add a lane…' }).click();
    await page.getByLabel('Name').fill('taken');
    await page.getByRole('button', { name: 'Add the lane' }).click();
    await page.getByRole('dialog').getByText('There is a lane taken already.').waitFor();
    expect((await client.getLane('taken')).capacity).toBe(3);
    await client.cancelRun(run.run_id);
  });

  it('shows readers all of it without the buttons', async () => {
    await stack.client().putLane('seen', { paused: true });
    const run = await startIn(stack.client(), 'seen');
    const token = await stack.tokenWith('read');
    const { page, complaints } = await stack.open('/lanes/seen', { token });
    await page.getByRole('link', { name: run.run_id }).waitFor();
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('switch').count()).toBe(0);
    await expectLooks(page, 'lane-reader');
    await stack.client().cancelRun(run.run_id);
    expect(complaints).toEqual([]);
  });
});
