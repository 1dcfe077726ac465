/** Runs the program of a reader on this machine, with a folder in the place of its volume. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReaderManifest } from '../../../src/core/kubernetes/manifest.ts';
import { SCRATCH_PATH } from '../../../src/core/runs/files/script.ts';

type Spec = {
  readonly template: {
    readonly spec: {
      readonly containers: readonly { readonly command: string[]; readonly args: string[] }[];
    };
  };
};

/** As Kubernetes reads `$$(`. */
const read = (text: string): string => text.replaceAll(/\$\$(?=[$(])/g, '$');

const OUTPUT_MAX = 64 * 2 ** 20;

/** The lines that the container prints. `mounted`: where the volume is in its command. */
export function runReader(
  manifest: ReaderManifest,
  folder: string,
  mounted = '/workspace',
): string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-reader-'));
  try {
    const [container] = (manifest.spec as unknown as Spec).template.spec.containers;
    const [program = '', ...rest] = [...(container?.command ?? []), ...(container?.args ?? [])]
      .map(read)
      .map((text) => text.replaceAll(SCRATCH_PATH, scratch))
      .map((text) => (text === mounted ? folder : text));
    const { stdout } = spawnSync(program, rest, {
      encoding: 'latin1',
      maxBuffer: OUTPUT_MAX,
      cwd: '/',
    });
    return stdout.split('\n').slice(0, -1);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
