/** Notifies waiting readers in this instance of a changed run, so that they need not wait for their next poll. */
import type { World } from '../../ports/world.ts';
import { perInstance } from './per-instance.ts';

type Listeners = Map<string, Set<() => void>>;

const listeners = perInstance((): Listeners => new Map());

/** Calls `notify` after each change of the run that this instance commits, until the returned function is called. */
export function onRunChange(world: World, runId: string, notify: () => void): () => void {
  const runs = listeners(world);
  const those = runs.get(runId) ?? new Set();
  runs.set(runId, those.add(notify));
  return () => {
    those.delete(notify);
    if (those.size === 0 && runs.get(runId) === those) runs.delete(runId);
  };
}

/** Calls the listeners of the run. */
export function notifyRunChange(world: World, runId: string): void {
  for (const notify of listeners(world).get(runId) ?? []) notify();
}
