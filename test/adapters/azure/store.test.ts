import { TableServiceClient } from '@azure/data-tables';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { OutcomeUnknown } from '../../../src/adapters/azure/attempts.ts';
import { endpointOf, NoAnswer } from '../../../src/adapters/azure/settings.ts';
import { createTableStore } from '../../../src/adapters/azure/store.ts';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { type Azurite, startAzurite } from '../../../src/dev/azurite.ts';
import { Conflict, type Store } from '../../../src/ports/store.ts';
import {
  BUSY,
  type Fate,
  type StorageProxy,
  startStorageProxy,
} from '../../support/fault-proxy.ts';
import { testStore } from '../suites/store.ts';
import { testStoreValues } from '../suites/store-values.ts';

let azurite: Azurite;
let tables: Store;
const proxies: StorageProxy[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  tables = createTableStore(azurite, { prefix: 'contract' });
});
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});
afterAll(() => azurite.close());

const memory = createMemoryStore();
testStore('memory', () => memory);
testStoreValues('memory', () => memory);
testStore('Azure Tables', () => tables);
testStoreValues('Azure Tables', () => tables);

/** A store whose requests meet the given fates, in order; later ones pass. */
async function behind(fates: readonly Fate[], deadlineMs?: number) {
  const proxy = await startStorageProxy(
    azurite.connectionString,
    'Table',
    ({ index }) => fates[index] ?? 'pass',
  );
  proxies.push(proxy);
  const options = { prefix: 'contract', ...(deadlineMs === undefined ? {} : { deadlineMs }) };
  return { store: createTableStore(proxy, options), proxy };
}

describe('Azure Tables: a service that does not answer', () => {
  const calls: [string, (store: Store) => Promise<unknown>][] = [
    ['read', (store) => store.read('runs', 'p', 'k')],
    ['list', (store) => store.list('runs', 'p', { limit: 10 })],
    ['lone write', (store) => store.commit('runs', 'p', [{ op: 'put', key: 'k', values: {} }])],
    [
      'transaction',
      (store) =>
        store.commit('runs', 'p', [
          { op: 'put', key: 'k', values: {} },
          { op: 'insert', key: 'l', values: {} },
        ]),
    ],
  ];
  it.each(calls)(
    'lets a %s reject at its deadline, with no claim about the outcome',
    async (_what, call) => {
      const { store } = await behind(Array<Fate>(20).fill('swallow'), 200);
      const error = await call(store).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NoAnswer);
      expect(error).not.toBeInstanceOf(Conflict);
      expect(String(error)).toContain('no answer within 200 ms');
    },
  );

  it('is not waited for when nobody listens there at all', async () => {
    const { store, proxy } = await behind([], 1_000);
    await proxy.close();
    await expect(store.read('runs', 'p', 'k')).rejects.not.toBeInstanceOf(Conflict);
    await expect(
      store.commit('runs', 'p', [{ op: 'insert', key: 'k', values: {} }]),
    ).rejects.not.toBeInstanceOf(Conflict);
  });
});

describe('Azure Tables: answers that get lost', () => {
  beforeAll(async () => {
    await tables.commit('runs', 'warm', [{ op: 'put', key: 'up', values: {} }]);
  });

  it('never reports a conflict with its own lost success as a Conflict', async () => {
    const { store } = await behind(['lose']);
    await expect(
      store.commit('runs', 'lost-insert', [{ op: 'insert', key: 'k', values: { n: 1 } }]),
    ).rejects.toBeInstanceOf(OutcomeUnknown);
    expect((await tables.read('runs', 'lost-insert', 'k'))?.values).toEqual({ n: 1 });
  });

  it('does the same for a transaction', async () => {
    const etags = await tables.commit('runs', 'lost-tx', [
      { op: 'insert', key: 'lane', values: {} },
    ]);
    const { store } = await behind(['lose']);
    await expect(
      store.commit('runs', 'lost-tx', [
        { op: 'replace', key: 'lane', values: { n: 1 }, etag: etags.get('lane') ?? '' },
        { op: 'put', key: 'other', values: {} },
      ]),
    ).rejects.toBeInstanceOf(OutcomeUnknown);
    expect(await tables.list('runs', 'lost-tx', { limit: 10 })).toHaveLength(2);
  });

  it('repeats a guarded commit that was never carried out', async () => {
    const { store, proxy } = await behind(['reset', BUSY]);
    await store.commit('runs', 'reset', [{ op: 'insert', key: 'k', values: {} }]);
    expect(proxy.requests).toHaveLength(3);
    expect(await tables.read('runs', 'reset', 'k')).toBeDefined();
  });

  it('reports a Conflict as such when the first answer is one', async () => {
    await tables.commit('runs', 'clear', [{ op: 'insert', key: 'k', values: {} }]);
    const { store, proxy } = await behind([]);
    await expect(
      store.commit('runs', 'clear', [{ op: 'insert', key: 'k', values: {} }]),
    ).rejects.toBeInstanceOf(Conflict);
    expect(proxy.requests).toHaveLength(1);
  });

  it('does not repeat an unconditional write in doubt: it could undo what others wrote since', async () => {
    const { store, proxy } = await behind(['lose']);
    await expect(
      store.commit('runs', 'lone-put', [{ op: 'put', key: 'k', values: { n: 1 } }]),
    ).rejects.not.toBeInstanceOf(Conflict);
    expect(proxy.requests).toHaveLength(1);
  });

  it('repeats reads', async () => {
    await tables.commit('runs', 'reads', [{ op: 'put', key: 'k', values: { n: 1 } }]);
    const { store } = await behind(['reset', BUSY]);
    expect((await store.read('runs', 'reads', 'k'))?.values).toEqual({ n: 1 });
  });
});

describe('Azure Tables: lists', () => {
  it('stop asking once they have what was wanted', async () => {
    const rows = Array.from({ length: 50 }, (_, index) => `k${index + 10}`);
    await tables.commit(
      'runs',
      'many',
      rows.map((key) => ({ op: 'put', key, values: {} })),
    );
    const { store, proxy } = await behind([]);
    expect(await store.list('runs', 'many', { limit: 10 })).toHaveLength(10);
    expect(await store.read('runs', 'many', 'k10')).toBeDefined();
    expect(proxy.requests).toHaveLength(2);
  });
});

describe('Azure Tables: tables that are missing', () => {
  it('finds nothing in them, deletes nothing from them, and makes them when writing', async () => {
    const store = createTableStore(azurite, { prefix: 'missing' });
    const write = () =>
      store.commit('work', 'p', [
        { op: 'insert', key: 'a', values: {} },
        { op: 'insert', key: 'b', values: {} },
      ]);
    const service = TableServiceClient.fromConnectionString(azurite.connectionString, {
      allowInsecureConnection: true,
    });
    for (let round = 0; round < 2; round += 1) {
      expect(await store.read('work', 'p', 'a')).toBeUndefined();
      expect(await store.list('work', 'p', { limit: 10 })).toEqual([]);
      await store.commit('work', 'p', [{ op: 'delete', key: 'a' }]);
      await write();
      await expect(write()).rejects.toBeInstanceOf(Conflict);
      await service.deleteTable('missingwork');
    }
  });

  it('lets twenty instances make the same one at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        createTableStore(azurite, { prefix: 'race' }).commit('index', 'p', [
          { op: 'insert', key: `k${index}`, values: {} },
        ]),
      ),
    );
    expect(results).toHaveLength(20);
  });
});

describe('Azure Tables: settings', () => {
  it('refuses plain HTTP to other machines', () => {
    const key = 'AccountName=a;AccountKey=a2V5';
    const insecure = [
      `DefaultEndpointsProtocol=http;${key}`,
      `DefaultEndpointsProtocol=http;${key};TableEndpoint=http://10.0.0.4:10002/a`,
      `DefaultEndpointsProtocol=https;${key};TableEndpoint=http://localhost.example.com/a`,
      `DefaultEndpointsProtocol=https;${key};TableEndpoint=http://notlocalhost/a`,
    ];
    for (const connectionString of insecure) {
      expect(() => createTableStore({ connectionString })).toThrow(TypeError);
      const others = { connectionString: connectionString.replace('Table', 'Blob') };
      expect(() => endpointOf(others, 'blob')).toThrow(TypeError);
    }
    createTableStore({ connectionString: `DefaultEndpointsProtocol=https;${key}` });
  });

  it('derives the addresses of an account that is reached by identity', () => {
    const credential = { getToken: async () => null };
    expect(endpointOf({ accountName: 'acct', credential }, 'queue')).toEqual({
      url: 'https://acct.queue.core.windows.net',
      credential,
      insecure: false,
    });
    const endpoints = { table: 'https://t.example', blob: 'http://b.example', queue: 'https://q' };
    expect(endpointOf({ endpoints, credential }, 'table')).toMatchObject({ url: endpoints.table });
    expect(() => endpointOf({ endpoints, credential }, 'blob')).toThrow(TypeError);
    createTableStore({ accountName: 'acct', credential });
  });

  it('refuses a prefix that cannot begin a table name', () => {
    expect(() => createTableStore(azurite, { prefix: '1x' })).toThrow(RangeError);
  });
});
