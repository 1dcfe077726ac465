import { type FollowQueue, type Receipt, ReceiptLost } from '../../ports/follow-queue.ts';
import type { Clock } from '../../ports/world.ts';
import { checkDelay, encodeMessage, MESSAGE_SECONDS } from '../checks/queue-message.ts';

export type MemoryMessage = {
  readonly message: unknown;
  /** Milliseconds since 1970 from which the message is visible. */
  readonly dueAt: number;
};

export type MemoryQueue = FollowQueue & {
  /** Everything that waits, visible or not, in order of sending. */
  readonly messages: readonly MemoryMessage[];
  /** Removes and returns the visible message that has been due longest, or undefined. */
  take(): MemoryMessage | undefined;
  /** When the next message becomes (or became) visible, or undefined when none waits. */
  nextDueAt(): number | undefined;
  /** Removes all messages. */
  clear(): void;
};

type Stored = MemoryMessage & Receipt & { readonly expiresAt: number };

/** The follow queue in memory; messages become visible by the given clock. */
export function createMemoryQueue(clock: Pick<Clock, 'now'>): MemoryQueue {
  let stored: Stored[] = [];
  /** Messages that have not expired. */
  const messages = (): Stored[] => (stored = stored.filter((each) => each.expiresAt > clock.now()));
  let count = 0;
  const token = (): string => String((count += 1));
  const first = (): Stored | undefined =>
    messages().reduce<Stored | undefined>(
      (found, each) => (found && found.dueAt <= each.dueAt ? found : each),
      undefined,
    );
  const dueIn = (seconds: number): number => clock.now() + seconds * 1_000;
  const indexOf = (receipt: Receipt): number =>
    messages().findIndex((each) => each.id === receipt.id && each.token === receipt.token);
  return {
    get messages() {
      return messages();
    },
    async send(message, delaySeconds = 0) {
      const bytes = encodeMessage(message, delaySeconds);
      const receipt = { id: token(), token: token() };
      // The round trip through JSON is what a consumer of the real queue gets.
      const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
      const dueAt = dueIn(delaySeconds);
      stored.push({
        ...receipt,
        message: parsed,
        dueAt,
        expiresAt: dueAt + MESSAGE_SECONDS * 1_000,
      });
      return receipt;
    },
    async postpone(receipt, delaySeconds) {
      checkDelay(delaySeconds);
      const index = indexOf(receipt);
      const found = stored[index];
      if (!found) throw new ReceiptLost('the message was received, or is gone');
      const next = { id: receipt.id, token: token() };
      stored[index] = { ...found, ...next, dueAt: dueIn(delaySeconds) };
      return next;
    },
    async remove(receipt) {
      const index = indexOf(receipt);
      if (index >= 0) stored.splice(index, 1);
    },
    waiting: async () => (first()?.dueAt ?? Number.POSITIVE_INFINITY) <= clock.now(),
    take() {
      const found = first();
      if (!found || found.dueAt > clock.now()) return undefined;
      stored.splice(stored.indexOf(found), 1);
      return found;
    },
    nextDueAt: () => first()?.dueAt,
    clear() {
      stored = [];
    },
  };
}
