import type { DequeuedMessageItem, QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { TypedData } from '../contract.ts';
import type { QueueConfig } from '../host-config.ts';
import { type Log, messageOf } from '../log.ts';
import { sleep } from '../process/sleep.ts';
import { isLost, keepLease } from './queue-lease.ts';
import { decodeMessage, queueMetadata } from './queue-message.ts';

export type QueueListenerOptions = {
  readonly service: QueueServiceClient;
  readonly queueName: string;
  readonly config: QueueConfig;
  readonly log: Log;
  /** Runs the function; a rejection counts as a failed delivery. */
  readonly fire: (input: TypedData, metadata: Record<string, TypedData>) => Promise<unknown>;
  /** How long a message is invisible at a time while it is worked on; 10 minutes on Azure. */
  readonly visibilityMs?: number;
  /** `onLost` is called once storage has refused all polls for this long. */
  readonly lostMs?: number;
  readonly onLost?: () => void;
};

export type QueueListener = {
  /** Takes no further messages; resolves when those in work are done. */
  readonly stop: () => Promise<void>;
};

const VISIBILITY_MS = 600_000;
const MIN_POLLING_MS = 100;
const POISON_SUFFIX = '-poison';
/** Tries to delete or release a message before it is left to become visible again by itself. */
const SETTLE_TRIES = 3;

/** The pause after the next empty look: doubled each time, ±20 %, up to the limit. */
function nextPause(pause: number, limit: number): number {
  const jitter = 0.8 + 0.4 * Math.random();
  return Math.min(Math.max(pause * 2 * jitter, MIN_POLLING_MS), limit);
}

type Queue = QueueListenerOptions & {
  readonly client: QueueClient;
  readonly poison: QueueClient | undefined;
};

/** Tries an operation on a message a few times. False, and a log line, when it did not succeed. */
async function settle(
  queue: Queue,
  what: string,
  action: () => Promise<unknown>,
): Promise<boolean> {
  for (let left = SETTLE_TRIES; ; left -= 1) {
    try {
      await action();
      return true;
    } catch (error) {
      if (isLost(error) || left <= 1) {
        const text = `${what} in queue '${queue.queueName}' failed: ${messageOf(error)}`;
        queue.log('warning', 'Host.Triggers.Queue', text);
        return false;
      }
      await sleep(MIN_POLLING_MS);
    }
  }
}

async function moveToPoison(
  { poison, queueName, log }: Queue,
  message: DequeuedMessageItem,
): Promise<void> {
  if (poison === undefined) {
    return;
  }
  await poison.createIfNotExists();
  // The body goes over as it is, in the encoding it came in, and expires after the service's default of 7 days.
  await poison.sendMessage(message.messageText);
  const text = `Message ${message.messageId} of queue '${queueName}' was moved to '${poison.name}'.`;
  log('warning', 'Host.Triggers.Queue', text);
}

/** Runs the function with one message. True when it succeeded. */
async function attempt(queue: Queue, message: DequeuedMessageItem): Promise<'done' | 'failed'> {
  const text = decodeMessage(message.messageText, queue.config.messageEncoding);
  if (text === undefined) {
    const problem = `Message ${message.messageId} in queue '${queue.queueName}' is not base64 of UTF-8.`;
    queue.log('error', 'Host.Triggers.Queue', problem);
    return 'failed';
  }
  try {
    await queue.fire({ string: text }, queueMetadata(message, text));
    return 'done';
  } catch {
    // The invoker has logged it.
    return 'failed';
  }
}

async function processMessage(queue: Queue, message: DequeuedMessageItem): Promise<void> {
  const { client, config, log } = queue;
  const id = message.messageId;
  const lease = keepLease(client, message, queue.visibilityMs ?? VISIBILITY_MS, log);
  const { dequeueCount } = message;
  // Over the count without an outcome: each earlier receiver ended while it worked on it.
  const exhausted = queue.poison !== undefined && dequeueCount > config.maxDequeueCount;
  const outcome = exhausted ? 'failed' : await attempt(queue, message);
  await lease.stop();
  const isPoison =
    queue.poison !== undefined && outcome === 'failed' && dequeueCount >= config.maxDequeueCount;
  const isMoved =
    isPoison && (await settle(queue, `Moving message ${id}`, () => moveToPoison(queue, message)));
  if (outcome === 'done' || isMoved) {
    await settle(queue, `Deleting message ${id}`, () =>
      client.deleteMessage(id, lease.popReceipt()),
    );
    return;
  }
  const seconds = Math.ceil(config.visibilityTimeoutMs / 1000);
  await settle(queue, `Releasing message ${id}`, () =>
    client.updateMessage(id, lease.popReceipt(), undefined, seconds),
  );
}

async function receive(queue: Queue): Promise<DequeuedMessageItem[]> {
  const { client, config } = queue;
  const visibilityTimeout = Math.ceil((queue.visibilityMs ?? VISIBILITY_MS) / 1000);
  const options = { numberOfMessages: config.batchSize, visibilityTimeout };
  try {
    return (await client.receiveMessages(options)).receivedMessageItems;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 404) {
      throw error;
    }
    await client.createIfNotExists();
    return [];
  }
}

async function poll(queue: Queue, signal: AbortSignal): Promise<void> {
  const { config, log, queueName } = queue;
  const working = new Set<Promise<void>>();
  let pause = MIN_POLLING_MS;
  let failingSince: number | undefined;
  while (!signal.aborted) {
    if (working.size > config.newBatchThreshold) {
      await Promise.race(working);
      continue;
    }
    let messages: DequeuedMessageItem[] = [];
    try {
      messages = await receive(queue);
      if (failingSince !== undefined) {
        log('information', 'Host.Triggers.Queue', `Queue '${queueName}' can be read again.`);
      }
      failingSince = undefined;
    } catch (error) {
      if (failingSince === undefined) {
        const text = `Queue '${queueName}' cannot be read: ${messageOf(error)}`;
        log('error', 'Host.Triggers.Queue', text);
      }
      failingSince ??= performance.now();
      if (performance.now() - failingSince > (queue.lostMs ?? Number.POSITIVE_INFINITY)) {
        queue.onLost?.();
      }
    }
    for (const message of messages) {
      const work: Promise<void> = processMessage(queue, message)
        .catch((error: unknown) => {
          const text = `Message ${message.messageId} was lost track of: ${messageOf(error)}`;
          log('error', 'Host.Triggers.Queue', text);
        })
        .finally(() => working.delete(work));
      working.add(work);
    }
    if (messages.length > 0) {
      pause = MIN_POLLING_MS;
    } else {
      await sleep(pause, signal);
      pause = nextPause(pause, config.maxPollingIntervalMs);
    }
  }
  await Promise.all(working);
}

/**
 * Fires a function for each message of a storage queue, as the queue extension does: batches, renewed
 * invisibility, `maxDequeueCount` failures and then the poison queue (a poison queue itself has none). The
 * queue is created when it is absent. A storage that cannot be reached is tried again for ever.
 */
export function startQueueListener(options: QueueListenerOptions): QueueListener {
  const { service, queueName } = options;
  const controller = new AbortController();
  const poison = queueName.endsWith(POISON_SUFFIX)
    ? undefined
    : service.getQueueClient(`${queueName}${POISON_SUFFIX}`);
  const queue: Queue = { ...options, client: service.getQueueClient(queueName), poison };
  const done = poll(queue, controller.signal);
  return {
    stop: async () => {
      controller.abort();
      await done;
    },
  };
}
