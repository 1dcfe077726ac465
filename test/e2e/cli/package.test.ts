/** The package of client and command line, installed into an empty project, on each Node that it is for and in a browser. */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { build, ROOT } from '../../../src/build/build.ts';
import { type Stack, startStack } from '../../../src/dev/stack.ts';
import { CHROMIUM, launch } from '../support/browser.ts';

const run = promisify(execFile);
/** Beside the one that runs the tests, which is a 24. */
const NODES = ['20.19.6', '22.23.5'];
const NODES_FOLDER = join(ROOT, 'node_modules', '.cache', 'sluice-nodes');
/** Longer than any machine needs to download 40 MB. */
const DOWNLOAD_MS = 120_000;
/** Of the packed package, so that it stays small: 300 KB when this was written. */
const PACKED_MAX = 400_000;

// Settings of the npm that runs the tests are not of the project.
const env: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|sluice_)/i.test(name)),
);

/** The program of a Node version, or undefined when the registry cannot be reached. */
async function nodeProgram(version: string): Promise<string | undefined> {
  if (process.versions.node === version) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(NODES_FOLDER, version);
  const program = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const options = { cwd: folder, env, timeout: DOWNLOAD_MS };
  return run('npm', [...args, `${name}@${version}`], options).then(
    () => program,
    (error: unknown) => {
      console.warn(
        `Node ${version} was not tried, because it cannot be installed: ${String(error)}`,
      );
      return undefined;
    },
  );
}

let folder = '';
let stack: Stack;
let origin = '';
/** What the project serves: a page that takes the package by an import map, without a bundler. */
const site = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://site').pathname);
  if (path === '/') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><link rel="icon" href="data:,">
       <script type="importmap">{"imports": {"sluice": "/node_modules/sluice/client.js"}}</script>
       <script type="module" src="/watch.js"></script>`,
    );
    return;
  }
  response.setHeader('content-type', 'text/javascript; charset=utf-8');
  response.end(readFileSync(join(folder, path)));
});

beforeAll(async () => {
  await build();
  folder = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "private": true}');
  const here = { cwd: folder, env };
  const { stdout } = await run('npm', ['pack', '--json', join(ROOT, 'dist', 'npm')], here);
  const [{ filename, size }] = JSON.parse(stdout) as [{ filename: string; size: number }];
  expect(size).toBeLessThan(PACKED_MAX);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', filename], here);
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  stack = await startStack({ settings: { SLUICE_CORS_ORIGINS: origin } });
  const program = `
    import { createClient } from 'sluice';
    const client = createClient({ url: '${stack.api}' });
    const started = await client.startRun({ pipeline: 'steps', params: { steps: 2 } });
    const lines: string[] = [];
    let end = 'none';
    for await (const event of client.watch(started.run_id)) {
      if (event.type === 'log') for (const line of event.data.lines) lines.push(line.message);
      if (event.type === 'complete') end = event.data.status;
    }
    console.log(end, lines.length);
    // Nothing is left that keeps the program.
    const late: any = setTimeout(() => console.log('still there'), 15_000);
    late.unref?.();`;
  writeFileSync(join(folder, 'watch.ts'), program);
  writeFileSync(join(folder, 'watch.js'), program.replace(': string[]', '').replace(': any', ''));
});

afterAll(async () => {
  await stack.close();
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

  test('a build leaves a command line that may be run: npm links to it once', async () => {
    const path = join(ROOT, 'dist', 'npm', 'cli.js');
    rmSync(path);
    await build();
    expect(statSync(path).mode & 0o111).toBe(0o111);
  });
});

test('needs no other package', () => {
  const installed = readdirSync(join(folder, 'node_modules')).filter(
    (name) => !name.startsWith('.'),
  );
  expect(installed).toEqual(['sluice']);
  const inside = readdirSync(join(folder, 'node_modules', 'sluice')).toSorted();
  const [code, said] = [
    ['cli.js', 'client.js', 'types'],
    ['LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.txt', 'package.json'],
  ];
  expect(inside).toEqual([...code, ...said].toSorted());
  // Code of others is in it, and so are their licences.
  const notices = readFileSync(
    join(folder, 'node_modules', 'sluice', 'THIRD-PARTY-NOTICES.txt'),
    'utf8',
  );
  for (const name of ['commander', 'zod', 'oauth4webapi', '@azure/web-pubsub-client'])
    expect(notices).toMatch(new RegExp(`^${name} [\\d.]+ \\(MIT\\)$`, 'm'));
  expect(notices).not.toContain('undefined');
});

test.each([...NODES, process.versions.node])(
  'works on Node %s: the client in JavaScript, and the command line',
  async (version) => {
    const node = await nodeProgram(version);
    if (node === undefined) return;
    const { stdout: told } = await run(node, ['--version']);
    expect(told.trim()).toBe(`v${version}`);
    const here = {
      cwd: folder,
      env: { ...env, SLUICE_URL: stack.api, SLUICE_CONFIG: join(folder, 'config.json') },
    };
    expect((await run(node, ['watch.js'], here)).stdout).toBe('succeeded 2\n');
    const sluice = (...args: readonly string[]) =>
      run(node, [join(folder, 'node_modules', '.bin', 'sluice'), ...args], here);
    const followed = await sluice('run', 'steps', '-p', 'steps=1', '--follow');
    expect(followed.stdout).toMatch(/^\[1\/1\] .*\n$/);
    const listed = await sluice('list', '--json', '-n', '1');
    expect(JSON.parse(listed.stdout)).toMatchObject({ pipeline: 'steps', state: 'succeeded' });
    const applied = await sluice('apply', '--dry-run', '-f', join(ROOT, 'examples/catalogue.json'));
    expect(applied.stderr).toContain('0 would change');
    const table = await sluice('completion', 'bash');
    expect(table.stdout).toContain('sluice');
    const logs = await sluice(
      'logs',
      '--grep',
      'step',
      (JSON.parse(listed.stdout) as { run_id: string }).run_id,
    );
    expect(logs.stdout).toContain('step 1');
  },
  DOWNLOAD_MS * 2,
);

const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const STRICT = [
  '--ignoreConfig --noEmit --strict --exactOptionalPropertyTypes --noUncheckedIndexedAccess',
  '--skipLibCheck false --pretty false',
].flatMap((line) => line.split(' '));
const check = (options: string, ...files: readonly string[]) =>
  run(process.execPath, [TSC, ...STRICT, ...options.split(' '), ...files], { cwd: folder, env })
    .then(() => '')
    .catch((error: { readonly stdout?: string }) => error.stdout ?? 'no answer');

test.each([
  ['for Node', '--module nodenext --target es2022 --lib es2022,dom,dom.iterable --typeRoots none'],
  [
    'for a bundler',
    '--module esnext --moduleResolution bundler --target es2022 --lib es2022,dom --typeRoots none',
  ],
])('is typed, also with its own declarations checked: %s', async (_what, options) => {
  expect(await check(options, 'watch.ts')).toBe('');
  const wrong = join(folder, 'wrong.ts');
  writeFileSync(
    wrong,
    "import { createClient } from 'sluice';\ncreateClient({ url: 'x' }).startRun({ pipelin: 'x' });",
  );
  onTestFinished(() => rmSync(wrong));
  expect(await check(options, 'wrong.ts')).toContain("'pipelin' does not exist");
});

test('has the types of its source, though it brings no zod', async () => {
  const same = join(folder, 'same.ts');
  onTestFinished(() => rmSync(same));
  const client = (of: string): readonly string[] => [
    ...['RunView', 'RunEvent', 'LogLine', 'DryRunView', 'Client', 'RunPage', 'LanePage'].map(
      (name) => `${of}.${name}`,
    ),
    `Exclude<Parameters<${of}.Client['startRun']>[0], ${of}.JsonText>`,
    `Parameters<${of}.Client['pipelines']['put']>[0]`,
    `Parameters<${of}.Client['targets']['put']>[0]`,
    `Parameters<${of}.Client['domains']['put']>[1]`,
    `Parameters<${of}.Client['policies']['put']>[1]`,
    `Awaited<ReturnType<${of}.Client['pipelines']['get']>>`,
  ];
  const [packed, source] = [client('Packed'), client('Source')];
  writeFileSync(
    same,
    [
      "import type * as Packed from 'sluice';",
      `import type * as Source from '${ROOT}/src/client/index.ts';`,
      "type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? 'same' : 'narrower') : 'wider';",
      ...packed.map((name, at) => `export const type${at}: Same<${name}, ${source[at]}> = 'same';`),
      // Else everything would be the same as everything.
      "export const other: Same<Packed.RunView, Source.RunEvent> = 'wider';",
      "export const any: Same<Packed.RunView['state'], 'queued'> = 'wider';",
    ].join('\n'),
  );
  const options = '--module nodenext --target es2024 --lib es2024,dom --allowImportingTsExtensions';
  const types = `--typeRoots ${ROOT}/node_modules/@types --types node`;
  expect(await check(`${options} ${types}`, 'same.ts')).toBe('');
});

test.skipIf(CHROMIUM === undefined)(
  'works in a browser by an import map, without a bundler',
  async () => {
    const browser = await launch();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const said = page.waitForEvent('console', (message) => message.type() === 'log');
    await page.goto(origin);
    expect((await said).text()).toBe('succeeded 2');
  },
);
