/** Word, within this instance, that a run was changed: who waits for its events need not wait until their next look. */
import type { World } from '../../ports/world.ts';
import { perInstance } from './per-instance.ts';

type Listeners = Map<string, Set<() => void>>;

const listeners = perInstance((): Listeners => new Map());

/** Calls `hear` at each change of the run that is committed here, until the returned function is called. */
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
