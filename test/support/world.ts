/** A whole world in memory for tests: nothing in it moves unless the test moves it. */
import { createHash } from 'node:crypto';
import { createMemoryBlobs } from '../../src/adapters/memory/blobs.ts';
import { createManualClock } from '../../src/adapters/memory/clock.ts';
import { MemoryCluster, type Script, singleCluster } from '../../src/adapters/memory/cluster.ts';
import { createMemoryLog } from '../../src/adapters/memory/log.ts';
import { createMemoryPush } from '../../src/adapters/memory/push.ts';
import { createMemoryQueue } from '../../src/adapters/memory/queue.ts';
import { createMemoryStore } from '../../src/adapters/memory/store.ts';
import type { JobManifest } from '../../src/core/kubernetes/manifest.ts';
import { type Table, WATCHDOG_SECONDS } from '../../src/core/limits.ts';
import { type RunRequest, RunRequest as RunRequestSchema } from '../../src/core/runs/request.ts';
import { handleMessage } from '../../src/engine/follow/messages.ts';
import { tick } from '../../src/engine/reconcile/tick.ts';
import type { World } from '../../src/ports/world.ts';

export const START = Date.parse('2026-01-01T00:00:00Z');

export const QUICK: Script = {
  lines: [
    { at: 0, text: '[1/2] one' },
    { at: 500, text: '[2/2] two' },
  ],
  endsAt: 1_000,
  exitCode: 0,
};

/** Deterministic bytes: the same seed gives the same run ids. */
export function seededBytes(seed: number): (count: number) => Uint8Array {
  let state = seed >>> 0 || 1;
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
}

export const sha256 = async (text: string): Promise<string> =>
  createHash('sha256').update(text).digest('hex');

export function memoryWorld(
  options: {
    readonly script?: (runId: string, manifest: JobManifest) => Script;
    readonly seed?: number;
  } = {},
) {
  const clock = createManualClock(START);
  const cluster = new MemoryCluster(clock, options.script ?? (() => QUICK));
  const parts = {
    store: createMemoryStore(),
    blobs: createMemoryBlobs(),
    push: createMemoryPush(),
    queue: createMemoryQueue(clock),
    log: createMemoryLog(),
  };
  const world: World = {
    instance: {},
    ...parts,
    dispatchQueue: parts.queue,
    clusters: singleCluster(cluster),
    clock,
    watchdogSeconds: WATCHDOG_SECONDS,
    defaultPolicy: 'open',
    random: seededBytes(options.seed ?? 7),
    sha256,
  };
  return { ...parts, world, clock, cluster };
}

/** A valid request with a container, unless told otherwise. */
export const request = (change: Record<string, unknown> = {}): RunRequest =>
  RunRequestSchema.parse({
    pipeline: 'test',
    kind: 'container',
    container: { image: 'busybox:1.37' },
    ...change,
  });

/** The same for a pipeline of Nextflow, whose driver makes pods of its own. */
export const nextflowRequest = (change: Record<string, unknown> = {}): RunRequest =>
  request({ kind: 'nextflow', container: undefined, pipeline: 'a/hello', ...change });

/** Another instance of the app on the same storage and cluster. */
export const otherInstance = (world: World): World => ({ ...world, instance: {} });

/** The world of another instance, whose commits to that table wait until it is resumed. */
export function stalling(world: World, table: Table) {
  let resume = (): void => undefined;
  const stalled = new Promise<void>((resolve) => (resume = resolve));
  const commit: World['store']['commit'] = async (...args) => {
    if (args[0] === table) await stalled;
    return world.store.commit(...args);
  };
  return {
    slow: { ...otherInstance(world), store: { ...world.store, commit } },
    resume: () => resume(),
  };
}

/** Ticks and lets a second pass, until the condition holds; fails after `seconds`. */
export async function tickUntil(
  world: World,
  clock: { advance(ms: number): Promise<void> },
  done: () => Promise<boolean> | boolean,
  seconds = 240,
): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await tick(world);
    if (await done()) return;
    await clock.advance(1_000);
  }
  throw new Error(`not so after ${seconds} seconds`);
}

/** Ticks and compacts until no work is left. */
export async function cleanUp({
  world,
  clock,
  queue,
  store,
}: ReturnType<typeof memoryWorld>): Promise<void> {
  for (let round = 0; round < 300; round += 1) {
    await tick(world);
    for (let next = queue.take(); next; next = queue.take())
      if ((next.message as { kind: string }).kind === 'compact')
        await handleMessage(world, next.message);
    if (store.dump('work').every(({ values }) => values['kind'] !== 'run')) return;
    // After faults what is left rests for up to an hour.
    await clock.advance(round < 200 ? 1_000 : 60_000);
  }
  throw new Error('work is left');
}
