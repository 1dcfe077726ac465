import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, type ChildOptions, startChild } from '../child.ts';

export type KeptChild = {
  /** The JSON that it printed when it was ready for the first time. */
  readonly ready: Child['ready'];
  /** Undefined while it is being started again. */
  readonly pid: () => number | undefined;
  /** Resolves with a sentence when it has ended by itself and is not started again. */
  readonly failed: Promise<string>;
  /** Ends it for good, by force when it takes too long; resolves when it is gone. May be called again. */
  readonly close: () => Promise<void>;
};

/** Pauses before it is started again after it ended by itself. */
const PAUSE_MIN_MS = 50;
const PAUSE_MAX_MS = 1_000;
/** One that ran for so long was well. */
const HEALTHY_MS = 10_000;

/**
 * Starts a child, and starts it again whenever it ends by itself, with what `again` changes: it has to be found where
 * it was. With null it is not started again. Rejects when the first start fails; later ones are tried again for ever. The child never outlives this process.
 */
export async function keepChild(
  options: ChildOptions,
  again: ((ready: Child['ready']) => Partial<ChildOptions>) | null = () => ({}),
): Promise<KeptChild> {
  const { log = () => undefined } = options;
  const first = await startChild(options);
  const closing = new AbortController();
  const { signal } = closing;
  let child: Child | undefined = first;

  async function startAgain(pauseMs: number): Promise<void> {
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    child = await startChild({ ...options, ...again?.(first.ready), signal }).catch(
      (error: Error) => {
        log(error.message);
        return undefined;
      },
    );
  }

  async function watch(): Promise<void> {
    let pause = PAUSE_MIN_MS;
    while (!signal.aborted) {
      const started = performance.now();
      const how = await child?.ended;
      if (signal.aborted) return;
      if (performance.now() - started > HEALTHY_MS) pause = PAUSE_MIN_MS;
      log(`${how ?? `${options.name} did not start`}; starting it again in ${pause} ms.`);
      child = undefined;
      await startAgain(pause);
      pause = Math.min(pause * 2, PAUSE_MAX_MS);
    }
  }

  const watching = again === null ? Promise.resolve() : watch();
  return {
    ready: first.ready,
    pid: () => child?.pid,
    failed: again === null ? first.ended : new Promise(() => undefined),
    async close() {
      closing.abort(new Error('closed'));
      await child?.close();
      await watching;
      // One that was just being started again.
      await child?.close();
    },
  };
}
