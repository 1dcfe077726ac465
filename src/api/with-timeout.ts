/** Limits the time of optional parts of an answer. */
import type { World } from '../ports/world.ts';

/** The promise's value within `ms`; undefined when it takes longer or fails (which is logged). */
export async function withTimeout<T>(
  world: World,
  ms: number,
  what: string,
  promise: Promise<T>,
): Promise<T | undefined> {
  const done = new AbortController();
  const caught = promise.catch((error: unknown) => {
    world.log.warn('left out of an answer', { what, error });
    return undefined;
  });
  try {
    return await Promise.race([caught, world.clock.sleep(ms, done.signal).then(() => undefined)]);
  } finally {
    done.abort();
  }
}
