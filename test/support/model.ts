/** Several instances on one store that takes the times of Azure Tables: figures in virtual time, the same for the same seed. */
import { withLatency } from '../../src/adapters/memory/latency.ts';
import type { World } from '../../src/ports/world.ts';
import { randomOf } from './chaos.ts';
import { memoryWorld, otherInstance, seededBytes } from './world.ts';

/**
 * `worlds` has one world for each instance; all share store, cluster, queue and clock. `world`, `store` and
 * the other parts are those of `memoryWorld`: without latency, to prepare and to look.
 */
export function modelOfTables(options: {
  readonly instances: number;
  readonly seed: number;
  readonly script?: NonNullable<Parameters<typeof memoryWorld>[0]>['script'];
}) {
  const { instances, seed, script } = options;
  const base = memoryWorld({ seed, ...(script ? { script } : {}) });
  const worlds = Array.from({ length: instances }, (_, index): World => {
    const own = seed * 1_000 + index;
    return {
      ...otherInstance(base.world),
      store: withLatency(base.store, base.clock, randomOf(own)),
      // Whole milliseconds, as clocks of instances tell them.
      clock: { ...base.clock, now: () => Math.floor(base.clock.now()) },
      random: seededBytes(own),
    };
  });

  /** Moves the clock from one sleeper to the next until the promise is settled; fails after `seconds` of virtual time. */
  const drive = async <T>(act: Promise<T>, seconds = 600): Promise<T> => {
    const end = base.clock.now() + seconds * 1_000;
    let over = false;
    const done = act.finally(() => {
      over = true;
    });
    done.catch(() => undefined);
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (over) return done;
      const due = base.clock.nextDueAt();
      if (due === undefined) throw new Error('it neither ends nor sleeps');
      if (due > end) throw new Error(`not over after ${seconds} s of virtual time`);
      await base.clock.advance(Math.max(0, due - base.clock.now()));
    }
  };
  return { ...base, worlds, drive };
}
