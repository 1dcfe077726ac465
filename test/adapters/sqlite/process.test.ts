/** The storage process: who may have a folder, what its end does to those who wait, what is on the disk when it was killed. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSqliteBlobs } from '../../../src/adapters/sqlite/blobs.ts';
import { createSqliteQueue } from '../../../src/adapters/sqlite/queue.ts';
import { openDatabase } from '../../../src/adapters/sqlite/server/database.ts';
import { checkFileSystem } from '../../../src/adapters/sqlite/server/file-system.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import {
  ConnectionLost,
  createStorageClient,
  NoAnswer,
  StorageFailed,
} from '../../../src/adapters/sqlite/wire/client.ts';
import { startChild } from '../../../src/dev/child.ts';
import { startSqlite } from '../../../src/dev/sqlite.ts';
import { Conflict, type Write } from '../../../src/ports/store.ts';
import { PATIENCE } from '../../support/patience.ts';
import { type Storage, startStorage } from './fixture.ts';

const put = (key: string, n = 1): Write => ({ op: 'put', key, values: { n } });
const kill = (storage: Storage, signal: NodeJS.Signals = 'SIGKILL') =>
  process.kill(storage.sqlite.pid() ?? 0, signal);

let storage: Storage | undefined;
const start = async () => (storage = await startStorage());
afterEach(async () => {
  await storage?.close();
  storage = undefined;
});

describe('a folder', () => {
  it('is for one process: a second one waits, and has everything once the first is killed', async () => {
    const { sqlite, client } = await start();
    await createSqliteStore(client).commit('runs', 'p', [put('run')]);
    const entry = new URL('../../../src/adapters/sqlite/server/main.ts', import.meta.url).pathname;
    const first = sqlite.pid() ?? 0;
    const second = startChild({ name: 'second', entry, args: ['--data', sqlite.folder] });
    const isThere = second.then(() => 'second');
    expect(await Promise.race([isThere, client.call('rows.any', ['runs'])])).not.toBe('second');
    // Its keeper starts a third one, which waits for the second, or the other way round.
    process.kill(first, 'SIGKILL');
    expect(await createSqliteStore(client).read('runs', 'p', 'run')).toBeDefined();
    await sqlite.close();
    await (await second).close();
  });

  it('that another process has is refused', async () => {
    const { sqlite, client } = await start();
    await expect(openDatabase(sqlite.folder, 0)).rejects.toThrow('in use by another process');
    await createSqliteStore(client).commit('runs', 'p', [put('run')]);
  });

  it('is open to its user alone', async () => {
    const { sqlite } = await start();
    for (const name of ['socket', 'sluice.db', 'sluice.db-wal'])
      expect((await stat(join(sqlite.folder, name))).mode & 0o077).toBe(0);
  });

  it.each([
    ['NFS', 0x6969],
    ['SMB', 0x517b],
    ['SMB (CIFS)', 0xff534d42 | 0],
    ['SMB', 0xfe534d42],
    ['9P', 0x01021997],
    ['FUSE', 0x65735546],
  ])('on %s is refused', (name, type) => {
    expect(() => checkFileSystem('/data', () => type)).toThrow(`/data is on ${name}, a file`);
  });

  it.each([
    ['ext4', 0xef53],
    ['XFS', 0x58465342],
    ['Btrfs', 0x9123683e],
    ['memory', 0x01021994],
  ])('on %s is taken', (_name, type) => {
    expect(() => checkFileSystem('/data', () => type)).not.toThrow();
  });

  it('that is of no use is named, with why', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'sluice-sqlite-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const deep = join(dir, 'x'.repeat(100));
    await mkdir(deep);
    await expect(startSqlite({ dir: deep })).rejects.toThrow('is too long a path');
    const broken = join(dir, 'broken');
    await mkdir(broken);
    await writeFile(
      join(broken, 'sluice.db'),
      'no database at all, but long enough to be one'.repeat(100),
    );
    await expect(startSqlite({ dir: broken })).rejects.toThrow(`${broken}: file is not a database`);
  });
});

describe('callers of a process', () => {
  it('that is killed: what was sent is unknown, what is sent then waits for the next one', async () => {
    const { client, sqlite } = await start();
    const store = createSqliteStore(client);
    await store.commit('runs', 'p', [put('before')]);
    kill(storage as Storage, 'SIGSTOP');
    const cut = store.commit('runs', 'p', [put('cut')]);
    const read = store.read('runs', 'p', 'before');
    const pid = sqlite.pid();
    const settled = cut.then(
      () => 'done',
      (error: unknown) => error,
    );
    await new Promise((resolve) => setImmediate(resolve));
    kill(storage as Storage);
    const error = await settled;
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error).not.toBeInstanceOf(Conflict);
    // A read is repeated, and what comes later never saw the old process.
    expect((await read)?.values).toEqual({ n: 1 });
    await store.commit('runs', 'p', [put('after')]);
    expect(sqlite.pid()).not.toBe(pid);
  });

  it('that does not answer reject at their deadline, with no claim about the outcome', async () => {
    const { sqlite } = await start();
    const client = createStorageClient(sqlite.folder, 200);
    kill(storage as Storage, 'SIGSTOP');
    const store = createSqliteStore(client);
    const queue = createSqliteQueue(client, 'q');
    const receipt = { id: 'm1', token: 'x' };
    const calls = [
      store.read('runs', 'p', 'k'),
      store.list('runs', 'p', { limit: 1 }),
      store.hasRows('runs'),
      store.commit('runs', 'p', [put('k')]),
      queue.send('x'),
      queue.postpone(receipt, 1),
      queue.remove(receipt),
      queue.waiting(),
      createSqliteBlobs(client, 'c').put('a', Uint8Array.of(1), 'text/plain'),
      createSqliteBlobs(client, 'c').get('a'),
      createSqliteBlobs(client, 'c').remove('a'),
    ];
    for (const result of await Promise.allSettled(calls))
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(NoAnswer) });
    kill(storage as Storage, 'SIGCONT');
    client.close();
  });

  it('that is not there reject at their deadline', async () => {
    const client = createStorageClient(join(tmpdir(), 'sluice-nobody'), 200);
    await expect(createSqliteStore(client).read('runs', 'p', 'k')).rejects.toThrow(
      /^rows.read: no (?:storage process at|answer within)/,
    );
  });

  it('that ask for what it does not have are told, and the others are served', async () => {
    const { client } = await start();
    const calls = await Promise.allSettled([
      client.call('rows.any', ['runs']),
      client.call('nothing', []),
      client.call('rows.commit', ['x"; DROP TABLE blobs', 'p', []]),
      client.call('blob.part', [99, 0], { parts: [Uint8Array.of(1)] }),
      client.call('rows.any', ['runs']),
    ]);
    expect(calls.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    for (const call of calls)
      if (call.status === 'rejected') expect(call.reason).toBeInstanceOf(StorageFailed);
  });
});

describe('a killed process', () => {
  it('has everything on its disk that it answered, in tables, queues and blobs', async () => {
    const { client, sqlite } = await start();
    const store = createSqliteStore(client);
    const queue = createSqliteQueue(client, 'work');
    const blobs = createSqliteBlobs(client, 'logs');
    const [etags] = await Promise.all([
      store.commit('runs', 'p', [put('run')]),
      queue.send({ run: 1 }),
      blobs.put('a/b', Uint8Array.of(1, 2, 3), 'text/plain'),
    ]);
    const before = sqlite.pid();
    kill(storage as Storage);
    await vi.waitUntil(() => ![before, undefined].includes(sqlite.pid()), PATIENCE);
    expect((await store.read('runs', 'p', 'run'))?.etag).toBe(etags.get('run'));
    expect(await queue.waiting()).toBe(true);
    expect(await blobs.get('a/b')).toEqual(Uint8Array.of(1, 2, 3));
  });
});
