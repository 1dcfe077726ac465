/** Files of real Nextflow runs, read from their work volume by readers of a real cluster. */
import { createHash } from 'node:crypto';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listFiles } from '../../../src/engine/commands/files/list.ts';
import { openFile } from '../../../src/engine/commands/files/open.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import type { World } from '../../../src/ports/world.ts';
import { until } from '../../adapters/kubernetes/support/cluster-fixture.ts';
import { realClock as clock, realWorld } from '../../support/real-world.ts';
import { nextflowRequest, tickUntil } from '../../support/world.ts';
import { kubeconfig } from '../support/lab.ts';
import { type NextflowLab, nextflowIsThere, openNextflowLab } from '../support/nextflow-lab.ts';

const domain = 'default';
const BYTES = 12 * 2 ** 20;

/** One output is published as a copy, one as Nextflow does by default: as a link into the folder of its task. */
const PIPELINE = `
params.outdir = 'results'
process MAKE {
  publishDir params.outdir, mode: 'copy'
  output: path 'random.bin'
  script: "head -c ${BYTES} /dev/urandom > random.bin"
}
process SUM {
  publishDir params.outdir
  input: path bin
  output: path 'sum ü.txt'
  script: "sha256sum < $bin | cut -d ' ' -f 1 > 'sum ü.txt'"
}
workflow { MAKE | SUM }
`;

describe.skipIf(!(await nextflowIsThere()))(
  'files of a run on a real cluster',
  { timeout: 240_000 },
  () => {
    let lab: NextflowLab;
    let world: World;

    beforeAll(async () => {
      lab = await openNextflowLab('sluice-files');
      await writeFile(join(lab.folder, 'files.nf'), PIPELINE);
      world = await realWorld(lab.lab.controller(), lab.target);
    });
    afterAll(() => lab.remove(), 120_000);

    /** Runs the pipeline to its end. */
    async function run(change: Record<string, unknown>): Promise<string> {
      const request = nextflowRequest({ pipeline: '/workspace/files.nf', ...change });
      const { run: started } = await submitRun(world, { domain, request });
      const ended = async () => (await getRun(world, domain, started.run_id)).finished_at !== null;
      await tickUntil(world, clock, ended, 300);
      expect(await getRun(world, domain, started.run_id)).toMatchObject({ state: 'succeeded' });
      return started.run_id;
    }
    const list = async (id: string) =>
      (await listFiles(world, domain, id, { prefix: '', limit: 1_000 })).files;
    async function read(id: string, path: string): Promise<Buffer> {
      const parts: Uint8Array[] = [];
      for await (const part of (await openFile(world, domain, id, path)).chunks) parts.push(part);
      return Buffer.concat(parts);
    }
    /** Names of the Jobs and pods of readers that are there. */
    async function readers(): Promise<string[]> {
      const config = new KubeConfig();
      config.loadFromFile(kubeconfig);
      const which = { namespace: lab.lab.namespace, labelSelector: 'sluice.dev/reader' };
      const [jobs, pods] = await Promise.all([
        config.makeApiClient(BatchV1Api).listNamespacedJob(which),
        lab.lab.core.listNamespacedPod(which),
      ]);
      return [...jobs.items, ...pods.items].map(({ metadata }) => metadata?.name ?? '');
    }

    test('reports and outputs are listed, read whole, and nothing of the readers stays', async () => {
      const id = await run({ nextflow: { reports: true } });
      const files = await list(id);
      expect(files.map(({ path, kind }) => [path, kind])).toEqual([
        ['output/random.bin', 'output'],
        ['output/sum ü.txt', 'output'],
        ['reports/dag.html', 'dag'],
        ['reports/report.html', 'report'],
        ['reports/timeline.html', 'timeline'],
      ]);
      const random = await read(id, 'output/random.bin');
      expect(random.length).toBe(BYTES);
      const sum = (await read(id, 'output/sum ü.txt')).toString().trim();
      expect(createHash('sha256').update(random).digest('hex')).toBe(sum);
      const report = await read(id, 'reports/report.html');
      expect(report.toString()).toMatch(/^<!DOCTYPE html>/i);
      expect(report.length).toBe(files.find(({ kind }) => kind === 'report')?.size);
      await until('the readers are gone', async () => (await readers()).length === 0);
    });

    test('a run that asks for no reports has outputs; links that lead out are refused', async () => {
      const id = await run({ params: { outdir: '/workspace/results/mine' } });
      await symlink('/etc/passwd', join(lab.folder, 'results/mine/passwd'));
      await symlink('../../files.nf', join(lab.folder, 'results/mine/pipeline'));
      expect((await list(id)).map(({ path }) => path)).toEqual([
        'output/random.bin',
        'output/sum ü.txt',
      ]);
      for (const path of ['output/passwd', 'output/pipeline'])
        await expect(read(id, path)).rejects.toMatchObject({ code: 'not_readable' });
      await expect(read(id, 'output/../../../files.nf')).rejects.toMatchObject({
        code: 'not_found',
      });
    });
  },
);
