/** Timers by owner and purpose: setting one again replaces it. */

/** setTimeout takes 31 bits of milliseconds; a later time is asked for again. */
const LONGEST_MS = 2_000_000_000;

export class Timers {
  readonly #timers = new Map<string, Map<string, NodeJS.Timeout>>();

  set(owner: string, purpose: string, ms: number, run: () => void): void {
    const own = this.#timers.get(owner) ?? new Map<string, NodeJS.Timeout>();
    this.#timers.set(owner, own);
    clearTimeout(own.get(purpose));
    const timer = setTimeout(
      () => {
        if (ms > LONGEST_MS) {
          this.set(owner, purpose, ms - LONGEST_MS, run);
          return;
        }
        own.delete(purpose);
        run();
      },
      Math.min(Math.max(ms, 0), LONGEST_MS),
    );
    own.set(purpose, timer);
  }

  has(owner: string, purpose: string): boolean {
    return this.#timers.get(owner)?.has(purpose) ?? false;
  }

  clear(owner: string): void {
    for (const timer of this.#timers.get(owner)?.values() ?? []) clearTimeout(timer);
    this.#timers.delete(owner);
  }

  clearAll(): void {
    for (const owner of this.#timers.keys()) this.clear(owner);
  }
}
