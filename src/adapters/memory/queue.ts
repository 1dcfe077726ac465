import { encodeMessage } from '../../ports/queue-message.ts';
import type { WorkQueue } from '../../ports/work-queue.ts';
import type { Clock } from '../../ports/world.ts';

export type MemoryMessage = {
  readonly message: unknown;
  /** Milliseconds since 1970 from which the message is visible. */
  readonly dueAt: number;
};

export type MemoryQueue = WorkQueue & {
  /** Everything that waits, visible or not, in order of sending. */
  readonly messages: readonly MemoryMessage[];
  /** Removes and returns the visible message that has been due longest, or undefined. */
  take(): MemoryMessage | undefined;
  /** When the next message becomes (or became) visible, or undefined when none waits. */
  nextDueAt(): number | undefined;
  /** Throws everything away. */
  clear(): void;
};

/** The work queue in memory; a message becomes visible when the clock says so. */
export function createMemoryQueue(clock: Pick<Clock, 'now'>): MemoryQueue {
  const messages: MemoryMessage[] = [];
  const first = () =>
    messages.reduce<MemoryMessage | undefined>(
      (found, each) => (found && found.dueAt <= each.dueAt ? found : each),
      undefined,
    );
  return {
    messages,
    async send(message, delaySeconds = 0) {
      const bytes = encodeMessage(message, delaySeconds);
      // The round trip through JSON is what a consumer of the real queue gets.
      messages.push({
        message: JSON.parse(new TextDecoder().decode(bytes)),
        dueAt: clock.now() + delaySeconds * 1_000,
      });
    },
    take() {
      const found = first();
      if (!found || found.dueAt > clock.now()) return undefined;
      messages.splice(messages.indexOf(found), 1);
      return found;
    },
    nextDueAt: () => first()?.dueAt,
    clear() {
      messages.length = 0;
    },
  };
}
