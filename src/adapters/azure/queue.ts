import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { encodeMessage } from '../../ports/queue-message.ts';
import type { WorkQueue } from '../../ports/work-queue.ts';
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
 * The work queue on an Azure Storage queue. Messages are base64 of UTF-8 JSON, which is what the
 * Functions queue trigger decodes by default (`messageEncoding: base64`). They never expire: the
 * service's default of seven days could end before a long delay does. The queue is made when a send
 * finds it missing.
 */
export function createQueue(
  connection: StorageConnection,
  queueName: string,
  options: AdapterOptions = {},
): WorkQueue {
  const { deadlineMs = DEADLINE_MS } = options;
  const client = queueOf(connection, queueName);
  return {
    async send(message, delaySeconds = 0) {
      const text = Buffer.from(encodeMessage(message, delaySeconds)).toString('base64');
      // The service counts whole seconds; a message must not show before its time.
      const visibilityTimeout = Math.ceil(delaySeconds);
      await withDeadline('send to a queue', deadlineMs, async (abortSignal) => {
        const send = () =>
          client.sendMessage(text, { abortSignal, visibilityTimeout, messageTimeToLive: -1 });
        try {
          await send();
        } catch (error) {
          if (codeOf(error) !== 'QueueNotFound') throw error;
          await client.createIfNotExists({ abortSignal });
          await send();
        }
      });
    },
  };
}

function queueOf(connection: StorageConnection, queueName: string): QueueClient {
  const endpoint = endpointOf(connection, 'queue');
  const options = { retryOptions: RETRIES };
  const service =
    'connectionString' in endpoint
      ? QueueServiceClient.fromConnectionString(endpoint.connectionString, options)
      : new QueueServiceClient(endpoint.url, endpoint.credential, options);
  return service.getQueueClient(queueName);
}
