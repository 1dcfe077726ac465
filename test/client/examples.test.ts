/** The examples in the client's comments compile, so that they stay true. */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

type Example = { readonly file: string; readonly of: string; readonly code: string };

/** The examples of a file, with the name that each of them is of. */
function examplesOf(file: string): Example[] {
  const text = readFileSync(join(root, file), 'utf8');
  const comments = text.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:async )?(?:function |const |class )?(\w+)/g,
  );
  return [...comments].flatMap(([, comment = '', of = '']) => {
    const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    const parts = lines.join('\n').split(/^@example\b.*$/m);
    return parts
      .slice(1)
      .map((part) => ({ file, of, code: part.replace(/^@\w[\s\S]*/m, '').trim() }));
  });
}
const examples = globSync('src/client/**/*.ts', { cwd: root }).flatMap(examplesOf);

/** What an example may take for given; one with imports of its own stands alone. */
const GIVEN = `import { createClient, JsonText, SluiceError, type Client } from 'sluice';
declare const client: Client;
declare const run_id: string;
`;

async function compile(codes: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-examples-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [at, code] of codes.entries()) {
    const whole = /^import /m.test(code) ? code : `${GIVEN}${code}`;
    writeFileSync(join(folder, `example-${at}.ts`), `${whole}\nexport {};\n`);
  }
  const client = join(root, 'src/client/index.ts');
  const compilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
    paths: { sluice: [client], 'sluice/client': [client] },
  };
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  return run(process.execPath, [compiler, '-p', folder, '--pretty', 'false']).then(
    () => '',
    (error: { readonly stdout?: string }) => error.stdout ?? 'no answer',
  );
}

/** By their names in the client, or the function that makes the group. */
const GROUPS = `
  createClient watch createSignIn createDeviceSignIn SluiceError
  startRun dryRun listRuns cancelRun patchRun log logStream events
  listLanes putLane entries listPipelineVersions policies domains readAudit create signIn negotiate watchRuns
`;

test('there is one for each entry, and for each group of methods', () => {
  const shown = new Set(examples.map(({ of }) => of));
  for (const name of GROUPS.trim().split(/\s+/)) expect([...shown]).toContain(name);
});

test('all of them compile', async () => {
  expect(examples.length).toBeGreaterThan(20);
  const told = await compile(examples.map(({ code }) => code));
  const named = told.replaceAll(
    /example-(\d+)\.ts/g,
    (_, at: string) => `${examples[Number(at)]?.of} of ${examples[Number(at)]?.file}`,
  );
  expect(named).toBe('');
});

test('one that is wrong does not', async () => {
  expect(await compile(['await client.cancelRun(17);'])).toContain("'number'");
  expect(await compile(['const { nothing } = await client.getRun(run_id);'])).toContain('nothing');
});
