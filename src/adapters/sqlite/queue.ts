import { type FollowQueue, type Receipt, ReceiptLost } from '../../ports/follow-queue.ts';
import { checkDelay, encodeMessage, MESSAGE_SECONDS } from '../checks/queue-message.ts';
import type { StorageClient } from './wire/client.ts';

/** The follow queue on SQLite. A message that was sent, postponed or removed is so on the disk. */
export function createSqliteQueue(client: StorageClient, name: string): FollowQueue {
  return {
    async send(message, delaySeconds = 0) {
      const parts = [encodeMessage(message, delaySeconds)];
      const args = [name, delaySeconds * 1_000, (delaySeconds + MESSAGE_SECONDS) * 1_000];
      // Delivery is "at least once" anyway.
      const { result } = await client.call('queue.send', args, { parts, repeatable: true });
      return result as Receipt;
    },
    async postpone({ id, token }, delaySeconds) {
      checkDelay(delaySeconds);
      const args = [name, id, token, delaySeconds * 1_000];
      const { result } = await client.call('queue.postpone', args);
      if (result === null) throw new ReceiptLost('the message was received, or is gone');
      return { id, token: result as string };
    },
    async remove({ id, token }) {
      await client.call('queue.remove', [name, id, token], { repeatable: true });
    },
    async waiting() {
      const { result } = await client.call('queue.waiting', [name], { repeatable: true });
      return result === true;
    },
  };
}
