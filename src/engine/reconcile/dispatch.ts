/**
 * The first dispatch of an admitted run. It runs in the request only while few starts are in progress and the cluster
 * keeps up; otherwise by message, or by the timer where messages are off. Order is promised for places, not for Jobs. A
 * lost message or instance costs only time: the timer finds the run.
 */

import type { Target } from '../../core/kinds/target.ts';
import {
  ADMITTED_AT_ONCE,
  DISPATCH_GATHER_MS,
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

/** Dispatches of this instance to one target, so that a slow or dead cluster does not block the others. */
type Line = {
  /** Dispatches by requests, also those that continue after the answer. */
  requests: number;
  /** Workers for `waiting`, the run ids of messages. */
  workers: number;
  readonly waiting: string[];
  /** The next message, sent a little after the current one. */
  next: { readonly runIds: string[]; readonly sent: Promise<void> } | null;
  last: Promise<void>;
  /** Until then the target is left to the timer, after a failure. */
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
 * Call it within `countStart`. Trouble of the cluster is no error of an accepted start. False: the run is dispatched
 * elsewhere. Never rejects.
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
    // The answer does not wait for it: the run is recorded.
    if (run.state === 'queued') void ask(world, line, run, run.run_id);
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

/** Dispatches the runs that one change of a lane admitted: few in the request, many by message. Never rejects. */
export async function dispatchAll(world: World, runIds: readonly string[]): Promise<void> {
  const start = async (run_id: string): Promise<void> => {
    const stored = await readRun(world, run_id);
    if (stored) await firstDispatch(world, stored);
  };
  for (let first = 0; first < runIds.length; first += ADMITTED_AT_ONCE) {
    // All of them count as in progress from the start.
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

/** Waits for the work for at most `ms`; the work itself continues. */
export async function atMost(world: World, ms: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  await Promise.race([work, world.clock.sleep(ms, limit.signal)]);
  limit.abort();
}

/** Leaves a target in trouble, with its waiting runs, to the timer. */
function rest(world: World, line: Line): void {
  line.restUntil = world.clock.now() + DISPATCH_REST_MS;
  line.waiting.length = 0;
}

/** Requests a dispatch by message. Runs that come while a message is sent, or soon after, share the next one. Never rejects. */
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
    line.last = sent.then(() => world.clock.sleep(DISPATCH_GATHER_MS));
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
  world.log.warn('first dispatch failed; left to the timer', { run_id, error });

/** Dispatches the runs of the message, and those of messages that come meanwhile, in their order. Never rejects. */
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
        // Other messages, on this or another instance, continue.
        const left = [next, ...line.waiting.splice(0)];
        await Promise.all(left.map((runId) => ask(world, line, message, runId)));
      } else await dispatchQueued(world, line, next);
    }
    line.workers -= 1;
  };
  // Running workers take the rest, so that no message blocks a slot of the queue's function.
  const more = Math.min(DISPATCHES_AT_ONCE - line.workers, message.run_ids.length);
  await Promise.all(Array.from({ length: Math.max(0, more) }, work));
}

/** While many starts wait for their answers on this instance, a dispatch yields to them for a limited time. */
async function answersFirst(world: World): Promise<void> {
  const until = world.clock.now() + DISPATCH_YIELD_MS;
  while (loadOf(world).starts > STARTS_AT_ONCE && world.clock.now() < until)
    await world.clock.sleep(DISPATCH_YIELD_STEP_MS);
}

/** Dispatches the run if it is still queued; otherwise another process has it. */
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
