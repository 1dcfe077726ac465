/**
 * Real Nextflow without a cluster: the programs that `NEXTFLOW` names (separated by `:`), else those of the lab in `../shared`,
 * one for each version that it has made ready. Without any, tests that need it are skipped.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type Nextflow = {
  readonly name: string;
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
};
type Files = Readonly<Record<string, string>>;

const LAB = resolve('../shared/nextflow-lab/bin/nextflow');
const CACHE = process.env['NEXTFLOW_LAB_CACHE'] ?? join(homedir(), '.cache/nextflow-lab');

function ofLab(): readonly Nextflow[] {
  if (!existsSync(LAB) || !existsSync(CACHE)) return [];
  return readdirSync(CACHE)
    .map((name) => ({ name, program: LAB, env: { LAB_JARS: join(CACHE, name, 'jars') } }))
    .filter(({ env }) => existsSync(env.LAB_JARS));
}

const named = process.env['NEXTFLOW']?.split(':').filter((program) => program !== '');
export const NEXTFLOWS: readonly Nextflow[] =
  named?.map((program) => ({ name: program, program, env: {} })) ?? ofLab();

/** Runs `nextflow` in a folder of its own that has the files; both streams, and the exit code. `$FOLDER` in them is that folder. */
export async function runNextflow(
  nextflow: Nextflow,
  files: Files,
  args: readonly string[],
): Promise<{ readonly exit: number | null; readonly text: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-nextflow-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text.replaceAll('$FOLDER', folder));
    }
    const child = spawn(nextflow.program, args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        JAVA_HOME: process.env['JAVA_HOME'],
        HOME: folder,
        NXF_HOME: join(folder, '.home'),
        NXF_OFFLINE: 'true',
        NXF_DISABLE_CHECK_LATEST: 'true',
        NXF_ANSI_LOG: 'false',
        LC_ALL: 'C.UTF-8',
        ...nextflow.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => (text += part));
    const exit = await new Promise<number | null>((done, fail) =>
      child.on('error', fail).on('close', done),
    );
    return { exit, text };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
