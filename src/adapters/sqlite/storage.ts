import type { Blobs } from '../../ports/blobs.ts';
import type { FollowQueue } from '../../ports/follow-queue.ts';
import type { Store } from '../../ports/store.ts';
import { createSqliteBlobs } from './blobs.ts';
import { createSqliteQueue } from './queue.ts';
import { createSqliteStore } from './store.ts';
import { createStorageClient } from './wire/client.ts';

export type SqliteStorage = {
  /** `prefix` is put before each table's name. */
  readonly store: (prefix: string) => Store;
  readonly blobs: (container: string) => Blobs;
  readonly queue: (name: string) => FollowQueue;
};

/** The storage of the process that works on `folder`, over one connection, which the first call makes. */
export function createSqliteStorage(folder: string): SqliteStorage {
  const client = createStorageClient(folder);
  return {
    store: (prefix) => createSqliteStore(client, prefix),
    blobs: (container) => createSqliteBlobs(client, container),
    queue: (name) => createSqliteQueue(client, name),
  };
}
