/** The stack of `npm start` for one row, and waiting with an end. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from '../../../src/client/index.ts';
import { type Stack, type StackOptions, startStack } from '../../../src/dev/stack.ts';

export type Bench = { readonly stack: Stack; readonly client: Client };

/** Starts the stack, hands it to `act`, and ends it whatever happens. */
export async function onStack<T>(
  options: StackOptions,
  act: (bench: Bench) => Promise<T>,
): Promise<T> {
  const stack = await startStack(options);
  try {
    const failed = stack.failed.then((how): never => {
      throw new Error(how);
    });
    failed.catch(() => undefined);
    return await Promise.race([act({ stack, client: createClient({ url: stack.api }) }), failed]);
  } finally {
    await stack.close();
  }
}

/** Asks until there is an answer other than undefined or false; rejects after `ms`. */
export async function until<T>(
  what: string,
  ms: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  everyMs = 50,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${ms / 1_000} s`);
    await delay(everyMs);
  }
}

/** Rejects when it takes longer than `ms`. */
export async function within<T>(what: string, ms: number, promise: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const late = delay(ms, undefined, { signal: limit.signal }).then(
    (): never => {
      throw new Error(`${what}: not within ${ms / 1_000} s`);
    },
    () => new Promise<never>(() => undefined),
  );
  return Promise.race([promise, late]).finally(() => limit.abort());
}
