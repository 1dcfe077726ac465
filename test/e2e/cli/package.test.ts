/** The package of client and command line, installed into an empty project. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { build, ROOT } from '../../../src/build/build.ts';
import { startStack } from '../support/stack.ts';

const run = promisify(execFile);

test('works in an empty project, from JavaScript, TypeScript and a shell', async () => {
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  // Settings of the npm that runs the tests are not of the project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)),
  );
  const here = { cwd: folder, env };
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "private": true}');
  const { stdout: packed } = await run('npm', ['pack', '--json', join(ROOT, 'dist', 'npm')], here);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', filename], here);

  const { ready } = await startStack();
  const program = `
    import { createClient } from 'sluice';
    const client = createClient({ url: '${ready.api}' });
    const started = await client.startRun({ pipeline: 'steps', params: { steps: 2 } });
    for await (const event of client.watch(started.run_id))
      if (event.type === 'complete') console.log(event.data.status);`;
  writeFileSync(join(folder, 'watch.js'), program);
  writeFileSync(join(folder, 'watch.ts'), program);
  const { stdout } = await run(process.execPath, ['watch.js'], here);
  expect(stdout).toBe('succeeded\n');
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
  const libraries = ['--lib', 'es2024,dom', '--types', ''];
  await run(process.execPath, [compiler, ...options, ...libraries, 'watch.ts'], here);

  const sluice = join(folder, 'node_modules', '.bin', 'sluice');
  const listed = await run(sluice, ['list', '--json'], {
    ...here,
    env: { ...env, SLUICE_URL: ready.api, SLUICE_CONFIG: join(folder, 'config.json') },
  });
  expect(JSON.parse(listed.stdout)).toMatchObject({ pipeline: 'steps', state: 'succeeded' });
});
