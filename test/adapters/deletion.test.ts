/** Deletion on each of the stores. */
import { afterAll, beforeAll } from 'vitest';
import { createBlobs } from '../../src/adapters/azure/blobs.ts';
import { createTableStore } from '../../src/adapters/azure/store.ts';
import { createMemoryBlobs } from '../../src/adapters/memory/blobs.ts';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import { createSqliteBlobs } from '../../src/adapters/sqlite/blobs.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { type Azurite, startAzurite } from '../../src/dev/azurite.ts';
import { type Storage, startStorage } from './sqlite/fixture.ts';
import { testDeletion } from './suites/deletion.ts';

let azurite: Azurite;
let storage: Storage;
beforeAll(async () => {
  [azurite, storage] = await Promise.all([startAzurite(), startStorage()]);
});
afterAll(() => Promise.all([azurite.close(), storage.close()]));

testDeletion('memory', () => ({ store: createMemoryStore(), blobs: createMemoryBlobs() }));
testDeletion('Azure', () => ({
  store: createTableStore(azurite, { prefix: 'deletion' }),
  blobs: createBlobs(azurite, 'deletion'),
}));
testDeletion('SQLite', () => ({
  store: createSqliteStore(storage.client, 'deletion'),
  blobs: createSqliteBlobs(storage.client, 'deletion'),
}));
