/** Puts each bug of the list into a copy of the source, whose tests are green, and demands that they go red. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTANTS, type Mutant, patternOf, testPath } from './list.ts';

const ENGINE = ['test/engine'];
/** Of other folders. */
const OTHERS = MUTANTS.flatMap(({ tests = [] }) => tests.map(testPath)).filter(
  (path) => !path.startsWith('test/engine/'),
);
const root = resolve(import.meta.dirname, '../..');
/** Some bugs need many orders of events before they show. */
const SEEDS = process.env['SEEDS'] ?? '250';
const chosen = process.argv.slice(2);
const mutants = MUTANTS.filter(
  (mutant) => chosen.length === 0 || chosen.some((word) => mutant.name.includes(word)),
);

async function copyTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-mutant-'));
  for (const name of [
    'src',
    'test',
    'k8s-manifests',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function runTests(
  folder: string,
  tests: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--project',
        'unit',
        ...tests,
        '--bail',
        '1',
        '--no-color',
      ],
      {
        cwd: folder,
        // Its failures are wanted: they are no results of ours, and nobody tries them again.
        env: { ...process.env, SEEDS, TEST_REPORT: '', CI: '' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });
}

async function caught(folder: string, mutant: Mutant): Promise<string | undefined> {
  const path = join(folder, mutant.file);
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(patternOf(mutant), () => mutant.replace.trim()),
  );
  try {
    const { code, output } = await runTests(folder, mutant.tests?.map(testPath) ?? ENGINE);
    if (code === 0) return undefined;
    const line = output.split('\n').find((each) => /Error: /.test(each)) ?? 'tests failed';
    return line.replace(/^.*?Error: /, '').slice(0, 110);
  } finally {
    await writeFile(path, text);
  }
}

const folder = await copyTree();
let escaped = 0;
try {
  const { code, output } = await runTests(folder, [...ENGINE, ...new Set(OTHERS)]);
  if (code !== 0)
    throw new Error(`Red without a mutant, so that every one would look caught:\n${output}`);
  for (const mutant of mutants) {
    const how = await caught(folder, mutant);
    if (how === undefined) escaped += 1;
    process.stdout.write(
      `${how === undefined ? 'ESCAPED' : 'caught '}  ${mutant.name}${how === undefined ? '' : `\n         ${how}`}\n`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`${mutants.length - escaped} mutants caught, ${escaped} escaped\n`);
process.exitCode = escaped === 0 ? 0 : 1;
