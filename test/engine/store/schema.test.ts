/** An app works on rows of its own version alone. */
import { describe, expect, test } from 'vitest';
import { withFaults } from '../../../src/adapters/memory/faults.ts';
import { SCHEMA_VERSION, TABLES } from '../../../src/core/limits.ts';
import { checkSchema } from '../../../src/engine/store/schema.ts';
import { memoryWorld } from '../../support/world.ts';

const REFUSED = {
  code: 'schema_mismatch',
  message: expect.stringContaining('SLUICE_TABLE_PREFIX'),
};

describe('the version of what is stored', () => {
  test('is written into empty tables, once, also by instances that start together', async () => {
    const { world, store } = memoryWorld();
    await Promise.all([checkSchema(world), checkSchema(world), checkSchema(world)]);
    expect(store.dump('meta')).toMatchObject([
      { partition: 'meta', key: 'schema', values: { version: SCHEMA_VERSION } },
    ]);
    await checkSchema(world);
  });

  test.each(TABLES.filter((table) => table !== 'meta'))(
    'refuses rows without it, in the table %s of whatever partition',
    async (table) => {
      const { world, store } = memoryWorld();
      await store.commit(table, 'elsewhere', [{ op: 'insert', key: 'row', values: {} }]);
      await expect(checkSchema(world)).rejects.toMatchObject(REFUSED);
      expect(store.dump('meta')).toEqual([]);
    },
  );

  test.each([1, SCHEMA_VERSION + 1])('refuses rows of version %s', async (version) => {
    const { world, store } = memoryWorld();
    const values = { version };
    await store.commit('meta', 'meta', [{ op: 'insert', key: 'schema', values }]);
    await expect(checkSchema(world)).rejects.toMatchObject(REFUSED);
  });

  test('is there when the write seemed to fail, and the next look finds it', async () => {
    const { world } = memoryWorld();
    let failed = false;
    const store = withFaults(world.store, (method) => {
      const fault = method === 'commit' && !failed ? 'after' : 'none';
      failed ||= fault === 'after';
      return fault;
    });
    await expect(checkSchema({ ...world, store })).rejects.toThrow('injected');
    await checkSchema({ ...world, store });
  });
});
