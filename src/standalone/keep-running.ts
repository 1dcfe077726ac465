/** A process that is started again when it ends by itself. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type ChildOptions, startChild } from '../dev/child.ts';
import { HEALTHY_MS, RESTART_MAX_MS, RESTART_MIN_MS, RESTARTS_MAX } from './limits.ts';

export type Kept = {
  /** What it printed when it was ready first. Later starts are told to be the same: `again`. */
  readonly ready: Child['ready'];
  readonly pid: () => number;
  /** Resolves with a sentence when it ended so often that it is not started any more. */
  readonly failed: Promise<string>;
  /** Ends it for good. May be called again. */
  close(): Promise<void>;
};

export type KeepOptions = ChildOptions & {
  /** Arguments of later starts, from what the first printed: so that it comes back at the same address. */
  readonly again: (ready: Child['ready']) => readonly string[];
  readonly pauses?: { readonly minMs: number; readonly maxMs: number };
};

/** Rejects when the first start fails. */
export async function keepRunning(options: KeepOptions): Promise<Kept> {
  const { again, pauses = { minMs: RESTART_MIN_MS, maxMs: RESTART_MAX_MS }, ...how } = options;
  const { name, log = () => undefined } = how;
  let child = await startChild(how);
  const { ready } = child;
  const later = { ...how, args: again(ready), signal: undefined };
  const closing = new AbortController();
  const { signal } = closing;

  async function startAgain(pauseMs: number): Promise<string | undefined> {
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
    try {
      child = await startChild(later);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async function watch(): Promise<string> {
    let pause = pauses.minMs;
    for (let ends = 1; ; ends += 1) {
      const started = Date.now();
      let why: string | undefined = await child.ended;
      if (Date.now() - started > HEALTHY_MS) [pause, ends] = [pauses.minMs, 1];
      while (why !== undefined && !signal.aborted) {
        if (ends > RESTARTS_MAX) return `${name} does not stay up: ${why}`;
        log(`${why}; starting it again in ${pause} ms`);
        why = await startAgain(pause);
        pause = Math.min(pause * 2, pauses.maxMs);
        if (why !== undefined) ends += 1;
      }
      if (signal.aborted) break;
    }
    // It may have come back while it was told to end.
    await child.close();
    return `${name} was told to end`;
  }

  const watching = watch();
  return {
    ready,
    pid: () => child.pid,
    failed: watching,
    async close() {
      closing.abort();
      await child.close();
      await watching;
    },
  };
}
