import { fileURLToPath } from 'node:url';
import { QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHost, type Host } from '../../../src/emulators/functions-host/host.ts';
import type { QueueConfig } from '../../../src/emulators/functions-host/host-config.ts';
import type { HostLogLine } from '../../../src/emulators/functions-host/log.ts';
import { azureQueue } from '../../../src/emulators/functions-host/triggers/azure-queue.ts';
import {
  type QueueListener,
  startQueueListener,
} from '../../../src/emulators/functions-host/triggers/queue-listener.ts';
import { startQueueService } from '../../support/host/azurite-queue.ts';
import { until } from '../../support/host/until.ts';
import type { Record as WorkRecord } from '../../support/host/work/functions.ts';

const appDir = fileURLToPath(new URL('../../support/host/work', import.meta.url));
const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
const decode = (text: string): string => Buffer.from(text, 'base64').toString();

let storage: Awaited<ReturnType<typeof startQueueService>>;
let service: QueueServiceClient;
let queueName: string;
let queue: QueueClient;
let poison: QueueClient;
let count = 0;
beforeAll(async () => {
  storage = await startQueueService();
  service = QueueServiceClient.fromConnectionString(storage.connection);
});
afterAll(async () => {
  await storage.stop();
});
beforeEach(() => {
  queueName = `queue-${(count += 1)}`;
  queue = service.getQueueClient(queueName);
  poison = service.getQueueClient(`${queueName}-poison`);
});
const isEmpty = async (): Promise<void> => {
  const { approximateMessagesCount } = await queue.getProperties();
  expect(approximateMessagesCount).toBe(0);
};
const poisoned = async (): Promise<string[]> => {
  const { peekedMessageItems } = await poison.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => messageText);
};

describe('queue functions', () => {
  const record = (): WorkRecord =>
    (globalThis as unknown as Record<symbol, WorkRecord>)[
      Symbol.for('host-test:record')
    ] as WorkRecord;
  const inputs = () =>
    record()
      .runs.filter(({ name }) => name === 'worker')
      .map(({ input }) => input);
  const lines: HostLogLine[] = [];
  let host: Host;
  beforeEach(async () => {
    lines.length = 0;
    const off = ['second', 'hourly', 'early', 'retried', 'sleeping'];
    const disabled = Object.fromEntries(off.map((name) => [`AzureWebJobs.${name}.Disabled`, '1']));
    host = await createHost({
      appDir,
      log: (line) => lines.push(line),
      settings: {
        HOURLY: '0 0 * * * *',
        QUEUE: queueName,
        STORAGE: storage.connection,
        ...disabled,
      },
    });
    record().runs.length = 0;
    await until(async () => expect(await queue.exists()).toBe(true));
  });
  afterEach(async () => {
    await host.close();
  });

  it('get each message, decoded and parsed, with its metadata; the queue is created', async () => {
    await queue.sendMessage(encode({ run: 'r1', text: 'ünï' }));
    await queue.sendMessage(encode('plain text'));
    await queue.sendMessage(encode('5'));
    await until(() => expect(inputs()).toHaveLength(3));
    expect(inputs()).toEqual(expect.arrayContaining([{ run: 'r1', text: 'ünï' }, 'plain text', 5]));
    const metadata = record().runs[0]?.metadata;
    expect(metadata).toMatchObject({ dequeueCount: 1 });
    expect(Object.keys(metadata ?? {}).sort()).toEqual(
      'dequeueCount,expirationTime,id,insertionTime,nextVisibleTime,popReceipt,queueTrigger,run,text'.split(
        ',',
      ),
    );
    await until(isEmpty);
  });

  it('that fail get the message again, and at the limit it moves to the poison queue as it was', async () => {
    const body = encode({ fail: true });
    await queue.sendMessage(body);
    await until(async () => expect(await poisoned()).toEqual([body]));
    const counts = record().runs.map(({ metadata }) => metadata?.['dequeueCount']);
    expect(counts).toEqual([1, 2]);
    await until(isEmpty);
    expect(lines.some(({ message }) => /was moved to/.test(message))).toBe(true);
  });

  it.each([
    ['not base64', '{"plain":"json"}'],
    ['not UTF-8', Buffer.from([0x61, 0xff]).toString('base64')],
  ])(
    'never see a message that is %s; it fails as often as others and moves to the poison queue',
    async (_, body) => {
      await queue.sendMessage(body);
      await until(async () => expect(await poisoned()).toEqual([body]));
      expect(inputs()).toEqual([]);
      const told = lines.filter(({ message }) => /is not base64 of UTF-8/.test(message));
      expect(told).toHaveLength(2);
    },
  );

  it('work on at most batchSize and newBatchThreshold messages at once', async () => {
    const { promise, resolve } = (() => {
      let resolve: (value?: unknown) => void = () => undefined;
      const promise = new Promise((done) => {
        resolve = done;
      });
      return { promise, resolve };
    })();
    record().gate = promise;
    record().mostActive = 0;
    await Promise.all(Array.from({ length: 12 }, (_, i) => queue.sendMessage(encode({ i }))));
    await until(() => expect(record().active).toBeGreaterThanOrEqual(4));
    resolve();
    await until(() => expect(inputs()).toHaveLength(12));
    await until(isEmpty);
    expect(record().mostActive).toBeLessThanOrEqual(5);
    expect(new Set(inputs().map((input) => (input as { i: number }).i)).size).toBe(12);
    record().gate = Promise.resolve();
  });

  it('finish the message in hand when the host closes, and take no other', async () => {
    let open: () => void = () => undefined;
    record().gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await queue.sendMessage(encode('in hand'));
    await until(() => expect(record().active).toBe(1));
    const closing = host.close();
    await queue.sendMessage(encode('too late'));
    open();
    await closing;
    expect(inputs()).toEqual(['in hand']);
    const left = (await queue.peekMessages()).peekedMessageItems;
    expect(left.map(({ messageText }) => decode(messageText))).toEqual(['too late']);
    record().gate = Promise.resolve();
  });

  it('can be fired by hand, and hand back what they return', async () => {
    expect(await host.invoke('Worker', { run: 'r2' })).toEqual({ seen: { run: 'r2' } });
    expect(record().runs[0]?.metadata).toEqual({ queueTrigger: { run: 'r2' } });
  });
});

describe('a queue listener', () => {
  const config: QueueConfig = {
    batchSize: 1,
    newBatchThreshold: 1,
    maxDequeueCount: 2,
    visibilityTimeoutMs: 0,
    maxPollingIntervalMs: 200,
    messageEncoding: 'none',
  };
  let listener: QueueListener | undefined;
  afterEach(async () => {
    await listener?.stop();
    listener = undefined;
  });

  it('keeps a message invisible for as long as the function works on it', async () => {
    await queue.create();
    await queue.sendMessage('long');
    using renewals = vi.spyOn(QueueClient.prototype, 'updateMessage');
    let runs = 0;
    const fire = async () => {
      runs += 1;
      // At half of its time each: longer than it would be invisible by itself.
      await until(() => expect(renewals.mock.calls.length).toBeGreaterThanOrEqual(3));
    };
    listener = startQueueListener({
      source: azureQueue(service, queueName, 'none'),
      config,
      fire,
      visibilityMs: 6000,
      log: () => undefined,
    });
    await until(isEmpty);
    expect(runs).toBe(1);
  });

  it('moves a message on that earlier receivers took and died of', async () => {
    await queue.create();
    await queue.sendMessage('deadly');
    for (let i = 0; i < config.maxDequeueCount; i += 1) {
      const taken = (await queue.receiveMessages()).receivedMessageItems[0];
      await queue.updateMessage(taken?.messageId ?? '', taken?.popReceipt ?? '', undefined, 0);
    }
    const fire = vi.fn(async () => undefined);
    const source = azureQueue(service, queueName, 'none');
    listener = startQueueListener({ source, config, fire, log: () => undefined });
    await until(async () => expect(await poisoned()).toEqual(['deadly']));
    expect(fire).not.toHaveBeenCalled();
  });

  it('gives a poison queue no poison queue of its own', async () => {
    await poison.create();
    await poison.sendMessage('bad');
    const fire = vi.fn(async () => Promise.reject(new Error('on purpose')));
    listener = startQueueListener({
      source: azureQueue(service, poison.name, 'none'),
      config,
      fire,
      log: () => undefined,
    });
    await until(() => expect(fire.mock.calls.length).toBeGreaterThan(3));
    expect(await service.getQueueClient(`${poison.name}-poison`).exists()).toBe(false);
  });

  it('says once that storage cannot be reached, and once that it can again', async () => {
    const lines: string[] = [];
    const down = QueueServiceClient.fromConnectionString(storage.connection, {
      retryOptions: { maxTries: 1 },
    });
    const client = down.getQueueClient(queueName);
    let failures = 0;
    const receive = client.receiveMessages.bind(client);
    vi.spyOn(client, 'receiveMessages').mockImplementation(async (options) => {
      if ((failures += 1) <= 3) {
        throw new Error('connect ECONNREFUSED');
      }
      return receive(options);
    });
    vi.spyOn(down, 'getQueueClient').mockImplementation((name) =>
      name === queueName ? client : service.getQueueClient(name),
    );
    listener = startQueueListener({
      source: azureQueue(down, queueName, 'none'),
      config,
      fire: async () => undefined,
      log: (_level, _category, message) => lines.push(message),
    });
    await until(() => expect(lines).toHaveLength(2));
    expect(lines[0]).toMatch(/cannot be read: connect ECONNREFUSED/);
    expect(lines[1]).toMatch(/can be read again/);
  });
});
