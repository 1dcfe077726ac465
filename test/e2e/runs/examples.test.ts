import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../../../src/build/build.ts';
import { readCatalogue } from '../../../src/dev/catalogue.ts';
import { checkByHash, compare } from '../../../src/dev/demo/check.ts';
import { PATIENCE } from '../../support/patience.ts';
import { groupOf } from '../stack/processes.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-examples-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function command(name: string): Promise<string[]> {
  const { pipelines } = await readCatalogue(join(ROOT, 'examples', 'catalogue.json'));
  const container = pipelines.find((entry) => entry.name === name)?.container;
  return [...(container?.command ?? []), ...(container?.args ?? [])].slice(1);
}

/** Shells of this machine that the scripts have to work with. */
const shells = ['sh', 'dash', 'busybox sh', 'bash --posix'].filter((shell) => {
  const [name = '', ...args] = shell.split(' ');
  return spawnSync(name, [...args, '-c', 'true']).status === 0;
});

describe('the examples', () => {
  it.each(shells)('hello says of itself what it printed, under %s', async (shell) => {
    const output = join(dir, `${shell}.txt`);
    const [name = '', ...args] = shell.split(' ');
    const { stdout, status } = spawnSync(name, [...args, ...(await command('hello'))], {
      encoding: 'utf8',
      env: { ...process.env, HELLO_SECONDS: '1', SLUICE_OUTPUT: output },
    });
    expect(status).toBe(0);
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines).toHaveLength(67);
    expect(checkByHash(lines)).toEqual({ lost: 0, doubled: 0, exact: true, why: null });
    const copy = await readFile(output, 'utf8');
    expect(copy).toBe(`${lines.slice(0, -1).join('\n')}\n`);
    expect(lines.filter((line) => /^\[\d\/5\] /.test(line))).toHaveLength(5);
  });

  it('hello ends soon on TERM, with all its processes', async () => {
    const child = spawn('sh', await command('hello'), {
      detached: true,
      env: { ...process.env, SLUICE_OUTPUT: join(dir, 'term.txt') },
    });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await exit).toBe(143);
    await vi.waitFor(() => expect(groupOf(child.pid ?? 0)).toEqual([]), PATIENCE);
  });

  it('burst prints 20,000 lines, fail fails with 3 and a reason', async () => {
    const burst = spawnSync('sh', await command('burst'), { encoding: 'utf8' });
    expect(burst.stdout.split('\n')).toHaveLength(20_001);
    const fail = spawnSync('sh', await command('fail'), { encoding: 'utf8' });
    expect(fail.status).toBe(3);
    expect(fail.stdout.trimEnd().split('\n').at(-1)).toMatch(/^ERROR: /);
  });
});

describe('the check of the demo', () => {
  const printed = ['a', 'b', 'b', 'c'];
  it.each([
    ['everything in order', printed, { lost: 0, doubled: 0, exact: true }],
    ['a lost line', ['a', 'b', 'b'], { lost: 1, doubled: 0, exact: false }],
    ['a line lost that is printed twice', ['a', 'b', 'c'], { lost: 1, doubled: 0, exact: false }],
    ['a doubled line', ['a', 'b', 'b', 'c', 'c'], { lost: 0, doubled: 1, exact: false }],
    ['another order', ['b', 'a', 'b', 'c'], { lost: 0, doubled: 0, exact: false }],
  ])('sees %s', (_name, received, want) => {
    expect(compare(printed, received)).toMatchObject(want);
  });

  it('sees by the hash alone what the copy would show', () => {
    // printf 'a\\nb\\n' | sha256sum
    const hash = '911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2';
    const last = `output: 2 lines, sha256 ${hash}`;
    expect(checkByHash(['a', 'b', last])).toMatchObject({ lost: 0, exact: true });
    expect(checkByHash(['b', 'a', last])).toMatchObject({ exact: false });
    expect(checkByHash(['a', 'b', 'b', last])).toMatchObject({ doubled: 1, exact: false });
    expect(checkByHash(['a', last])).toMatchObject({ lost: 1, exact: false });
    expect(checkByHash(['a', 'b'])).toMatchObject({ exact: false });
  });
});
