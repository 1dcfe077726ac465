import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../../src/dev/child.ts';
import { PATIENCE } from '../../support/patience.ts';
import { isAlive } from './processes.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-child-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function script(name: string, code: string): Promise<string> {
  const path = join(dir, `${name}.ts`);
  await writeFile(path, code);
  return path;
}

const OBEDIENT = `
process.stdin.on('end', () => { console.log('bye'); process.exit(0); }).resume();
console.log(JSON.stringify({ ready: true, pid: process.pid, arg: process.argv[2], env: process.env.GREETING }));
console.log('hello');
console.error('careful');
`;
const STUBBORN = `
process.on('SIGTERM', () => {});
setInterval(() => {}, 1000);
console.log(JSON.stringify({ pid: process.pid }));
`;

describe('a process of the stack', () => {
  it('is ready with its JSON, passes on what it prints, and ends when it is closed', async () => {
    const lines: string[] = [];
    const child = await startChild({
      name: 'obedient',
      entry: await script('obedient', OBEDIENT),
      args: ['one'],
      env: { GREETING: 'hi' },
      log: (line) => lines.push(line),
    });
    expect(child.ready).toEqual({ ready: true, pid: child.pid, arg: 'one', env: 'hi' });
    await vi.waitFor(
      () => expect(lines).toEqual(expect.arrayContaining(['hello', 'careful'])),
      PATIENCE,
    );
    await child.close();
    expect(isAlive(child.pid)).toBe(false);
    expect(lines).toContain('bye');
    expect(await child.ended).toBe('obedient ended (exit code 0)');
    await child.close();
  });

  it('is killed when it does not end by itself', async () => {
    const child = await startChild({
      name: 'stubborn',
      entry: await script('stubborn', STUBBORN),
      closeMs: 100,
    });
    await child.close();
    expect(isAlive(child.pid)).toBe(false);
    expect(await child.ended).toBe('stubborn ended (SIGKILL)');
  });

  it('tells when it ends unasked, with its last words', async () => {
    const child = await startChild({
      name: 'fragile',
      entry: await script(
        'fragile',
        `console.log('{}'); setTimeout(() => { throw new Error('out of luck'); }, 50);`,
      ),
    });
    const how = await child.ended;
    expect(how).toContain('fragile ended (exit code 1)');
    expect(how).toContain('out of luck');
  });

  it.each([
    [
      'ends before it is ready',
      `console.error('no port'); process.exit(3);`,
      {},
      /exit code 3.*no port/s,
    ],
    ['prints something else', `console.log('hello'); setInterval(() => {}, 1000);`, {}, /no JSON/],
    // Only who says nothing is waited for in vain: the others may take their time to begin.
    ['says nothing', `setInterval(() => {}, 1000);`, { readyMs: 400 }, /not ready within 400 ms/],
  ])('is refused, and gone, when it %s', async (name, code, options, message) => {
    const entry = await script(name.replaceAll(' ', '-'), code);
    await expect(startChild({ name: 'it', entry, ...options })).rejects.toThrow(message);
  });

  it('does not outlive its parent, even when that is killed', async () => {
    const obedient = await script('orphan', OBEDIENT);
    const parent = await script(
      'parent',
      `import { startChild } from ${JSON.stringify(new URL('../../../src/dev/child.ts', import.meta.url).href)};
       const child = await startChild({ name: 'orphan', entry: ${JSON.stringify(obedient)} });
       console.log(JSON.stringify({ pid: process.pid, child: child.pid }));`,
    );
    const outer = await startChild({ name: 'parent', entry: parent });
    const pid = Number(outer.ready['child']);
    expect(isAlive(pid)).toBe(true);
    process.kill(outer.pid, 'SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENCE);
  });
});
