/**
 * A queue of keys: one that is added several times is processed once, after the change that added it is complete. So
 * controllers are level-triggered and never run inside each other.
 */

/** Wait before a key that failed is processed again. */
const RETRY_MS = 1_000;

export class WorkQueue<Key> {
  readonly #keys = new Set<Key>();
  readonly #look: (key: Key) => void;
  readonly #failed: (error: unknown) => void;
  readonly #retries = new Set<NodeJS.Timeout>();
  #scheduled = false;
  #held = false;
  #closed = false;

  constructor(look: (key: Key) => void, failed: (error: unknown) => void) {
    this.#look = look;
    this.#failed = failed;
  }

  add(key: Key): void {
    if (this.#closed) return;
    this.#keys.add(key);
    this.#schedule();
  }

  /** Processes nothing until `release`, as when the controller's process is stopped. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#keys.clear();
    for (const timer of this.#retries) clearTimeout(timer);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    this.#scheduled = false;
    if (this.#held) return;
    for (const key of this.#keys) {
      this.#keys.delete(key);
      try {
        this.#look(key);
      } catch (error) {
        this.#failed(error);
        const timer = setTimeout(() => {
          this.#retries.delete(timer);
          this.add(key);
        }, RETRY_MS);
        this.#retries.add(timer);
      }
    }
  }
}
