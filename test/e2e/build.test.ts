import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { DOCS_ASSETS } from '../../src/api/routes/docs.ts';
import { build, DOCS, ROOT } from '../../src/local/build.ts';

const dist = (path: string): string => join(ROOT, 'dist', path);

describe('the build', () => {
  let files: readonly string[];
  beforeAll(async () => {
    files = await build();
  });

  it('makes an entry that loads nothing but itself, and stays small in all', () => {
    const entry = readFileSync(dist('functions.js'), 'utf8');
    expect(entry.length).toBeLessThan(300_000);
    const code = files.filter((path) => path.endsWith('.js') && !path.includes('/docs/'));
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
    const code = readFileSync(dist('client.js'), 'utf8');
    expect(code).not.toMatch(/from\s*["']|import\(|require\(/);
    expect(gzipSync(code).length).toBeLessThan(25_000);
  });

  it('makes a client that starts no timer and touches nothing when it is imported', () => {
    const code = `const before = process.getActiveResourcesInfo().length;
      const m = await import(${JSON.stringify(dist('client.js'))});
      console.log(typeof m.createClient, process.getActiveResourcesInfo().length - before);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(stdout.trim(), stderr).toBe('function 0');
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
