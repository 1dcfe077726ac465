/** A run of Nextflow on a memory world whose readers look at a folder of this machine. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { type memoryWorld, nextflowRequest } from '../world.ts';
import { runReader } from './reader.ts';

/** `put`: writes a file below the claim; `start`: a run that has a Job, by its id. */
export async function filesOn({ world, cluster }: ReturnType<typeof memoryWorld>) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-claim-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await targets.create(world, 'default', Target.parse({ name: 'files', work_claim: 'work' }));
  cluster.readers.script = (manifest) => ({ lines: runReader(manifest, folder), takes: 0 });
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const start = async (change: Record<string, unknown> = {}): Promise<string> => {
    const request = nextflowRequest({ target: 'files', ...change });
    const { run } = await submitRun(world, { domain: 'default', request });
    await tick(world);
    return run.run_id;
  };
  return { folder, put, start };
}
