import { type Log, messageOf } from '../log.ts';
import { MessageLost, type QueueMessage, type QueueSource } from './queue-source.ts';

export type QueueLease = {
  /** Valid until the next renewal; needed to delete or release the message. */
  receipt(): string;
  /** Ends the renewals and waits for one that is under way. */
  stop(): Promise<void>;
};

/**
 * Keeps a message invisible while it is worked on: at half of `visibilityMs` it is made invisible
 * for as long again. A renewal that fails is tried again at once-a-tenth of that time, until the message is lost.
 */
export function keepLease(
  source: QueueSource,
  message: QueueMessage,
  visibilityMs: number,
  log: Log,
): QueueLease {
  let { receipt } = message;
  let stopped = false;
  let renewal: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  async function renew(): Promise<void> {
    try {
      receipt = await source.hide(message.id, receipt, Math.ceil(visibilityMs / 1000));
      schedule(visibilityMs / 2);
    } catch (error) {
      const text = `Renewing message ${message.id} failed: ${messageOf(error)}`;
      log('warning', 'Host.Triggers.Queue', text);
      if (!(error instanceof MessageLost)) {
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
    receipt: () => receipt,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await renewal;
    },
  };
}
