/**
 * Many instances at once on one store and one cluster, with a fault before or after any call and
 * every call in random order; a checker looks at the promises after every step. All of it follows
 * from one seed.
 */

import { type Script, singleCluster } from '../../src/adapters/memory/cluster.ts';
import { type Fault, withFaults } from '../../src/adapters/memory/faults.ts';
import { runIdTime } from '../../src/core/names.ts';
import { type Cluster, ClusterError } from '../../src/ports/cluster.ts';
import type { World } from '../../src/ports/world.ts';
import { memoryWorld, otherInstance } from './world.ts';

export type Random = () => number;

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = <T>(random: Random, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)] as T;

/** What a driver prints and how it ends, by its run's id: the same for the same seed. */
export function randomScript(random: Random): Script {
  const count = Math.floor(random() * 6);
  const gap = pick(random, [0, 300, 2_000]);
  const lines = Array.from({ length: count }, (_, index) => ({
    at: index * gap,
    text: pick(random, ['same line', `line ${index}`, '', '[1/2] half', 'ERROR no']),
  }));
  return {
    lines,
    endsAt: count * gap + pick(random, [1, 500, 20_000, 60_000, 60_000]),
    exitCode: pick(random, [0, 0, 0, 3]),
    podAfter: pick(random, [0, 0, 0, 5_000]),
    startsAfter: pick(random, [0, 100, 3_000]),
    termMs: pick(random, [0, 500, 4_000]),
    tasks: pick(random, [0, 0, 2]),
  };
}

type Instance = { readonly world: World; dead: boolean };

/** How likely a call meets a fault. */
export type Trouble = {
  readonly before: number;
  readonly after: number;
  readonly emptyList: number;
  readonly stall: number;
  /** Of creates of Jobs: nobody waits for it any more when it takes effect. */
  readonly late: number;
  /** Of deletions of pods: the pod is there for a while yet. */
  readonly linger: number;
};

/** Calls of all instances in that time. */
const LINGERS_STEPS = 300;

const EMPTY_LISTS_APART_MS = 30_000;

/** `scriptOf`: what drivers do. */
export function chaos(seed: number, trouble: Trouble, scriptOf = randomScript) {
  const random = randomOf(seed);
  const lateness = randomOf(seed + 1);
  const scripts = new Map<string, Script>();
  const base = memoryWorld({
    seed,
    script: (runId, manifest) => {
      const made = scripts.get(runId) ?? scriptOf(random);
      // A container makes no pods of its own.
      const known = JSON.stringify(manifest.spec).includes('nextflow')
        ? made
        : { ...made, tasks: 0 };
      scripts.set(runId, known);
      return known;
    },
  });
  const waiting: (() => void)[] = [];
  /** Calls that take very long: an instance that is paused, a connection that is slow. */
  const stalled: { readonly resume: () => void; readonly until: number }[] = [];
  /** Calls that nobody waits for any more. */
  const late: typeof stalled = [];
  let steps = 0;
  let calm = false;
  let lastEmptyList = Number.NEGATIVE_INFINITY;

  const instance = (): Instance => {
    const own: Instance = { dead: false } as Instance;
    const skew = Math.floor(random() * 10_000) - 5_000;
    const turn = async (
      _method: string,
      _phase: string,
      args: readonly unknown[],
    ): Promise<void> => {
      if (own.dead) await new Promise<never>(() => undefined);
      // The sixteen shards of the work list are read side by side; their order is of no interest.
      if (calm || args[0] === 'work') return;
      await new Promise<void>((resume) => {
        if (random() < trouble.stall)
          stalled.push({ resume, until: steps + Math.floor(random() * 200) });
        else waiting.push(resume);
      });
      if (own.dead) await new Promise<never>(() => undefined);
    };
    const plan = (): Fault => {
      if (calm) return 'none';
      const chance = random();
      if (chance < trouble.before) return 'before';
      return chance < trouble.before + trouble.after ? 'after' : 'none';
    };
    const options = { onCall: turn };
    const list: Cluster['list'] = async (runId, what) => {
      if (
        !calm &&
        random() < trouble.emptyList &&
        base.clock.now() - lastEmptyList > EMPTY_LISTS_APART_MS
      ) {
        lastEmptyList = base.clock.now();
        // After a fence a consistent list is proof: of pods that can run it is never wrong.
        return { jobs: [], pods: base.cluster.podsOfFenced(runId) };
      }
      return base.cluster.list(runId, what);
    };
    const createJob: Cluster['createJob'] = async (manifest) => {
      if (calm || lateness() >= trouble.late) return base.cluster.createJob(manifest);
      const resume = () => void base.cluster.createJob(manifest);
      // Some of them only when all is over.
      late.push({ resume, until: steps + Math.floor(lateness() * 2_000) });
      throw new ClusterError('unavailable', 0, 'no answer, and carried out much later');
    };
    /** A pod is there until its processes have ended. */
    const deletePod: Cluster['deletePod'] = async (pod) => {
      const resume = () => void base.cluster.deletePod(pod);
      if (calm || lateness() >= trouble.linger) resume();
      else late.push({ resume, until: steps + Math.floor(lateness() * LINGERS_STEPS) });
    };
    const cluster = withFaults(
      Object.assign(Object.create(base.cluster) as Cluster, { list, createJob, deletePod }),
      plan,
      options,
    );
    const world: World = {
      ...otherInstance(base.world),
      store: withFaults(base.store, plan, options),
      blobs: withFaults(base.blobs, plan, options),
      push: withFaults(base.push, plan, options),
      queue: withFaults(base.queue, plan, options),
      dispatchQueue: withFaults(base.queue, plan, options),
      clusters: singleCluster(cluster),
      clock: {
        now: () => base.clock.now() + skew,
        sleep: (ms, signal) => base.clock.sleep(ms, signal),
      },
    };
    return Object.assign(own, { world });
  };

  return {
    ...base,
    random,
    scripts,
    instance,
    /** Lets everything that is under way come to its next call. */
    quiet: () => new Promise<void>((resolve) => setImmediate(resolve)),
    /** Lets one waiting call go on; false when none waits. */
    step: (): boolean => {
      steps += 1;
      for (const calls of [stalled, late])
        for (const due of calls.filter(({ until }) => until <= steps)) {
          calls.splice(calls.indexOf(due), 1);
          waiting.push(due.resume);
        }
      const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
      next?.();
      return next !== undefined;
    },
    /** No more faults, no more waiting. */
    calm: (): void => {
      calm = true;
      for (const resume of [...waiting.splice(0), ...stalled.splice(0).map((call) => call.resume)])
        resume();
    },
    /** What nobody waits for any more takes effect. */
    arrive: (): void => {
      for (const { resume } of late.splice(0)) resume();
    },
    /** Waits for the promise, and lets time pass for all sleepers meanwhile. */
    drive: async <T>(act: Promise<T>): Promise<T> => {
      let over = false;
      const done = act.finally(() => {
        over = true;
      });
      done.catch(() => undefined);
      for (let turn = 0; turn < 100_000; turn++) {
        if (over) return done;
        await new Promise<void>((resolve) => setImmediate(resolve));
        const due = base.clock.nextDueAt();
        if (turn % 20 === 19 && due !== undefined)
          await base.clock.advance(Math.max(0, due - base.clock.now()));
      }
      throw new Error('it neither ends nor sleeps');
    },
    age: (runId: string) => base.clock.now() - runIdTime(runId),
  };
}

export type Chaos = ReturnType<typeof chaos>;
