/**
 * Wakes one waiting loop. A ring while nobody waits is kept for the next wait; many rings before it
 * count as one.
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
