import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { DOCS_ASSETS } from '../../../src/api/routes/pages/docs.ts';
import { build, DOCS, ROOT } from '../../../src/build/build.ts';

/** What a program does with the client, and what it is told not to do. */
const RIGHT_USE = `
  import { type Client, createClient, type RunEvent, SluiceError, type WatchState } from 'sluice/client';
  const client: Client = createClient({ url: 'http://127.0.0.1:7071', token: 'secret' });
  const states: WatchState[] = [];
  export async function main(): Promise<number | null> {
    const run = await client.startRun({ pipeline: 'hello', on_busy: 'attach', params: { a: 1 } });
    const attached: true | undefined = run.attached;
    const options = { after: 0, onState: (state: WatchState) => states.push(state) };
    for await (const event of client.watch(run.run_id, options)) {
      const seq: number = event.seq;
      if (event.type === 'log') for (const { message } of event.data.lines) show(message.length, seq);
      if (event.type === 'complete') return event.data.exit_code;
    }
    try {
      const { runs } = await client.listRuns({ state: 'running', limit: 10 });
      for (const { run_id } of runs) await client.cancelRun(run_id, 'no more');
      await client.targets.put({ name: 'here', namespace: 'sluice' });
    } catch (error) {
      if (error instanceof SluiceError && error.code === 'not_found') show(error.status, attached);
    }
    return null;
  }
  declare function show(...values: unknown[]): void;
  export type Line = Extract<RunEvent, { type: 'log' }>['data']['lines'][number];
`;
const WRONG_USE = `
  import { createClient, type WatchState } from 'sluice/client';
  const client = createClient({ url: 'http://127.0.0.1:7071' });
  createClient({ token: 'secret' }); // wrong
  const state: WatchState = 'stalled'; // wrong
  export async function main() {
    await client.startRun({ pipelin: 'hello' }); // wrong
    const run = await client.getRun(7); // wrong
    const code: string = run.exit_code; // wrong
    await client.listRuns({ state: 'done' }); // wrong
    for await (const event of client.watch('r')) if (event.type === 'line') return [code, state]; // wrong
    return client.targets.put({ name: 7 }); // wrong
  }
`;

const dist = (path: string): string => join(ROOT, 'dist', path);

describe('the build', () => {
  let files: readonly string[];
  beforeAll(async () => {
    files = await build();
  });

  it('makes an entry that loads nothing but itself, and stays small in all', () => {
    const entry = readFileSync(dist('functions.js'), 'utf8');
    expect(entry.length).toBeLessThan(300_000);
    // It starts its thread from the file beside it.
    expect(entry).toContain('./event-loop-thread');
    expect(files).toContain(dist('event-loop-thread.js'));
    // Not its copies, in the folders that are deployed.
    const own = files.map((path) => relative(dist(''), path));
    const code = own.filter((path) => /^(?:functions|chunks\/[^/]*)\.js$/.test(path)).map(dist);
    expect(code.length).toBeGreaterThan(5);
    const bytes = code.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
    expect(bytes).toBeLessThan(1_500_000);
  });

  it('gives the named exports of CommonJS packages that are imported dynamically', () => {
    const chunk = files.find((path) => /undici-\w+\.js$/.test(path));
    const code = `const m = await import(${JSON.stringify(chunk)});
      console.log(typeof m.request, typeof m.Agent);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(stdout.trim(), stderr).toBe('function function');
  });

  it('makes a client for browsers: no module of Node, nothing to import', () => {
    const code = readFileSync(dist('npm/client.js'), 'utf8');
    // Messages have the word `from` too, but no name of a module after it.
    expect(code).not.toMatch(/\bfrom\s*["'][\w@./:-]+["']|import\(|require\(/);
    // Of them 10 KB for signing in, by pages and by devices.
    expect(gzipSync(code).length).toBeLessThan(32_000);
  });

  it('makes a client that starts no timer and touches nothing when it is imported', () => {
    const code = `const before = process.getActiveResourcesInfo().length;
      const m = await import(${JSON.stringify(dist('npm/client.js'))});
      console.log(typeof m.createClient, process.getActiveResourcesInfo().length - before);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(stdout.trim(), stderr).toBe('function 0');
  });

  it.each([
    ['a page', ['--module', 'preserve', '--lib', 'es2024,dom']],
    ['Node', ['--module', 'nodenext', '--lib', 'es2024', '--types', 'node']],
  ])('declares the types of the client for %s', (_where, options) => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-consumer-'));
    try {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(ROOT, join(folder, 'node_modules', 'sluice'));
      symlinkSync(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      writeFileSync(join(folder, 'right.ts'), RIGHT_USE);
      writeFileSync(join(folder, 'wrong.ts'), WRONG_USE);
      const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
      const args = ['--noEmit', '--strict', '--target', 'es2024', ...options];
      const { stdout } = spawnSync(process.execPath, [compiler, ...args, 'right.ts', 'wrong.ts'], {
        cwd: folder,
        encoding: 'utf8',
      });
      const found = stdout.split('\n').filter((line) => /^\S+: error /.test(line));
      const places = found.map((line) => line.replace(/^(.*)\((\d+),.*$/, '$1 $2'));
      const wanted = WRONG_USE.split('\n').flatMap((line, index) =>
        line.includes('// wrong') ? [`wrong.ts ${index + 1}`] : [],
      );
      expect(places, stdout).toEqual(wanted);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('touches no file that is the same as before', async () => {
    const path = dist('functions.js');
    const { mtimeMs, ino } = statSync(path);
    await build();
    expect(statSync(path)).toMatchObject({ mtimeMs, ino });
  });

  it('puts the files of the documentation page beside the bundle', () => {
    expect(DOCS).toEqual(DOCS_ASSETS);
    expect(readdirSync(dist('docs'))).toEqual(expect.arrayContaining(DOCS));
  });
});
