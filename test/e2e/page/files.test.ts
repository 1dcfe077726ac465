/** The part of the Run screen that shows what a run has left: read by a real stack, and each state in every look. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { FilePage } from '../../../src/core/runs/files/view.ts';
import { PATIENCE } from '../../support/patience.ts';
import { CHROMIUM } from '../support/browser.ts';
import { adminStack } from './admin/support.ts';
import { expectLooks } from './support/page.ts';
import { ended, startScript } from './support/run-screen.ts';

const AT = '2026-11-29T09:30:00.000Z';
const MANY: FilePage = {
  files: [
    { path: 'reports/dag.html', kind: 'dag', size: 1_204, modified: AT },
    { path: 'reports/report.html', kind: 'report', size: 2_930_716, modified: AT },
    { path: 'reports/timeline.html', kind: 'timeline', size: 252_203, modified: AT },
    { path: 'output/aligned/sample-1.bam', kind: 'output', size: 9_000_000_000, modified: AT },
    ...Array.from({ length: 260 }, (_, index) => ({
      path: `output/qc/sample-${index}/a_rather_long_name_of_a_result_of_quality_control_${index}.tsv`,
      kind: 'output' as const,
      size: 1_000 + index,
      modified: AT,
    })),
  ],
  places: [
    { name: 'reports', at: '/workspace/runs/r01jqk3v9x2abcde/reports', readable: true, why: null },
    { name: 'output', at: '/workspace/results/r01jqk3v9x2abcde', readable: true, why: null },
  ],
  more: true,
  listed_at: AT,
  next_cursor: null,
};
const ELSEWHERE: FilePage = {
  files: [],
  places: [
    { ...(MANY.places[0] as FilePage['places'][number]) },
    {
      name: 'output',
      at: 'az://results/cohort-7',
      readable: false,
      why: 'It is in object storage, which is not read from here.',
    },
  ],
  more: false,
  listed_at: AT,
  next_cursor: null,
};

describe.skipIf(CHROMIUM === undefined)('files of a run', () => {
  const stack = adminStack();

  /** A run that has left files on a work volume. */
  async function left(): Promise<string> {
    const client = stack.client();
    await client.targets
      .create({ name: 'files', work_claim: 'work', shell_image: 'busybox:1.37' })
      .catch(() => undefined);
    const script = [
      'mkdir -p /workspace/results/demo/qc',
      'printf "<script>1</script>" > /workspace/results/demo/qc/report.html',
      'head -c 300000 /dev/urandom > "/workspace/results/demo/ü 50%.bin"',
      'ln -sf /etc/passwd /workspace/results/demo/out',
    ].join('\n');
    const { run_id } = await startScript(client, script, {
      target: 'files',
      params: { outdir: '/workspace/results/demo' },
    });
    await ended(client, run_id);
    return run_id;
  }

  it('are listed and saved byte by byte, and nothing of a run is opened', async () => {
    const runId = await left();
    const { page, complaints } = await stack.open(`/runs/${runId}?tab=files`);
    await page.getByRole('rowheader', { name: 'qc/report.html' }).waitFor(PATIENCE);
    expect(await page.getByRole('rowheader').count()).toBe(2);
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: /^Download output\/ü/ }).click();
    const download = await coming;
    expect(download.suggestedFilename()).toMatch(/^ü 50/);
    const saved = await readFile(await download.path());
    const { size, bytes } = await stack.client().file(runId, 'output/ü 50%25.bin');
    const pieces: Uint8Array[] = [];
    for await (const piece of bytes) pieces.push(piece);
    expect([saved.length, size]).toEqual([300_000, 300_000]);
    expect(saved.equals(Buffer.concat(pieces))).toBe(true);
    await expectLooks(page, 'files');
    expect(complaints).toEqual([]);
  });

  async function faked(answer: FilePage | number | null) {
    const client = stack.client();
    const { run_id } = await startScript(client, 'true');
    await ended(client, run_id);
    const opened = await stack.open(`/runs/${run_id}`);
    const detail = "The reader of the run's files does not start: no image.";
    const state = { answer };
    await opened.page.route(/\/files(\?|$)/, async (route) => {
      if (state.answer === null) return;
      if (state.answer === 0) return route.abort();
      if (typeof state.answer !== 'number') return route.fulfill({ json: state.answer });
      const code = state.answer === 503 ? 'files_unavailable' : 'forbidden';
      return route.fulfill({
        status: state.answer,
        contentType: 'application/problem+json',
        json: { code, status: state.answer, title: code, detail },
      });
    });
    await opened.page.getByRole('tab', { name: 'Files' }).click();
    return { ...opened, state };
  }

  it('many of them are searched, and drawn some at a time', async () => {
    const { page, complaints } = await faked(MANY);
    await page.getByText('Execution report').waitFor(PATIENCE);
    await expectLooks(page, 'files-many');
    expect(await page.getByRole('rowheader').count()).toBe(203);
    await page.getByRole('button', { name: 'Show 61 of 61 more' }).click();
    expect(await page.getByRole('rowheader').count()).toBe(264);
    await page.getByRole('searchbox', { name: 'Search files' }).fill('SAMPLE-25');
    await expect.poll(() => page.getByRole('rowheader').count(), PATIENCE).toBe(11);
    await page.getByRole('searchbox', { name: 'Search files' }).fill('sample-1.bam');
    await page.getByText('too large for here').waitFor();
    expect(complaints).toEqual([]);
  });

  it.each([
    ['elsewhere', ELSEWHERE, 'in object storage'],
    ['loading', null, 'looks at its work volume'],
    ['error', 503, 'does not start: no image'],
    ['no-rights', 403, 'You may not see this'],
    ['offline', 0, 'does not answer'],
  ] as const)('has a state of its own: %s', async (name, answer, words) => {
    const { page, complaints, state } = await faked(answer);
    await page.getByText(words).waitFor(PATIENCE);
    await expectLooks(page, `files-${name}`);
    expect(complaints).toEqual([]);
    if (name !== 'error') return;
    state.answer = MANY;
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('Execution report').waitFor(PATIENCE);
  });
});
