/** Delays jobs without ever changing their order. */
export class DelayQueue {
  readonly #jobs: { readonly readyAt: number; readonly bytes: number; readonly run: () => void }[] =
    [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** What the jobs that wait hold in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get empty(): boolean {
    return this.#jobs.length === 0;
  }

  /** Runs `run`, which holds `bytes`, after `delayMs`, or at once when nothing is waiting and there is no delay. */
  push(delayMs: number, bytes: number, run: () => void): void {
    if (delayMs <= 0 && this.#jobs.length === 0) {
      run();
      return;
    }
    const readyAt = Math.max(performance.now() + delayMs, this.#jobs.at(-1)?.readyAt ?? 0);
    this.#jobs.push({ readyAt, bytes, run });
    this.#bytes += bytes;
    this.#schedule();
  }

  /** Forgets what is waiting. */
  clear(): void {
    this.#jobs.length = 0;
    this.#bytes = 0;
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
    for (const job of this.#jobs.splice(0, ready < 0 ? this.#jobs.length : ready)) {
      this.#bytes -= job.bytes;
      job.run();
    }
    this.#schedule();
  }
}
