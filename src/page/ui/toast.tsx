/** Short messages about what was done, with an undo where there is one. What shows them is loaded with the first one. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { createStore, useStore } from '../app/store.ts';

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

const Region = lazy(() => import('./parts/toast-region.tsx'));

export function Toasts() {
  const isWanted = useStore(waiting).length > 0;
  const [isUsed, use] = useState(false);
  useEffect(() => {
    if (isWanted) use(true);
  }, [isWanted]);
  return isUsed || isWanted ? (
    <Suspense fallback={null}>
      <Region />
    </Suspense>
  ) : null;
}
