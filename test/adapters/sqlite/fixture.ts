import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createStorageClient,
  type StorageClient,
} from '../../../src/adapters/sqlite/wire/client.ts';
import { type Sqlite, startSqlite } from '../../../src/dev/sqlite.ts';

export type Storage = {
  readonly sqlite: Sqlite;
  readonly client: StorageClient;
  close(): Promise<void>;
};

/** The storage process on a folder of its own, and a client of it. */
export async function startStorage(): Promise<Storage> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-sqlite-'));
  const sqlite = await startSqlite({ dir });
  const client = createStorageClient(dir);
  return {
    sqlite,
    client,
    async close() {
      client.close();
      await sqlite.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export type Received = {
  readonly id: string;
  readonly token: string;
  readonly count: number;
  readonly text: string;
};

/** Visible messages of a queue, as its consumer gets them, hidden for so long. */
export async function receive(
  client: StorageClient,
  queue: string,
  hiddenMs = 30_000,
): Promise<Received[]> {
  const { result, body } = await client.call('queue.receive', [queue, 32, hiddenMs]);
  let at = 0;
  return (result as [string, string, number, number, number, number, number][]).map((message) => {
    const [id, token, count, , , , length] = message;
    const text = new TextDecoder().decode(body.subarray(at, (at += length)));
    return { id, token, count, text };
  });
}
