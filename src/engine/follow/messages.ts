/** Handles messages of the queues. */
import { Message } from '../../core/runs/message.ts';
import type { World } from '../../ports/world.ts';
import { compactFor } from '../archive/compactor.ts';
import { dispatchByMessage } from '../reconcile/dispatch.ts';
import { follow } from './follow.ts';

/**
 * Handles a message. `signal`: the instance is about to end. Never rejects because of a run: what is not done is left to
 * a watchdog message or the timer, not to the queue's retry.
 */
export async function handleMessage(
  world: World,
  message: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const parsed = Message.safeParse(message);
  if (!parsed.success) {
    world.log.warn('unknown message in the queue', { message });
    return;
  }
  switch (parsed.data.kind) {
    case 'dispatch':
      return dispatchByMessage(world, parsed.data, signal);
    case 'follow':
      return follow(world, parsed.data, { signal });
    case 'compact':
      return compactFor(world, parsed.data, signal);
  }
}
