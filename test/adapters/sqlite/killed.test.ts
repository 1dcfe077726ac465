/** The storage process is killed at every statement of a history, and at any moment under load: what it answered is there, and nothing is half done. */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSqliteStorage, type SqliteStorage } from '../../../src/adapters/sqlite/storage.ts';
import { ConnectionLost } from '../../../src/adapters/sqlite/wire/client.ts';
import { startChild } from '../../../src/dev/child.ts';
import { startSqlite } from '../../../src/dev/sqlite.ts';
import { Conflict, type Store, type Write } from '../../../src/ports/store.ts';

const PROGRAM = new URL('../../../src/adapters/sqlite/server/main.ts', import.meta.url).pathname;
const PRELOAD = new URL('./kill-at.ts', import.meta.url).href;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-killed-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const put = (key: string, n: number): Write => ({ op: 'put', key, values: { n } });

/** The rows of one commit have one number: another one says that half of it was done. */
async function numbersOf(store: Store, partition: string): Promise<Map<string, number>> {
  const rows = await store.list('runs', partition, { limit: 1_000 });
  return new Map(rows.map(({ key, values }) => [key, Number(values['n'])]));
}

type Answered = { commits: number; sent: number; blob: number };

const BLOB_BYTES = 1_500_000;

const conflicting = (commit: Promise<unknown>): Promise<void> =>
  commit.then(
    () => expect.fail('it did not conflict'),
    (error: unknown) => {
      if (!(error instanceof Conflict)) throw error;
    },
  );

/** One commit after the other on the same rows, a message, a commit that conflicts, and a blob of two parts; notes what was answered. */
async function history({ store, blobs, queue }: SqliteStorage, answered: Answered): Promise<void> {
  const rows = store('');
  for (let n = 1; n <= 2; n += 1) {
    await rows.commit('runs', 'one', [put('a', n), put('b', n), put('c', n)]);
    answered.commits = n;
    const absent: Write = { op: 'delete', key: 'absent' };
    await Promise.all([
      queue('work').send({ n }),
      conflicting(rows.commit('runs', 'two', [put('a', n), absent])),
    ]);
    answered.sent = n;
    await blobs('logs').put('log', new Uint8Array(BLOB_BYTES).fill(n), 'text/plain');
    answered.blob = n;
  }
}

async function check({ store, blobs, queue }: SqliteStorage, answered: Answered): Promise<void> {
  const one = await numbersOf(store(''), 'one');
  expect([0, 3]).toContain(one.size);
  expect(new Set(one.values()).size).toBeLessThanOrEqual(1);
  expect([answered.commits, answered.commits + 1]).toContain(one.get('a') ?? 0);
  if (answered.sent > 0) expect(await queue('work').waiting()).toBe(true);
  // The delete of a row that is not there is a conflict: its commit leaves nothing.
  expect((await numbersOf(store(''), 'two')).size).toBe(0);
  const blob = await blobs('logs').get('log');
  expect([answered.blob, answered.blob + 1]).toContain(blob?.[0] ?? 0);
  const whole = new Uint8Array(BLOB_BYTES).fill(blob?.[0] ?? 0);
  if (blob !== undefined) expect(Buffer.compare(blob, whole)).toBe(0);
}

it('killed after each of its statements in turn, has all that it answered, whole', {
  timeout: 600_000,
}, async () => {
  let deaths = 0;
  for (let isOver = false; !isOver; deaths += 1) {
    const folder = join(dir, `${deaths}`);
    // Not kept: its clients would wait for the next one, which would be killed at the same place.
    const child = await startChild({
      name: 'doomed',
      entry: PROGRAM,
      args: ['--data', folder],
      env: { NODE_OPTIONS: `--import=${PRELOAD}`, KILL_AT: `${deaths + 1}` },
    });
    const answered = { commits: 0, sent: 0, blob: 0 };
    const lost = (error: unknown): false => {
      if (error instanceof ConnectionLost) return false;
      throw error;
    };
    const done = history(createSqliteStorage(folder), answered).then(() => true, lost);
    done.catch(() => undefined);
    isOver = await Promise.race([done, child.ended.then(() => false)]);
    await child.close();
    // Elsewhere: a call that is still under way would go on with the next process, while that is checked.
    const left = `${folder}-left`;
    await rename(folder, left);
    const sqlite = await startSqlite({ dir: left });
    await check(createSqliteStorage(left), { ...answered });
    await sqlite.close();
  }
  // Begin, commit and the statements between them, of two rounds.
  expect(deaths).toBeGreaterThan(35);
});

it('killed at any moment under load from many clients: no answered commit is lost, none is half done', async () => {
  const sqlite = await startSqlite({ dir });
  const storage = createSqliteStorage(dir);
  const store = storage.store('');
  const rounds = 10;
  const writers = 24;
  const answered = new Map<string, number>();
  const over = new AbortController();
  const write = async (partition: string): Promise<void> => {
    for (let n = 1; !over.signal.aborted; n += 1) {
      try {
        await store.commit('runs', partition, [put('a', n), put('b', n)]);
        answered.set(partition, n);
      } catch (error) {
        // It may have happened: what is stored tells.
        if (!(error instanceof ConnectionLost)) throw error;
        const found = await numbersOf(store, partition);
        n = found.get('a') ?? 0;
        expect(n).toBeGreaterThanOrEqual(answered.get(partition) ?? 0);
        expect(found.get('b') ?? 0).toBe(n);
        answered.set(partition, n);
      }
    }
  };
  const writing = Promise.all(Array.from({ length: writers }, (_, index) => write(`p${index}`)));
  for (let round = 0; round < rounds; round += 1) {
    const before = [...answered.values()].reduce((sum, n) => sum + n, 0);
    // At another distance from the last commit each time.
    for (;;) {
      const now = [...answered.values()].reduce((sum, n) => sum + n, 0);
      if (now > before + 50 + round * 7 && sqlite.pid() !== undefined) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    process.kill(sqlite.pid() ?? 0, 'SIGKILL');
  }
  over.abort();
  await writing;
  for (const [partition, n] of answered)
    expect(await numbersOf(store, partition)).toEqual(
      new Map([
        ['a', n],
        ['b', n],
      ]),
    );
  await sqlite.close();
});
