import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBlobs } from '../../../src/adapters/azure/blobs.ts';
import { createQueue } from '../../../src/adapters/azure/queue.ts';
import { createTableStore } from '../../../src/adapters/azure/store.ts';
import { startAzurite } from '../../../src/dev/azurite.ts';
import { PATIENCE } from '../../support/patience.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-azurite-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const until = (condition: () => boolean) => vi.waitUntil(condition, PATIENCE);

const put = { op: 'put', key: 'run', values: { text: 'läuft', n: 1 } } as const;

describe('Azurite as a child process', () => {
  it('keeps tables, blobs and queues across a close and a start in the same directory', async () => {
    const state = join(dir, 'new', 'state');
    const first = await startAzurite({ dir: state });
    await createTableStore(first).commit('runs', 'p', [put]);
    await createBlobs(first, 'logs').put('a/b', Uint8Array.of(1, 2, 3), 'text/plain');
    await createQueue(first, 'work').send({ n: 1 });
    await first.close();
    await first.close();
    expect(await first.ended).toMatch('Azurite ended (exit code 0)');
    expect(isAlive(first.pid)).toBe(false);

    const second = await startAzurite({ dir: state });
    try {
      const store = createTableStore(second);
      expect((await store.read('runs', 'p', 'run'))?.values).toEqual(put.values);
      expect(await createBlobs(second, 'logs').get('a/b')).toEqual(Uint8Array.of(1, 2, 3));
      expect(second.connectionString).not.toBe(first.connectionString);
    } finally {
      await second.close();
    }
  });

  it('closes while clients hold connections and requests are under way', async () => {
    const azurite = await startAzurite({ dir: join(dir, 'busy') });
    const store = createTableStore(azurite, { deadlineMs: 2_000 });
    let acknowledged = 0;
    const writing = (async () => {
      for (let index = 0; ; index += 1) {
        await store.commit('runs', 'p', [{ ...put, key: `k${index}` }]);
        acknowledged = index + 1;
      }
    })().catch(() => {});
    await until(() => acknowledged > 50);
    await azurite.close();
    await writing;
    const again = await startAzurite({ dir: join(dir, 'busy') });
    try {
      const rows = await createTableStore(again).list('runs', 'p', { limit: 1_000 });
      expect(rows.length).toBeGreaterThanOrEqual(Math.min(acknowledged, 1_000));
    } finally {
      await again.close();
    }
  });

  it('ends, having saved, when its parent is killed', async () => {
    const state = join(dir, 'orphan');
    const entry = new URL('../../../src/dev/azurite.ts', import.meta.url).href;
    const code = `const { startAzurite } = await import(${JSON.stringify(entry)});
      const { pid, connectionString } = await startAzurite({ dir: ${JSON.stringify(state)} });
      console.log(JSON.stringify({ pid, connectionString }));
      setInterval(() => {}, 1_000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: parent.stdout }).once('line', resolve),
    );
    const { pid, connectionString } = JSON.parse(line) as { pid: number; connectionString: string };
    await createTableStore({ connectionString }).commit('runs', 'p', [put]);
    parent.kill('SIGKILL');
    await until(() => !isAlive(pid));

    const again = await startAzurite({ dir: state });
    try {
      expect((await createTableStore(again).read('runs', 'p', 'run'))?.values).toEqual(put.values);
    } finally {
      await again.close();
    }
  });

  it('says why when it cannot start', async () => {
    // A socket where the directory should be.
    const path = join(dir, 'taken');
    const server = createServer().listen(path);
    await expect(startAzurite({ dir: path })).rejects.toThrow(/EEXIST|ENOTDIR/);
    await new Promise((resolve) => server.close(resolve));
  });
});
