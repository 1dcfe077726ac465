/** Concurrent reads of one row are shared, and none returns what was there before its call. */
import { expect, test } from 'vitest';
import { readTogether } from '../../../src/engine/store/rows.ts';
import type { Row, Store } from '../../../src/ports/store.ts';

/** A store whose reads answer when told to, with what the row was when the read began. */
function slowStore() {
  let value = 0;
  const waiting: ((fail?: Error) => void)[] = [];
  const read = (): Promise<Row> => {
    const values = { value };
    return new Promise((resolve, reject) =>
      waiting.push((fail) => (fail ? reject(fail) : resolve({ key: 'k', etag: '', values }))),
    );
  };
  const store = { read } as unknown as Store;
  return {
    ask: async () => (await readTogether(store, 'catalogue', 'p', 'k'))?.values['value'],
    write: (next: number) => void (value = next),
    /** Answers the reads under way; how many there were. */
    async answer(fail?: Error): Promise<number> {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const all = waiting.splice(0);
      for (const each of all) each(fail);
      await new Promise<void>((resolve) => setImmediate(resolve));
      return all.length;
    },
  };
}

test('a call during a read gets one that began later', async () => {
  const { ask, write, answer } = slowStore();
  const first = ask();
  write(1);
  const others = Promise.all([ask(), ask(), ask()]);
  expect(await answer()).toBe(1);
  expect(await first).toBe(0);
  expect(await answer()).toBe(1);
  expect(await others).toEqual([1, 1, 1]);
  write(2);
  const last = ask();
  expect(await answer()).toBe(1);
  expect(await last).toBe(2);
});

test('a read that fails fails only for the calls that wait for it', async () => {
  const { ask, answer } = slowStore();
  const first = ask().catch((error: Error) => error.message);
  const second = ask();
  await answer(new Error('no answer'));
  expect(await first).toBe('no answer');
  await answer();
  expect(await second).toBe(0);
  const third = ask();
  expect(await answer()).toBe(1);
  expect(await third).toBe(0);
});
