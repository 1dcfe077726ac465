import type { DequeuedMessageItem, QueueServiceClient } from '@azure/storage-queue';
import { messageOf } from '../log.ts';
import { decodeMessage } from './queue-message.ts';
import { MessageLost, poisonOf, type QueueMessage, type QueueSource } from './queue-source.ts';

/** The service says that the message is gone, or that another receiver holds it by now. */
function isLost(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode;
  return status === 404 || (status === 400 && /PopReceipt/i.test(messageOf(error)));
}

async function orLost<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw isLost(error) ? new MessageLost(messageOf(error), { cause: error }) : error;
  }
}

/** A queue of Azure Storage. */
export function azureQueue(
  service: QueueServiceClient,
  name: string,
  encoding: 'base64' | 'none',
): QueueSource {
  const client = service.getQueueClient(name);
  const poisonName = poisonOf(name);
  const poison = poisonName === undefined ? undefined : service.getQueueClient(poisonName);
  const messageFrom = (item: DequeuedMessageItem): QueueMessage => ({
    id: item.messageId,
    receipt: item.popReceipt,
    body: item.messageText,
    text: decodeMessage(item.messageText, encoding),
    dequeueCount: item.dequeueCount,
    insertedOn: item.insertedOn,
    expiresOn: item.expiresOn,
    nextVisibleOn: item.nextVisibleOn,
  });
  return {
    name,
    async receive(count, hiddenSeconds) {
      const options = { numberOfMessages: count, visibilityTimeout: hiddenSeconds };
      try {
        return (await client.receiveMessages(options)).receivedMessageItems.map(messageFrom);
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode !== 404) {
          throw error;
        }
        await client.createIfNotExists();
        return [];
      }
    },
    async hide(id, receipt, hiddenSeconds) {
      const answer = await orLost(client.updateMessage(id, receipt, undefined, hiddenSeconds));
      return answer.popReceipt ?? receipt;
    },
    async remove(id, receipt) {
      await orLost(client.deleteMessage(id, receipt));
    },
    poison:
      poison === undefined
        ? undefined
        : async ({ body }) => {
            await poison.createIfNotExists();
            // It expires after the service's default of 7 days.
            await poison.sendMessage(String(body));
            return poison.name;
          },
    close: () => undefined,
  };
}
