/** Short messages about what was done, until they are shown. */
import { createStore } from '../../app/store.ts';

export type Message = {
  readonly text: string;
  /** Undo: what the button says, and does. */
  readonly action?: { readonly label: string; run(): void };
  /** `problem` stays until it is closed. */
  readonly tone?: 'done' | 'problem';
};

/** Messages that are not shown yet. */
export const waiting = createStore<readonly Message[]>([]);

export function takeWaiting(): readonly Message[] {
  const messages = waiting.get();
  if (messages.length > 0) waiting.set([]);
  return messages;
}

export function toast(message: Message): void {
  waiting.set([...waiting.get(), message]);
}
