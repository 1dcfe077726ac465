import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { type FollowQueue, ReceiptLost } from '../../ports/follow-queue.ts';
import { checkDelay, encodeMessage, MESSAGE_SECONDS } from '../checks/queue-message.ts';
import {
  type AdapterOptions,
  codeOf,
  DEADLINE_MS,
  endpointOf,
  type StorageConnection,
  withDeadline,
} from './settings.ts';

/** A send may be repeated: delivery is "at least once" anyway. */
const RETRIES = { maxTries: 4, retryDelayInMs: 100, maxRetryDelayInMs: 2_000 };

/**
 * The follow queue on an Azure Storage queue. Messages are base64 of UTF-8 JSON, which the Functions queue
 * trigger decodes by default (`messageEncoding: base64`). A send creates the queue when it is missing.
 */
export function createQueue(
  connection: StorageConnection,
  queueName: string,
  options: AdapterOptions = {},
): FollowQueue {
  const { deadlineMs = DEADLINE_MS } = options;
  const client = queueOf(connection, queueName);
  const call = <T>(what: string, act: (abortSignal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(what, deadlineMs, act);
  return {
    async send(message, delaySeconds = 0) {
      const text = Buffer.from(encodeMessage(message, delaySeconds)).toString('base64');
      // The service counts whole seconds; a message must not show before its time.
      const visibilityTimeout = Math.ceil(delaySeconds);
      return call('send to a queue', async (abortSignal) => {
        const messageTimeToLive = visibilityTimeout + MESSAGE_SECONDS;
        const send = () =>
          client.sendMessage(text, { abortSignal, visibilityTimeout, messageTimeToLive });
        const sent = await send().catch(async (error: unknown) => {
          if (codeOf(error) !== 'QueueNotFound') throw error;
          await client.createIfNotExists({ abortSignal });
          return send();
        });
        return { id: sent.messageId, token: sent.popReceipt };
      });
    },
    async postpone({ id, token }, delaySeconds) {
      checkDelay(delaySeconds);
      return call('postpone a message', async (abortSignal) => {
        try {
          // Without a text the service keeps the message's text.
          const seconds = Math.ceil(delaySeconds);
          const updated = await client.updateMessage(id, token, undefined, seconds, {
            abortSignal,
          });
          return { id, token: updated.popReceipt ?? token };
        } catch (error) {
          if (isLost(error))
            throw new ReceiptLost('the message was received, or is gone', { cause: error });
          throw error;
        }
      });
    },
    async remove({ id, token }) {
      await call('remove a message', async (abortSignal) => {
        await client.deleteMessage(id, token, { abortSignal }).catch((error: unknown) => {
          if (!isLost(error)) throw error;
        });
      });
    },
    async waiting() {
      return call('look into a queue', async (abortSignal) => {
        try {
          const { peekedMessageItems } = await client.peekMessages({
            abortSignal,
            numberOfMessages: 1,
          });
          return peekedMessageItems.length > 0;
        } catch (error) {
          if (codeOf(error) === 'QueueNotFound') return false;
          throw error;
        }
      });
    },
  };
}

/** The message is gone, or was received since the receipt was issued. */
const isLost = (error: unknown): boolean =>
  ['MessageNotFound', 'PopReceiptMismatch', 'QueueNotFound'].includes(codeOf(error) ?? '');

function queueOf(connection: StorageConnection, queueName: string): QueueClient {
  const endpoint = endpointOf(connection, 'queue');
  const options = { retryOptions: RETRIES };
  const service =
    'connectionString' in endpoint
      ? QueueServiceClient.fromConnectionString(endpoint.connectionString, options)
      : new QueueServiceClient(endpoint.url, endpoint.credential, options);
  return service.getQueueClient(queueName);
}
