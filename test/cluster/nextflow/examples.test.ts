/** The Nextflow pipelines of `examples/` run on a real cluster, as their READMEs say. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../../src/build/build.ts';
import { readWanted } from '../../../src/cli/files/apply-files.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { plainJson } from '../../../src/core/json/text.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines, targets } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { openLog } from '../../../src/engine/queries/log.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import type { World } from '../../../src/ports/world.ts';
import { realClock, realWorld } from '../../support/real-world.ts';
import { tickUntil } from '../../support/world.ts';
import { apply, kubectl } from '../support/kustomize.ts';
import { type NextflowLab, nextflowIsThere, openNextflowLab } from '../support/nextflow-lab.ts';

const domain = 'default';
const examples = join(ROOT, 'examples');

/** By the pod of the README, with what the lab has. */
async function copyExamples({ lab: { namespace } }: NextflowLab): Promise<void> {
  const pod = await readFile(join(examples, 'volume.yaml'), 'utf8');
  const here = pod
    .replace('namespace: sluice', `namespace: ${namespace}`)
    .replace('busybox:1.37', 'local/busybox:1')
    .replace('sluice-work', 'work');
  await apply(here);
  await kubectl('-n', namespace, 'wait', '--for=condition=Ready', 'pod/volume', '--timeout=60s');
  await kubectl('-n', namespace, 'cp', examples, 'volume:/workspace');
  await kubectl('-n', namespace, 'delete', 'pod', 'volume', '--grace-period=1');
}

describe.skipIf(!(await nextflowIsThere()))(
  'the Nextflow pipelines of the examples',
  { timeout: 400_000 },
  () => {
    let nextflow: NextflowLab;
    let world: World;

    beforeAll(async () => {
      nextflow = await openNextflowLab('sluice-examples');
      world = await realWorld(nextflow.lab.controller(), nextflow.target);
      await targets.create(world, domain, {
        ...nextflow.target,
        name: 'lab',
        connection: 'default',
      });
      await copyExamples(nextflow);
      for (const { body } of await readWanted(join(examples, 'nextflow.json')))
        await pipelines.create(world, domain, Pipeline.parse(plainJson(body)));
    });
    afterAll(() => nextflow.remove(), 120_000);

    /** A run by the name of its entry, to its end; its tasks have the only image that the lab has. */
    async function runOf(pipeline: string, params: object = {}) {
      const container = nextflow.target.nextflow_image;
      const request = RunRequest.parse({ pipeline, params: { ...params, container } });
      const { run } = await submitRun(world, { domain, request });
      const read = () => getRun(world, domain, run.run_id);
      await tickUntil(world, realClock, async () => (await read()).finished_at !== null, 600);
      return read();
    }
    async function logOf(run: { readonly run_id: string }): Promise<string> {
      const { chunks } = await openLog(world, domain, run.run_id, { timestamps: false });
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      return Buffer.concat(parts).toString();
    }
    const resultOf = (run: { readonly run_id: string }, name: string) =>
      readFile(join(nextflow.folder, 'runs', run.run_id, 'results', name), 'utf8');

    test('nextflow-hello greets in four languages', async () => {
      const run = await runOf('nextflow-hello', { seconds: 0 });
      expect(run, JSON.stringify(run.reason)).toMatchObject({ state: 'succeeded', exit_code: 0 });
      expect(await resultOf(run, 'greetings.txt')).toBe(
        'Bonjour world\nCiao world\nHallo world\nHello world\n',
      );
    });

    test('nextflow-samples retries with more memory, ignores one failure, and sums up the rest', async () => {
      const run = await runOf('nextflow-samples');
      expect(run, JSON.stringify(run.reason)).toMatchObject({ state: 'succeeded', exit_code: 0 });
      const said = await logOf(run);
      expect(said.match(/Re-submitted process > SORT \(ben\)/g)).toHaveLength(1);
      expect(said).toMatch(/`SORT \(ben\)` terminated .*\(137\) -- Execution is retried \(1\)/);
      expect(said).toMatch(/`QUALITY \(cleo\)` terminated .*\(4\) -- Error is ignored/);
      const summary = await resultOf(run, 'summary.txt');
      expect(summary).toMatch(/1000 ada.sorted.txt\n.*1000 ben.sorted.txt\n.*1000 cleo.sorted.txt/);
      expect(summary).toContain('ada good\nben good\n');
      expect(summary).not.toContain('cleo good');
    });

    test('a start with params that its schema does not allow is refused, with all that is wrong', async () => {
      const refused = runOf('nextflow-samples', { samples: [], hungry: 3 });
      await expect(refused).rejects.toMatchObject({
        fields: [{ field: 'params.samples' }, { field: 'params.hungry' }],
      });
    });

    test('nextflow-resume fails with a reason that says what to do', async () => {
      const run = await runOf('nextflow-resume');
      expect(run).toMatchObject({ state: 'failed', exit_code: 1 });
      expect(run.reason).toMatchObject({
        failure: { process: 'TOTAL', exit_status: 3, code: 'nextflow_task' },
      });
      expect(JSON.stringify(run.reason)).toContain('resume this run with a smaller at_least');
    });
  },
);
