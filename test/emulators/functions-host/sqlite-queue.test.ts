/** Queue triggers on SQLite: the same as on a storage account, with messages that the app's own adapter has sent. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createSqliteQueue } from '../../../src/adapters/sqlite/queue.ts';
import {
  createStorageClient,
  type StorageClient,
} from '../../../src/adapters/sqlite/wire/client.ts';
import { type Sqlite, startSqlite } from '../../../src/dev/sqlite.ts';
import { createHost, type Host } from '../../../src/emulators/functions-host/host.ts';
import type { QueueConfig } from '../../../src/emulators/functions-host/host-config.ts';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';
import {
  type QueueListener,
  startQueueListener,
} from '../../../src/emulators/functions-host/triggers/queue-listener.ts';
import { MessageLost } from '../../../src/emulators/functions-host/triggers/queue-source.ts';
import { sqliteQueue } from '../../../src/emulators/functions-host/triggers/sqlite-queue.ts';
import { ReceiptLost } from '../../../src/ports/follow-queue.ts';
import { until } from '../../support/host/until.ts';
import type { Record as WorkRecord } from '../../support/host/work/functions.ts';

const appDir = fileURLToPath(new URL('../../support/host/work', import.meta.url));
const config: QueueConfig = {
  batchSize: 1,
  newBatchThreshold: 1,
  maxDequeueCount: 2,
  visibilityTimeoutMs: 0,
  maxPollingIntervalMs: 200,
  messageEncoding: 'base64',
};

let sqlite: Sqlite;
let client: StorageClient;
let name: string;
let count = 0;
beforeAll(async () => {
  sqlite = await startSqlite({ dir: await mkdtemp(join(tmpdir(), 'sluice-sqlite-')) });
  client = createStorageClient(sqlite.folder);
});
afterAll(async () => {
  client.close();
  await sqlite.close();
  await rm(sqlite.folder, { recursive: true, force: true });
});
beforeEach(() => {
  name = `queue-${(count += 1)}`;
});

const record = (): WorkRecord =>
  (globalThis as unknown as Record<symbol, WorkRecord>)[
    Symbol.for('host-test:record')
  ] as WorkRecord;

/** What is in a queue, visible or not: after its consumers are stopped. */
const taken = async (queue: string) => sqliteQueue(sqlite.folder, queue).receive(32, 60);

let host: Host | undefined;
let listener: QueueListener | undefined;
afterEach(async () => {
  await host?.close();
  await listener?.stop();
  [host, listener] = [undefined, undefined];
});

async function startHost(lines: HostLogLine[]): Promise<void> {
  const off = ['second', 'hourly', 'early', 'retried', 'sleeping'];
  const disabled = Object.fromEntries(off.map((each) => [`AzureWebJobs.${each}.Disabled`, '1']));
  const settings = {
    HOURLY: '0 0 * * * *',
    QUEUE: name,
    STORAGE: sqlite.folder,
    ...disabled,
  };
  host = await createHost({ appDir, log: (line) => lines.push(line), settings });
  record().runs.length = 0;
}

it('functions get each message, parsed, with its metadata, also after the storage process was killed', async () => {
  await startHost([]);
  const queue = createSqliteQueue(client, name);
  const receipt = await queue.send({ run: 'r1', text: 'ünï' });
  await until(() => expect(record().runs).toHaveLength(1));
  expect(record().runs[0]?.input).toEqual({ run: 'r1', text: 'ünï' });
  const metadata = record().runs[0]?.metadata;
  expect(metadata).toMatchObject({ dequeueCount: 1, run: 'r1', id: receipt.id });
  const [inserted, expires] = ['insertionTime', 'expirationTime'].map((key) =>
    Date.parse(String(metadata?.[key])),
  );
  expect(Number(expires) - Number(inserted)).toBe(900_000);
  await expect(queue.postpone(receipt, 1)).rejects.toThrow(ReceiptLost);
  process.kill(sqlite.pid() ?? 0, 'SIGKILL');
  await queue.send('after');
  await until(() => expect(record().runs.at(-1)?.input).toBe('after'));
});

it('functions that fail get the message again, and at the limit it moves to the poison queue as it was', async () => {
  const lines: HostLogLine[] = [];
  await startHost(lines);
  await createSqliteQueue(client, name).send({ fail: true });
  await until(() => expect(lines.some(({ message }) => /was moved to/.test(message))).toBe(true));
  expect(record().runs.map(({ metadata }) => metadata?.['dequeueCount'])).toEqual([1, 2]);
  expect((await taken(`${name}-poison`)).map(({ text }) => text)).toEqual(['{"fail":true}']);
  await host?.close();
  expect(await taken(name)).toEqual([]);
});

it('keeps a message hidden for as long as the function works on it', async () => {
  await createSqliteQueue(client, name).send('long');
  const source = sqliteQueue(sqlite.folder, name);
  const hide = vi.spyOn(source, 'hide');
  let runs = 0;
  const fire = async () => {
    runs += 1;
    await until(() => expect(hide.mock.calls.length).toBeGreaterThanOrEqual(3));
  };
  const removed = vi.spyOn(source, 'remove');
  listener = startQueueListener({
    source,
    config,
    fire,
    visibilityMs: 2_000,
    log: () => undefined,
  });
  await until(() => expect(removed).toHaveBeenCalledTimes(1));
  expect(runs).toBe(1);
});

it('loses the right to a message that another receiver has by now', async () => {
  await createSqliteQueue(client, name).send('contended');
  const source = sqliteQueue(sqlite.folder, name);
  const [first] = await source.receive(1, 0);
  const [second] = await source.receive(1, 60);
  expect(second?.dequeueCount).toBe(2);
  expect(await source.receive(1, 60)).toEqual([]);
  const { id = '', receipt = '' } = first ?? {};
  await expect(source.hide(id, receipt, 1)).rejects.toThrow(MessageLost);
  await expect(source.remove(id, receipt)).rejects.toThrow(MessageLost);
  await source.remove(id, second?.receipt ?? '');
  expect(sqliteQueue(sqlite.folder, `${name}-poison`).poison).toBeUndefined();
});
