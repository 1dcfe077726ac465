/**
 * Wakes one waiting loop. A ring while nobody waits is kept for the next wait; many rings before it
 * count as one.
 */
export type Bell = { ring(): void; wait(): Promise<void> };

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait() {
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      rung = false;
    },
  };
}
