/** Delays jobs without ever changing their order. */
export class DelayQueue {
  readonly #jobs: { readonly readyAt: number; readonly run: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  get empty(): boolean {
    return this.#jobs.length === 0;
  }

  /** Runs `run` after `delayMs`, or at once when nothing is waiting and there is no delay. */
  push(delayMs: number, run: () => void): void {
    if (delayMs <= 0 && this.#jobs.length === 0) {
      run();
      return;
    }
    const readyAt = Math.max(performance.now() + delayMs, this.#jobs.at(-1)?.readyAt ?? 0);
    this.#jobs.push({ readyAt, run });
    this.#schedule();
  }

  /** Forgets what is waiting. */
  clear(): void {
    this.#jobs.length = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const [first] = this.#jobs;
    if (first === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#drain();
      },
      Math.max(0, first.readyAt - performance.now()),
    );
  }

  #drain(): void {
    const now = performance.now();
    const ready = this.#jobs.findIndex((job) => job.readyAt > now);
    for (const job of this.#jobs.splice(0, ready < 0 ? this.#jobs.length : ready)) job.run();
    this.#schedule();
  }
}
