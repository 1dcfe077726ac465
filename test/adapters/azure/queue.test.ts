import { setTimeout as sleep } from 'node:timers/promises';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createQueue } from '../../../src/adapters/azure/queue.ts';
import { NoAnswer } from '../../../src/adapters/azure/settings.ts';
import { MESSAGE_SECONDS } from '../../../src/adapters/checks/queue-message.ts';
import { createManualClock } from '../../../src/adapters/memory/clock.ts';
import { createMemoryQueue } from '../../../src/adapters/memory/queue.ts';
import { type Azurite, startAzurite } from '../../../src/dev/azurite.ts';
import { ReceiptLost } from '../../../src/ports/follow-queue.ts';
import { type Fate, startStorageProxy } from '../../support/fault-proxy.ts';
import { PATIENCE } from '../../support/patience.ts';
import { testQueue } from '../suites/queue.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

testQueue('memory', async () => {
  const clock = createManualClock(1_000);
  const queue = createMemoryQueue(clock);
  const drain = async () => {
    const found: unknown[] = [];
    for (let next = queue.take(); next; next = queue.take()) found.push(next.message);
    return found;
  };
  return { queue, drain, pass: (seconds) => clock.advance(seconds * 1_000) };
});

const clientOf = (name: string) =>
  QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(name);

/** Decodes as the Functions queue trigger does by default. */
async function drain(name: string): Promise<unknown[]> {
  const client = clientOf(name);
  const found: unknown[] = [];
  if (!(await client.exists())) return found;
  for (;;) {
    const { receivedMessageItems } = await client.receiveMessages({ numberOfMessages: 32 });
    if (receivedMessageItems.length === 0) return found;
    for (const { messageText, messageId, popReceipt } of receivedMessageItems) {
      found.push(JSON.parse(Buffer.from(messageText, 'base64').toString('utf8')));
      await client.deleteMessage(messageId, popReceipt);
    }
  }
}

let queues = 0;
testQueue('Azure Queues', async () => {
  const name = `contract-${++queues}`;
  return {
    queue: createQueue(azurite, name),
    drain: () => drain(name),
    // The service's own clock is what is tested here; nothing else could be waited for.
    pass: (seconds) => sleep(seconds * 1_000 + 200),
  };
});

describe('Azure Queues', () => {
  it('makes a missing queue when sending, again when it was deleted', async () => {
    const queue = createQueue(azurite, 'missing');
    for (let round = 0; round < 2; round += 1) {
      await queue.send({ round });
      expect(await drain('missing')).toEqual([{ round }]);
      await clientOf('missing').delete();
    }
  });

  it('sends messages that are thrown away some time after they become visible', async () => {
    const queue = createQueue(azurite, 'expiry');
    for (const delay of [0, 1]) {
      await queue.send('x', delay);
      const [message] = await vi.waitFor(async () => {
        const { peekedMessageItems } = await clientOf('expiry').peekMessages();
        expect(peekedMessageItems).toHaveLength(1);
        return peekedMessageItems;
      }, PATIENCE);
      const ms = Number(message?.expiresOn) - Number(message?.insertedOn);
      expect(ms).toBe((delay + MESSAGE_SECONDS) * 1_000);
      await drain('expiry');
    }
  });

  it('rejects at its deadline when the service does not answer', async () => {
    const proxy = await startStorageProxy(azurite.connectionString, 'Queue', () => 'swallow');
    const silent = createQueue(proxy, 'contract', { deadlineMs: 200 });
    const receipt = { id: 'x', token: 'y' };
    await expect(silent.send('x')).rejects.toBeInstanceOf(NoAnswer);
    await expect(silent.postpone(receipt, 1)).rejects.toBeInstanceOf(NoAnswer);
    await expect(silent.remove(receipt)).rejects.toBeInstanceOf(NoAnswer);
    await expect(silent.waiting()).rejects.toBeInstanceOf(NoAnswer);
    await proxy.close();
  });

  it('takes a message for lost, or gone, when the whole queue is', async () => {
    const queue = createQueue(azurite, 'deleted');
    const receipt = await queue.send('x', 60);
    await clientOf('deleted').delete();
    await expect(queue.postpone(receipt, 1)).rejects.toBeInstanceOf(ReceiptLost);
    await queue.remove(receipt);
    expect(await queue.waiting()).toBe(false);
  });

  it('loses no message and doubles none when the answer to a postponement or a removal is lost', async () => {
    let next: Fate = 'pass';
    const proxy = await startStorageProxy(azurite.connectionString, 'Queue', () => {
      const fate = next;
      next = 'pass';
      return fate;
    });
    const queue = createQueue(proxy, 'unanswered');
    const receipt = await queue.send('watchdog', 60);
    next = 'lose';
    // The repeated call meets the receipt that the first one has ended.
    await expect(queue.postpone(receipt, 0)).rejects.toBeInstanceOf(ReceiptLost);
    expect(await drain('unanswered')).toEqual(['watchdog']);
    const other = await queue.send('other');
    next = 'lose';
    await queue.remove(other);
    expect(await drain('unanswered')).toEqual([]);
    await proxy.close();
  });

  it('delivers at least once when the answer to a send is lost', async () => {
    const proxy = await startStorageProxy(azurite.connectionString, 'Queue', ({ index }) =>
      index === 1 ? 'lose' : 'pass',
    );
    const queue = createQueue(proxy, 'lossy');
    await clientOf('lossy').createIfNotExists();
    await queue.send('one');
    await queue.send('two');
    expect(new Set(await drain('lossy'))).toEqual(new Set(['one', 'two']));
    await proxy.close();
  });
});
