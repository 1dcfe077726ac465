/**
 * The first dispatch of a run that has its place. In the request that gave the place only while few starts are under
 * way and the cluster keeps up; otherwise by message, or, where there are none, by the timer. Order is promised for
 * places, not for Jobs. A message, or an instance, that is lost costs time only: the timer finds the run.
 */

import type { Target } from '../../core/kubernetes/target.ts';
import {
  ADMITTED_AT_ONCE,
  DISPATCH_REST_MS,
  DISPATCH_TURN_MS,
  DISPATCH_WAIT_MS,
  DISPATCH_YIELD_MS,
  DISPATCH_YIELD_STEP_MS,
  DISPATCHES_AT_ONCE,
  DISPATCHES_PER_MESSAGE,
  STARTS_AT_ONCE,
} from '../../core/limits.ts';
import type { Dispatch } from '../../core/runs/message.ts';
import type { Launch } from '../../core/runs/request.ts';
import type { Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { perInstance } from '../store/per-instance.ts';
import { readRun, type VersionedRun } from '../store/run-store.ts';
import {
  newBudget,
  passFor,
  reconcilePlaced,
  reconcileRun,
  reconcileRuns,
} from './reconcile-run.ts';

/** What this instance has under way to one target: a slow or dead cluster takes no turns from the others. */
type Line = {
  /** Dispatches of requests, and what goes on of them behind the answer. */
  requests: number;
  /** Those that work through `waiting`, which messages have brought: ids of runs. */
  workers: number;
  readonly waiting: string[];
  /** The message that is sent next, once the one under way is. */
  next: { readonly runIds: string[]; readonly sent: Promise<void> } | null;
  last: Promise<void>;
  /** Until then the target is left to the timer: it was in trouble. */
  restUntil: number;
};
type Load = { starts: number; readonly lines: Map<string, Line> };
const loadOf = perInstance((): Load => ({ starts: 0, lines: new Map() }));

function lineOf(world: World, { domain, target }: Pick<Run, 'domain' | 'target'>): Line {
  const { lines } = loadOf(world);
  const key = `${domain}.${target}`;
  const known = lines.get(key);
  if (known) return known;
  const last = Promise.resolve();
  const line: Line = { requests: 0, workers: 0, waiting: [], next: null, last, restUntil: 0 };
  lines.set(key, line);
  return line;
}

const isResting = (world: World, line: Line): boolean => world.clock.now() < line.restUntil;

/** Counts a start of this instance until it is answered. */
export async function countStart<T>(world: World, start: () => Promise<T>): Promise<T> {
  const load = loadOf(world);
  load.starts += 1;
  try {
    return await start();
  } finally {
    load.starts -= 1;
  }
}

/**
 * Within `countStart`. Once a run is accepted, no trouble of the cluster is the caller's. False: nothing of it was done here,
 * others are to. Never rejects.
 */
export async function firstDispatch(
  world: World,
  stored: VersionedRun,
  plan?: { readonly launch: Launch; readonly target: Target },
): Promise<boolean> {
  const { run } = stored;
  const line = lineOf(world, run);
  const keepsUp = line.requests + line.workers < DISPATCHES_AT_ONCE && line.waiting.length === 0;
  if (isResting(world, line)) return false;
  if (loadOf(world).starts > STARTS_AT_ONCE || !keepsUp) {
    if (run.state === 'queued') await ask(world, line, run, run.run_id);
    return false;
  }
  line.requests += 1;
  const budget = newBudget(world);
  const dispatched = plan
    ? reconcilePlaced(world, stored, plan.launch, plan.target, budget)
    : reconcileRuns(world, [run.run_id], budget);
  const settled = dispatched
    .catch((error: unknown) => leftToTimer(world, run, error))
    .finally(() => {
      line.requests -= 1;
      if (budget.setbacks.targetOf(run)) rest(world, line);
    });
  await atMost(world, DISPATCH_WAIT_MS, settled);
  return true;
}

/** Those that one change of a lane has let in: few start in its request, many by message. Never rejects. */
export async function dispatchAll(world: World, runIds: readonly string[]): Promise<void> {
  const start = async (run_id: string): Promise<void> => {
    const stored = await readRun(world, run_id);
    if (stored) await firstDispatch(world, stored);
  };
  for (let first = 0; first < runIds.length; first += ADMITTED_AT_ONCE) {
    // All of them count as under way from the start.
    await Promise.all(
      runIds
        .slice(first, first + ADMITTED_AT_ONCE)
        .map((run_id) =>
          countStart(world, () =>
            start(run_id).catch((error: unknown) => leftToTimer(world, { run_id }, error)),
          ),
        ),
    );
  }
}

/** Waits no longer than that; the work goes on behind. */
export async function atMost(world: World, ms: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  await Promise.race([work, world.clock.sleep(ms, limit.signal)]);
  limit.abort();
}

/** What is in trouble is not asked again for each of those who wait: the timer has them. */
function rest(world: World, line: Line): void {
  line.restUntil = world.clock.now() + DISPATCH_REST_MS;
  line.waiting.length = 0;
}

/** Asks others for a dispatch. What comes while a message is sent goes together into the next one. Never rejects. */
function ask(
  world: World,
  line: Line,
  { domain, target }: Pick<Dispatch, 'domain' | 'target'>,
  runId: string,
): Promise<void> {
  if (world.dispatchQueue.off) return Promise.resolve();
  if (!line.next || line.next.runIds.length >= DISPATCHES_PER_MESSAGE) {
    const runIds: string[] = [];
    const sent = line.last.then(() => {
      if (line.next?.runIds === runIds) line.next = null;
      return send(world, { kind: 'dispatch', run_ids: runIds, domain, target });
    });
    line.next = { runIds, sent };
    line.last = sent;
  }
  line.next.runIds.push(runId);
  return line.next.sent;
}

async function send(world: World, message: Dispatch): Promise<void> {
  await world.dispatchQueue.send(message).catch((error: unknown) => {
    for (const run_id of message.run_ids) leftToTimer(world, { run_id }, error);
  });
}

const leftToTimer = (world: World, { run_id }: { run_id: string }, error: unknown): void =>
  world.log.warn('first dispatch failed; the timer goes on', { run_id, error });

/** Does the dispatches that the message names, and those that come meanwhile, in the order in which they came. Never rejects. */
export async function dispatchByMessage(
  world: World,
  message: Dispatch,
  signal?: AbortSignal,
): Promise<void> {
  const line = lineOf(world, message);
  if (isResting(world, line)) return;
  line.waiting.push(...message.run_ids);
  const until = world.clock.now() + DISPATCH_TURN_MS;
  const work = async (): Promise<void> => {
    line.workers += 1;
    for (let next = line.waiting.shift(); next; next = line.waiting.shift()) {
      await answersFirst(world);
      if (signal?.aborted || world.clock.now() >= until) {
        // Other messages, here or on another instance, go on.
        const left = [next, ...line.waiting.splice(0)];
        await Promise.all(left.map((runId) => ask(world, line, message, runId)));
      } else await dispatchQueued(world, line, next);
    }
    line.workers -= 1;
  };
  // Those that are at work take up the rest: no message waits in a place of the queue's function.
  const more = Math.min(DISPATCHES_AT_ONCE - line.workers, message.run_ids.length);
  await Promise.all(Array.from({ length: Math.max(0, more) }, work));
}

/** While many starts wait for their answers on this instance, a dispatch leaves them its turn, for a bounded time. */
async function answersFirst(world: World): Promise<void> {
  const until = world.clock.now() + DISPATCH_YIELD_MS;
  while (loadOf(world).starts > STARTS_AT_ONCE && world.clock.now() < until)
    await world.clock.sleep(DISPATCH_YIELD_STEP_MS);
}

/** A run that is no longer queued is in other hands. */
async function dispatchQueued(world: World, line: Line, run_id: string): Promise<void> {
  const budget = newBudget(world);
  try {
    const stored = await readRun(world, run_id);
    if (stored?.run.state !== 'queued') return;
    const pass = passFor(world, stored.run, budget.setbacks);
    const { admitted } = await reconcileRun(pass, stored, undefined);
    if (budget.setbacks.targetOf(stored.run)) rest(world, line);
    await reconcileRuns(world, admitted, budget);
  } catch (error) {
    leftToTimer(world, { run_id }, error);
  }
}
