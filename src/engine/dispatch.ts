/**
 * The first dispatch of a run that has its place. Within the request only while few starts are under way and the
 * cluster keeps up; otherwise by message. Order is promised for places, not for Jobs. A message that is lost costs
 * time only: the timer finds the run.
 */
import {
  DISPATCH_TURN_MS,
  DISPATCH_WAIT_MS,
  DISPATCHES_AT_ONCE,
  STARTS_AT_ONCE,
} from '../core/limits.ts';
import type { Dispatch } from '../core/message.ts';
import type { Launch } from '../core/request.ts';
import type { Target } from '../core/target.ts';
import type { World } from '../ports/world.ts';
import { advancePlaced, advanceRun } from './advance.ts';
import { type Held, readRun } from './run-store.ts';

/** What is under way in this instance. */
type Load = { starts: number; dispatches: number; readonly turns: (() => void)[] };
const loads = new WeakMap<World, Load>();

function loadOf(world: World): Load {
  const load = loads.get(world) ?? { starts: 0, dispatches: 0, turns: [] };
  loads.set(world, load);
  return load;
}

/** Counts a start, or what is left of one, until it settles. */
export function countStart<T>(world: World, work: Promise<T>): Promise<T> {
  const load = loadOf(world);
  load.starts += 1;
  return work.finally(() => {
    load.starts -= 1;
  });
}

/** Once a run is accepted, no trouble of the cluster is the caller's. Never rejects. */
export async function firstDispatch(
  world: World,
  held: Held,
  plan: { readonly launch: Launch; readonly target: Target } | undefined,
): Promise<void> {
  const { run_id, state } = held.run;
  if (loadOf(world).starts > STARTS_AT_ONCE && state === 'queued') {
    const message: Dispatch = { kind: 'dispatch', run_id };
    await world.queue.send(message).catch((error: unknown) => leftToTimer(world, run_id, error));
    return;
  }
  const advanced = plan
    ? advancePlaced(world, held, plan.launch, plan.target)
    : advanceRun(world, run_id);
  const start = advanced.catch((error: unknown) => leftToTimer(world, run_id, error));
  const limit = new AbortController();
  await Promise.race([start, world.clock.sleep(DISPATCH_WAIT_MS, limit.signal)]);
  limit.abort();
  // What goes on behind the answer counts as long as it does.
  void countStart(world, start);
}

const leftToTimer = (world: World, run_id: string, error: unknown): void =>
  world.log.warn('first dispatch failed; the timer goes on', { run_id, error });

/** Does the dispatch of a message when it is its turn; a run that is no longer queued is in other hands. */
export async function dispatchByMessage(
  world: World,
  { run_id }: Dispatch,
  signal?: AbortSignal,
): Promise<void> {
  const load = loadOf(world);
  const until = world.clock.now() + DISPATCH_TURN_MS;
  if (load.dispatches >= DISPATCHES_AT_ONCE)
    await new Promise<void>((resolve) => load.turns.push(resolve));
  else load.dispatches += 1;
  try {
    if (signal?.aborted || world.clock.now() >= until) return;
    const held = await readRun(world, run_id);
    if (held?.run.state === 'queued') await advanceRun(world, run_id);
  } catch (error) {
    leftToTimer(world, run_id, error);
  } finally {
    // The turn goes to who has waited longest, or is given back.
    const next = load.turns.shift();
    if (next) next();
    else load.dispatches -= 1;
  }
}
