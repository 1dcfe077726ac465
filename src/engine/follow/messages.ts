/** What a message of the work queue asks for. */
import { Message } from '../../core/runs/message.ts';
import type { World } from '../../ports/world.ts';
import { compactFor } from '../archive/compactor.ts';
import { dispatchByMessage } from '../reconcile/dispatch.ts';
import { follow } from './follow.ts';

/**
 * Does what the message asks for. `signal`: the instance is about to end. Never rejects for the sake of
 * one run: what it does not get done is left to a watchdog message or the timer, not to the queue's retry.
 */
export async function handleMessage(
  world: World,
  message: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const parsed = Message.safeParse(message);
  if (!parsed.success) {
    world.log.warn('a message of the work queue is not one', { message });
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
