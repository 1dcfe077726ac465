/** Reconciles one run: observe, find the step in the state table, take it, repeat. */
import { isTerminal } from '../../core/events/state.ts';
import type { Target } from '../../core/kinds/target.ts';
import { DISPATCH_BUDGET_MS } from '../../core/limits.ts';
import type { Launch } from '../../core/runs/request.ts';
import { phaseOf, type Run } from '../../core/runs/run.ts';
import { nextStep, type Observation, type Step } from '../../core/runs/state-table.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { readRun, type VersionedRun } from '../store/run-store.ts';
import type { Work } from '../store/work.ts';
import { cleanupStep } from './cleanup.ts';
import { concludeStep, confirmStep, finishStep, stopStep } from './ends.ts';
import type { Stepped } from './executor.ts';
import { Pass } from './pass.ts';
import { Setbacks } from './setbacks.ts';
import { admitStep, createStep } from './start.ts';
import { runStep, waitStep } from './wait.ts';

/** Upper bound on steps per pass; reaching it is a bug. */
const STEPS_MAX = 12;

/** Result of a run's reconciliation: the runs that got its place. */
export type Reconciled = { readonly admitted: readonly string[] };

/** Shared by a run and the runs that it admits: their setbacks, and when to stop (milliseconds of the world's clock). */
export type Budget = { readonly setbacks: Setbacks; readonly until: number };
export const newBudget = (world: World): Budget => ({
  setbacks: new Setbacks(),
  until: world.clock.now() + DISPATCH_BUDGET_MS,
});

/** Reconciles runs, and the runs that get their places. The timer does what is not reached by `until`. */
export async function reconcileRuns(
  world: World,
  runIds: readonly string[],
  { setbacks, until }: Budget,
): Promise<void> {
  const queue = [...runIds];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (world.clock.now() >= until) return;
    const stored = await readRun(world, next);
    if (!stored) continue;
    const { admitted } = await reconcileRun(
      passFor(world, stored.run, setbacks),
      stored,
      undefined,
    );
    queue.push(...admitted);
  }
}

/** Reconciles one run, and the runs that get its place, within a request. */
export const reconcileRunById = (world: World, runId: string): Promise<void> =>
  reconcileRuns(world, [runId], newBudget(world));

/** The same for a run that has just got its place; if it has changed since, the process that changed it continues. */
export async function reconcilePlaced(
  world: World,
  stored: VersionedRun,
  launch: Launch,
  target: Target,
  budget: Budget,
): Promise<void> {
  const pass = passFor(world, stored.run, budget.setbacks);
  pass.assume(stored.run, launch, target);
  const { admitted } = await reconcileRun(pass, stored, undefined);
  await reconcileRuns(world, admitted, budget);
}

/** A pass for one run, within a request. */
export const passFor = (world: World, run: Run, setbacks = new Setbacks()): Pass =>
  new Pass(world, world.clock.now() + DISPATCH_BUDGET_MS, {
    runId: run.run_id,
    setbacks,
  });

/** Without `work` the tail of a finished run (compaction, last notices) is left to the timer. */
export async function reconcileRun(
  pass: Pass,
  start: VersionedRun,
  work: Work | undefined,
): Promise<Reconciled> {
  let stored = start;
  const executor = pass.executorOf(start.run);
  const admitted: string[] = [];
  try {
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const phase = phaseOf(stored.run);
      const seen = needsObservation(stored.run)
        ? await executor.observe(stored.run)
        : executor.nothingKnown;
      // Stored with the next change.
      stored = { ...stored, run: { ...stored.run, ...seen.keep } };
      stored = await noteAbsence(pass, stored, seen);
      const step = nextStep(phase, seen.clusterState);
      const stepped = await TAKE[step](pass, stored, seen, work);
      admitted.push(...(stepped.admitted ?? []));
      if (stepped.stored === null) return { admitted };
      stored = stepped.stored;
      if (!stepped.again) break;
    }
    await pass.sink.catchUp(stored);
  } catch (error) {
    // A concurrent change, or a cluster that does not answer: left to the next pass.
    if (!(error instanceof Conflict) && !(error instanceof ClusterError)) throw error;
    await executor.noteTrouble(stored.run, error);
    pass.world.log.info('run left for the next pass', { run_id: start.run.run_id, error });
  }
  return { admitted };
}

/** A run of which nothing was made needs no look at the cluster; one that has ended is looked at by its cleanup. */
const needsObservation = (run: Run): boolean =>
  !isTerminal(run.state) && run.state !== 'queued' && phaseOf(run) !== 'cancelling';

/** Keeps `absent_since` while nothing of the run is seen, and clears it otherwise. */
async function noteAbsence(
  pass: Pass,
  stored: VersionedRun,
  { clusterState }: Observation,
): Promise<VersionedRun> {
  const { run } = stored;
  const missing =
    clusterState === 'unreachable' || clusterState === 'absent' || clusterState === 'vanished';
  return !missing && run.absent_since !== null && !isTerminal(run.state)
    ? pass.recorder.record(stored, { absent_since: null })
    : stored;
}

/** What each step of the state table does. */
const TAKE: Readonly<
  Record<
    Step,
    (
      pass: Pass,
      stored: VersionedRun,
      seen: Observation,
      work: Work | undefined,
    ) => Promise<Stepped>
  >
> = {
  admit: admitStep,
  create: createStep,
  unsuspend: (pass, stored, seen) => pass.executorOf(stored.run).unsuspend(stored, seen),
  run: runStep,
  wait: waitStep,
  finish: finishStep,
  confirm: confirmStep,
  fence: (pass, stored) => pass.executorOf(stored.run).fence(stored),
  stop: stopStep,
  conclude: concludeStep,
  cleanup: cleanupStep,
};
