import type { TypedData } from '../contract.ts';
import type { QueueConfig } from '../host-config.ts';
import { type Log, messageOf } from '../log.ts';
import { sleep } from '../process/sleep.ts';
import { keepLease } from './queue-lease.ts';
import { queueMetadata } from './queue-message.ts';
import { MessageLost, type QueueMessage, type QueueSource } from './queue-source.ts';

export type QueueListenerOptions = {
  readonly source: QueueSource;
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
/** Tries to delete or release a message before it is left to become visible again by itself. */
const SETTLE_TRIES = 3;

/** The pause after the next empty look: doubled each time, ±20 %, up to the limit. */
function nextPause(pause: number, limit: number): number {
  const jitter = 0.8 + 0.4 * Math.random();
  return Math.min(Math.max(pause * 2 * jitter, MIN_POLLING_MS), limit);
}

type Queue = QueueListenerOptions;

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
      if (error instanceof MessageLost || left <= 1) {
        const text = `${what} in queue '${queue.source.name}' failed: ${messageOf(error)}`;
        queue.log('warning', 'Host.Triggers.Queue', text);
        return false;
      }
      await sleep(MIN_POLLING_MS);
    }
  }
}

async function moveToPoison({ source, log }: Queue, message: QueueMessage): Promise<void> {
  const poison = await source.poison?.(message);
  const text = `Message ${message.id} of queue '${source.name}' was moved to '${poison}'.`;
  log('warning', 'Host.Triggers.Queue', text);
}

/** Runs the function with one message. True when it succeeded. */
async function attempt(queue: Queue, message: QueueMessage): Promise<'done' | 'failed'> {
  const { text } = message;
  if (text === undefined) {
    const problem = `Message ${message.id} in queue '${queue.source.name}' is not base64 of UTF-8.`;
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

async function processMessage(queue: Queue, message: QueueMessage): Promise<void> {
  const { source, config, log } = queue;
  const { id } = message;
  const lease = keepLease(source, message, queue.visibilityMs ?? VISIBILITY_MS, log);
  const { dequeueCount } = message;
  // Over the count without an outcome: each earlier receiver ended while it worked on it.
  const exhausted = source.poison !== undefined && dequeueCount > config.maxDequeueCount;
  const outcome = exhausted ? 'failed' : await attempt(queue, message);
  await lease.stop();
  const isPoison =
    source.poison !== undefined && outcome === 'failed' && dequeueCount >= config.maxDequeueCount;
  const isMoved =
    isPoison && (await settle(queue, `Moving message ${id}`, () => moveToPoison(queue, message)));
  if (outcome === 'done' || isMoved) {
    await settle(queue, `Deleting message ${id}`, () => source.remove(id, lease.receipt()));
    return;
  }
  const seconds = Math.ceil(config.visibilityTimeoutMs / 1000);
  await settle(queue, `Releasing message ${id}`, () => source.hide(id, lease.receipt(), seconds));
}

async function poll(queue: Queue, signal: AbortSignal): Promise<void> {
  const { source, config, log } = queue;
  const hiddenSeconds = Math.ceil((queue.visibilityMs ?? VISIBILITY_MS) / 1000);
  const working = new Set<Promise<void>>();
  let pause = MIN_POLLING_MS;
  let failingSince: number | undefined;
  while (!signal.aborted) {
    if (working.size > config.newBatchThreshold) {
      await Promise.race(working);
      continue;
    }
    let messages: readonly QueueMessage[] = [];
    try {
      messages = await source.receive(config.batchSize, hiddenSeconds);
      if (failingSince !== undefined) {
        log('information', 'Host.Triggers.Queue', `Queue '${source.name}' can be read again.`);
      }
      failingSince = undefined;
    } catch (error) {
      if (failingSince === undefined) {
        const text = `Queue '${source.name}' cannot be read: ${messageOf(error)}`;
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
          const text = `Message ${message.id} was lost track of: ${messageOf(error)}`;
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
  const controller = new AbortController();
  const done = poll(options, controller.signal);
  return {
    stop: async () => {
      controller.abort();
      await done;
      options.source.close();
    },
  };
}
