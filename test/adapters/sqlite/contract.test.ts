/** The suites of the ports on SQLite. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { createSqliteBlobs } from '../../../src/adapters/sqlite/blobs.ts';
import { createSqliteQueue } from '../../../src/adapters/sqlite/queue.ts';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import { testBlobs } from '../suites/blobs.ts';
import { testQueue } from '../suites/queue.ts';
import { testStore } from '../suites/store.ts';
import { testStoreValues } from '../suites/store-values.ts';
import { testUnicode } from '../suites/unicode.ts';
import { receive, type Storage, startStorage } from './fixture.ts';

let storage: Storage;
beforeAll(async () => {
  storage = await startStorage();
});
afterAll(() => storage.close());

testStore('SQLite', () => createSqliteStore(storage.client, 'contract'));
testStoreValues('SQLite', () => createSqliteStore(storage.client, 'contract'));
testUnicode('SQLite', (prefix) => createSqliteStore(storage.client, prefix));
testBlobs('SQLite', () => createSqliteBlobs(storage.client, 'contract'));

let queues = 0;
testQueue('SQLite', async () => {
  const name = `contract-${++queues}`;
  return {
    queue: createSqliteQueue(storage.client, name),
    drain: async () => {
      const found: unknown[] = [];
      for (let next = await receive(storage.client, name); next.length > 0; ) {
        for (const { id, token, text } of next) {
          found.push(JSON.parse(text));
          await storage.client.call('queue.remove', [name, id, token]);
        }
        next = await receive(storage.client, name);
      }
      return found;
    },
    // The process's own clock is what is tested here; nothing else could be waited for.
    pass: (seconds) => sleep(seconds * 1_000 + 200),
  };
});
