/** The engine on a real cluster, in real time: state in memory, all else real. */
import { setTimeout as sleep } from 'node:timers/promises';
import { singleCluster } from '../../src/adapters/memory/cluster.ts';
import type { Target } from '../../src/core/kinds/target.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { World } from '../../src/ports/world.ts';
import { memoryWorld } from './world.ts';

export const realClock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    sleep(ms, undefined, { signal }).catch(() => undefined),
  /** For `tickUntil`, whose steps are at most this long here. */
  advance: (ms: number) => sleep(Math.min(ms, 500)),
};

/** A world whose cluster and clock are real. */
export async function realWorld(cluster: Cluster, target: Target): Promise<World> {
  const { world } = memoryWorld({ seed: Date.now() });
  const body = new TextEncoder().encode(JSON.stringify({ ...target, name: 'default' }));
  await world.store.commit('catalogue', 'default.targets', [
    { op: 'put', key: 'entry.default', values: { body } },
  ]);
  return { ...world, clock: realClock, clusters: singleCluster(cluster) };
}
