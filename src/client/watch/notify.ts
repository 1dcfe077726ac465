/**
 * Wakes one waiting loop. A notification without a waiter is kept for the next wait; several of them count as
 * one.
 */
export type Notify = { notify(): void; wait(): Promise<void> };

export function createNotify(): Notify {
  let notified = false;
  let wake: (() => void) | undefined;
  return {
    notify() {
      notified = true;
      wake?.();
    },
    async wait() {
      if (!notified) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      notified = false;
    },
  };
}
