import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { type Log, messageOf } from '../log.ts';

export type QueueLease = {
  /** Valid until the next renewal; needed to delete or release the message. */
  popReceipt(): string;
  /** Ends the renewals and waits for one that is under way. */
  stop(): Promise<void>;
};

/** The service says that the message is gone, or that another receiver holds it by now. */
export function isLost(error: unknown): boolean {
  const status = (error as { statusCode?: number }).statusCode;
  return status === 404 || (status === 400 && /PopReceipt/i.test(messageOf(error)));
}

/**
 * Keeps a message invisible while it is worked on: at half of `visibilityMs` it is made invisible
 * for as long again. A renewal that fails is tried again at once-a-tenth of that time, until the message is lost.
 */
export function keepLease(
  client: QueueClient,
  message: DequeuedMessageItem,
  visibilityMs: number,
  log: Log,
): QueueLease {
  let popReceipt = message.popReceipt;
  let stopped = false;
  let renewal: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function renew(): Promise<void> {
    try {
      const seconds = Math.ceil(visibilityMs / 1000);
      const id = message.messageId;
      const answer = await client.updateMessage(id, popReceipt, undefined, seconds);
      popReceipt = answer.popReceipt ?? popReceipt;
      schedule(visibilityMs / 2);
    } catch (error) {
      const text = `Renewing message ${message.messageId} failed: ${messageOf(error)}`;
      log('warning', 'Host.Triggers.Queue', text);
      if (!isLost(error)) {
        schedule(visibilityMs / 20);
      }
    }
  }

  function schedule(ms: number): void {
    if (!stopped) {
      timer = setTimeout(() => {
        renewal = renew();
      }, ms);
    }
  }

  schedule(visibilityMs / 2);
  return {
    popReceipt: () => popReceipt,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await renewal;
    },
  };
}
