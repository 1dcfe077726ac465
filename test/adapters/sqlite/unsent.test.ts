/** What waits in the storage process for clients that do not read: bounded for each, and for all, and nobody waits for them. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '../../../src/adapters/sqlite/server/database.ts';
import { createGroups } from '../../../src/adapters/sqlite/server/groups.ts';
import { createHub } from '../../../src/adapters/sqlite/server/hub.ts';
import { ANSWERS_BYTES_MAX, UNSENT_BYTES_MAX } from '../../../src/adapters/sqlite/server/limits.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import { createStorageClient } from '../../../src/adapters/sqlite/wire/client.ts';
import { SOCKET } from '../../../src/adapters/sqlite/wire/operations.ts';
import { decodeFrame, encodeFrame, FrameReader } from '../../../src/adapters/sqlite/wire/packet.ts';
import { PATIENCE } from '../../support/patience.ts';

const MIB = 1024 * 1024;
const ROWS = 64;
/** A list of all rows has about 4 MiB, the largest page. */
const ROW_BYTES = 64_000;
const list = (id: number) => encodeFrame([id, 'rows.list', 'runs', 'p', '', null, 1_000]);

/** The storage process in this one, its thread without one, so that what it has unsent can be seen. */
async function start() {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-sqlite-'));
  const database = await openDatabase(dir);
  const run = createGroups(database);
  const sockets: Socket[] = [];
  const unsent = (): number =>
    sockets.reduce((sum, socket) => sum + (socket.destroyed ? 0 : socket.writableLength), 0);
  let unsentMost = 0;
  const hub = createHub((group) => {
    setImmediate(() => {
      hub.answer(run(group));
      unsentMost = Math.max(unsentMost, unsent());
    });
  });
  const server = createServer((socket) => {
    sockets.push(socket);
    hub.serve(socket);
  });
  const path = join(dir, SOCKET);
  await once(server.listen(path), 'listening');
  const client = createStorageClient(dir);
  const silent: Socket[] = [];
  onTestFinished(async () => {
    client.close();
    for (const socket of silent) socket.destroy();
    hub.close();
    await new Promise((resolve) => server.close(resolve));
    await vi.waitUntil(() => unsent() === 0);
    database.close();
    await rm(dir, { recursive: true, force: true });
  });
  const store = createSqliteStore(client);
  // Random, since values are stored compressed.
  for (let n = 0; n < ROWS; n += 1) {
    const key = `k${String(n).padStart(2, '0')}`;
    await store.commit('runs', 'p', [{ op: 'put', key, values: { b: randomBytes(ROW_BYTES) } }]);
  }
  return {
    store,
    sockets,
    unsent,
    unsentMost: () => unsentMost,
    /** A client that asks for so many lists and does not read. */
    async silent(lists: number): Promise<Socket> {
      const socket = connect(path);
      silent.push(socket);
      socket.on('error', () => undefined).pause();
      await once(socket, 'connect');
      for (let id = 1; id <= lists; id += 1) socket.write(list(id));
      return socket;
    },
  };
}

it('is one group of answers for a client that asks for much, which has all of them once it reads', async () => {
  const { store, sockets, unsent, unsentMost, ...storage } = await start();
  const silent = await storage.silent(64);
  await vi.waitUntil(() => unsent() > 0 || sockets[1]?.destroyed, PATIENCE);
  for (let n = 0; n < 3; n += 1) {
    const rows = await store.list('runs', 'p', { limit: 1_000 });
    expect(rows).toHaveLength(ROWS);
  }
  expect(unsentMost()).toBeGreaterThan(ANSWERS_BYTES_MAX);
  // What it and the reader have unsent.
  expect(unsentMost()).toBeLessThan(2 * (ANSWERS_BYTES_MAX + 4 * MIB));

  const frames = new FrameReader();
  const ids: unknown[] = [];
  silent.on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk)) ids.push((decodeFrame(frame).head as unknown[])[0]);
  });
  silent.resume();
  await vi.waitUntil(() => ids.length === 64, PATIENCE);
  expect(ids).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
});

it('is bounded for all of them together: those who have not read for longest are cut', async () => {
  const { store, sockets, unsentMost, ...storage } = await start();
  for (let n = 0; n < 40; n += 1) {
    await storage.silent(2);
    await vi.waitUntil(() => (sockets[n + 1]?.writableLength ?? 0) > 0, PATIENCE);
  }
  const rows = await store.list('runs', 'p', { limit: 1_000 });
  expect(rows).toHaveLength(ROWS);
  expect(unsentMost()).toBeGreaterThan(UNSENT_BYTES_MAX / 2);
  expect(unsentMost()).toBeLessThanOrEqual(UNSENT_BYTES_MAX);
  // The first connection is the reader's.
  const isCut = sockets.map(({ destroyed }) => destroyed);
  const cut = isCut.filter(Boolean).length;
  expect(cut).toBeGreaterThan(0);
  expect(isCut.slice(0, cut + 1)).toEqual([false, ...Array.from({ length: cut }, () => true)]);
});
