/** Reconciles one run: observe, find the step in the state table, take it, repeat. */
import { isTerminal } from '../../core/events/event.ts';
import type { Target } from '../../core/kubernetes/target.ts';
import { DISPATCH_BUDGET_MS } from '../../core/limits.ts';
import { reason } from '../../core/reasons.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import { NOTHING_KNOWN, type Observation, remember } from '../../core/runs/observe.ts';
import type { Launch } from '../../core/runs/request.ts';
import { phaseOf, type Run } from '../../core/runs/run.ts';
import { nextStep, type Step } from '../../core/runs/state-table.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { catchUp } from '../events/publish.ts';
import { readRun, type VersionedRun } from '../store/run-store.ts';
import type { Work } from '../store/work.ts';
import { cleanUp, mustSweep, release } from './cleanup.ts';
import {
  ageMs,
  concludeStep,
  confirmStep,
  fenceStep,
  finishStep,
  startTime,
  stopRun,
  stopStep,
} from './end.ts';
import { collectLogs } from './kubernetes/collect-log.ts';
import { Pass } from './pass.ts';
import { reportWait } from './report-wait.ts';
import { Setbacks } from './setbacks.ts';
import { admitStep, createStep, type Stepped, unsuspendStep } from './start.ts';

/** Upper bound on steps per pass; reaching it is a bug. */
const DECISIONS_MAX = 12;

/** Result of a run's reconciliation: the runs that got its place, and whether no work on it is left. */
export type Reconciled = { readonly admitted: readonly string[]; readonly forgotten: boolean };
const NOTHING: Reconciled = { admitted: [], forgotten: false };

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
  const publishedBefore = start.run.published_seq;
  const left: string[] = [];
  try {
    for (let decisions = 0; decisions < DECISIONS_MAX; decisions++) {
      const phase = phaseOf(stored.run);
      if (phase === 'ended' && stored.run.job_uid === null && !stored.run.released) {
        // Without an attempt the place is released before the cluster is asked about leftovers.
        const released = await release(pass, stored, stored.run.attempt === 0);
        stored = released.stored;
        left.push(...released.admitted);
      }
      const observation = needsObservation(pass, stored.run, work)
        ? await pass.observe(stored.run)
        : NOTHING_KNOWN;
      // Stored with the next change.
      stored = { ...stored, run: remember(stored.run, observation) };
      stored = await noteAbsence(pass, stored, observation);
      const step = nextStep(phase, observation.clusterState);
      if (step === 'cleanup') {
        const cleaned = await cleanUp(pass, stored, observation, work);
        return { ...cleaned, admitted: [...left, ...cleaned.admitted] };
      }
      const stepped = await take(pass, stored, observation, step);
      if (stepped.stored === null) return NOTHING;
      stored = stepped.stored;
      if (!stepped.again) break;
    }
    if (!pass.pushDown) await catchUp(pass, stored, publishedBefore);
  } catch (error) {
    // A concurrent change, or a cluster that does not answer: left to the next pass.
    if (!(error instanceof Conflict) && !(error instanceof ClusterError)) throw error;
    await pass.noteTrouble(stored.run, error);
    pass.world.log.info('run left for the next pass', { run_id: start.run.run_id, error });
  }
  return { ...NOTHING, admitted: left };
}

/** A run without a Job needs no observation of the cluster. */
const needsObservation = (pass: Pass, run: Run, work: Work | undefined): boolean =>
  isTerminal(run.state)
    ? mustSweep(pass, run, work)
    : run.state !== 'queued' && phaseOf(run) !== 'cancelling';

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
    ? pass.record(stored, { absent_since: null })
    : stored;
}

function take(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
  step: Exclude<Step, 'cleanup'>,
): Promise<Stepped> {
  switch (step) {
    case 'admit':
      return admitStep(pass, stored);
    case 'create':
      return createInTime(pass, stored);
    case 'unsuspend':
      return observation.job
        ? unsuspendStep(pass, stored, observation.job)
        : waitStep(pass, stored, observation);
    case 'run':
      return runStep(pass, stored, observation);
    case 'finish':
      return finishStep(pass, stored, observation);
    case 'confirm':
      return confirmStep(pass, stored, observation);
    case 'stop':
      return stopStep(pass, stored, observation);
    case 'fence':
      return fenceStep(pass, stored);
    case 'conclude':
      return concludeStep(pass, stored, observation);
    case 'wait':
      return waitStep(pass, stored, observation);
  }
}

/** The deadline also holds for a Job that the cluster does not accept. */
async function createInTime(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const overdue = await stopAtDeadline(pass, stored);
  return overdue ? { stored: overdue, again: true } : createStep(pass, stored);
}

/** The driver's container runs. */
async function runStep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<Stepped> {
  const main = observation.drivers
    .flatMap((pod) => pod.containers)
    .find((container) => container.kind === 'main' && container.started_at !== null);
  const now = new Date(pass.world.clock.now()).toISOString();
  const started_at = startTime(stored.run, main?.started_at) ?? now;
  const change = { state: 'running', started_at, reason: null, trouble_since: null } as const;
  return {
    stored: await pass.record(stored, change, [statusDraft({ ...stored.run, ...change }, null)]),
    again: true,
  };
}

/** The run waits or runs: check the deadline, report what it waits for, read its log. */
async function waitStep(
  pass: Pass,
  stored: VersionedRun,
  observation: Observation,
): Promise<Stepped> {
  const unseen = observation.clusterState === 'unreachable';
  if (unseen && phaseOf(stored.run) !== 'starting') return { stored, again: false };
  const overdue = await stopAtDeadline(pass, stored);
  if (overdue) return { stored: overdue, again: true };
  if (unseen) return { stored, again: false };
  const told = await reportWait(pass, stored, observation);
  if (told.run.state === 'cancelling' && stored.run.state !== 'cancelling')
    return { stored: told, again: true };
  if (pass.leavesLog(told.run)) return { stored: told, again: false };
  const { stored: read } = await collectLogs(pass, told, observation);
  return { stored: read, again: false };
}

/** The run's deadline comes before the Job's, because Kubernetes ends a Job by deleting the pod with its log. */
async function stopAtDeadline(pass: Pass, stored: VersionedRun): Promise<VersionedRun | null> {
  const { run } = stored;
  const age = ageMs(pass, run.starting_at);
  if (
    run.stop ||
    run.deadline_seconds === null ||
    age === null ||
    age < run.deadline_seconds * 1000
  )
    return null;
  return stopRun(
    pass,
    stored,
    'deadline',
    reason(
      'deadline_exceeded',
      `The run was not done after its deadline of ${run.deadline_seconds} seconds.`,
    ),
  );
}
