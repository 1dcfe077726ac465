/** Notifies waiting readers in this instance of a changed run, so that they need not wait for their next poll. */
import type { World } from '../../ports/world.ts';
import { perInstance } from './per-instance.ts';

type Listeners = Map<string, Set<() => void>>;

const listeners = perInstance((): Listeners => new Map());

/** Calls `hear` after each change of the run that this instance commits, until the returned function is called. */
export function listen(world: World, runId: string, hear: () => void): () => void {
  const runs = listeners(world);
  const those = runs.get(runId) ?? new Set();
  runs.set(runId, those.add(hear));
  return () => {
    those.delete(hear);
    if (those.size === 0 && runs.get(runId) === those) runs.delete(runId);
  };
}

export function tellChange(world: World, runId: string): void {
  for (const hear of listeners(world).get(runId) ?? []) hear();
}
