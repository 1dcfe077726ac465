/** Takes one run as far as it goes now: look, find the step in the table, take it, decide again. */
import { isTerminal } from '../../core/events/event.ts';
import type { Target } from '../../core/kubernetes/target.ts';
import { DISPATCH_BUDGET_MS } from '../../core/limits.ts';
import type { Launch } from '../../core/runs/request.ts';
import { phaseOf, type Run } from '../../core/runs/run.ts';
import { nextStep, type Step } from '../../core/runs/run-table.ts';
import { NOTHING_KNOWN, remember, type Sighting } from '../../core/runs/situation.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { Conflict } from '../../ports/store.ts';
import type { World } from '../../ports/world.ts';
import { collectLogs } from '../events/collect-log.ts';
import { reason, statusFact } from '../events/event-draft.ts';
import { catchUp } from '../events/publish.ts';
import { type Held, readRun } from '../store/run-store.ts';
import type { Work } from '../store/work.ts';
import { mustSweep, release, tidy } from './cleanup.ts';
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
import { Pass } from './pass.ts';
import { Setbacks } from './setbacks.ts';
import { admitStep, createStep, type Stepped, unsuspendStep } from './start.ts';
import { tellWait } from './tell-wait.ts';

/** Decisions for one run in one pass; each leads on, so a run that needs more is a mistake of ours. */
const DECISIONS_MAX = 12;

/** What became of a run: whom it let into the lane, and whether it is done with for good. */
export type Advanced = { readonly admitted: readonly string[]; readonly forgotten: boolean };
const NOTHING: Advanced = { admitted: [], forgotten: false };

/** What the ways to runs that one led to share: what they met, and when they stop (milliseconds of the world's clock). */
export type Budget = { readonly setbacks: Setbacks; readonly until: number };
export const newBudget = (world: World): Budget => ({
  setbacks: new Setbacks(),
  until: world.clock.now() + DISPATCH_BUDGET_MS,
});

/** Advances runs right away, and the runs that get their places. What is not reached in time is left to the timer. */
export async function advanceRuns(
  world: World,
  runIds: readonly string[],
  { setbacks, until }: Budget,
): Promise<void> {
  const queue = [...runIds];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (world.clock.now() >= until) return;
    const held = await readRun(world, next);
    if (!held) continue;
    const { admitted } = await advance(passFor(world, held.run, setbacks), held, undefined);
    queue.push(...admitted);
  }
}

/** One run, and the runs that get its place: within a request, not waiting for the timer. */
export const advanceRun = (world: World, runId: string): Promise<void> =>
  advanceRuns(world, [runId], newBudget(world));

/** The same for a run that has just got its place; whoever changed it since, goes on with it. */
export async function advancePlaced(
  world: World,
  held: Held,
  launch: Launch,
  target: Target,
  budget: Budget,
): Promise<void> {
  const pass = passFor(world, held.run, budget.setbacks);
  pass.assume(held.run, launch, target);
  const { admitted } = await advance(pass, held, undefined);
  await advanceRuns(world, admitted, budget);
}

/** A pass for one run, within a request. */
export const passFor = (world: World, run: Run, setbacks = new Setbacks()): Pass =>
  new Pass(world, world.clock.now() + DISPATCH_BUDGET_MS, {
    runId: run.run_id,
    setbacks,
  });

/** Without `work` the tail of a finished run (compaction, last notices) is left to the timer. */
export async function advance(pass: Pass, start: Held, work: Work | undefined): Promise<Advanced> {
  let held = start;
  const publishedBefore = start.run.published_seq;
  const left: string[] = [];
  try {
    for (let decisions = 0; decisions < DECISIONS_MAX; decisions++) {
      const phase = phaseOf(held.run);
      if (phase === 'ended' && held.run.job_uid === null && !held.run.released) {
        // Its Job was never to run: the place is given on before the cluster is asked about leftovers.
        const released = await release(pass, held, held.run.attempt === 0);
        held = released.held;
        left.push(...released.admitted);
      }
      const sighting = needsSight(held.run, work) ? await pass.sight(held.run) : NOTHING_KNOWN;
      // Stored with the next change.
      held = { ...held, run: remember(held.run, sighting) };
      held = await noteAbsence(pass, held, sighting);
      const step = nextStep(phase, sighting.situation);
      if (step === 'tidy') {
        const tidied = await tidy(pass, held, sighting, work);
        return { ...tidied, admitted: [...left, ...tidied.admitted] };
      }
      const stepped = await take(pass, held, sighting, step);
      if (stepped.held === null) return NOTHING;
      held = stepped.held;
      if (!stepped.again) break;
    }
    if (!pass.pushDown) await catchUp(pass, held, publishedBefore);
  } catch (error) {
    // Someone else is at it, or the cluster does not answer: the next pass looks again.
    if (!(error instanceof Conflict) && !(error instanceof ClusterError)) throw error;
    await pass.noteTrouble(held.run, error);
    pass.world.log.info('run left for the next pass', { run_id: start.run.run_id, error });
  }
  return { ...NOTHING, admitted: left };
}

/** A run without a Job needs no look at the cluster. */
const needsSight = (run: Run, work: Work | undefined): boolean =>
  isTerminal(run.state)
    ? mustSweep(run, work)
    : run.state !== 'queued' && phaseOf(run) !== 'cancelling';

/** Absence counts only as long as nothing of the run is seen. */
async function noteAbsence(pass: Pass, held: Held, { situation }: Sighting): Promise<Held> {
  const { run } = held;
  const missing = situation === 'unreachable' || situation === 'absent' || situation === 'vanished';
  return !missing && run.absent_since !== null && !isTerminal(run.state)
    ? pass.record(held, { absent_since: null })
    : held;
}

function take(
  pass: Pass,
  held: Held,
  sighting: Sighting,
  step: Exclude<Step, 'tidy'>,
): Promise<Stepped> {
  switch (step) {
    case 'admit':
      return admitStep(pass, held);
    case 'create':
      return createInTime(pass, held);
    case 'unsuspend':
      return sighting.job
        ? unsuspendStep(pass, held, sighting.job)
        : waitStep(pass, held, sighting);
    case 'run':
      return runStep(pass, held, sighting);
    case 'finish':
      return finishStep(pass, held, sighting);
    case 'confirm':
      return confirmStep(pass, held, sighting);
    case 'stop':
      return stopStep(pass, held, sighting);
    case 'fence':
      return fenceStep(pass, held);
    case 'conclude':
      return concludeStep(pass, held, sighting);
    case 'wait':
      return waitStep(pass, held, sighting);
  }
}

/** A Job that the cluster does not take has a deadline too. */
async function createInTime(pass: Pass, held: Held): Promise<Stepped> {
  const overdue = await stopAtDeadline(pass, held);
  return overdue ? { held: overdue, again: true } : createStep(pass, held);
}

/** The driver's container runs. */
async function runStep(pass: Pass, held: Held, sighting: Sighting): Promise<Stepped> {
  const main = sighting.drivers
    .flatMap((pod) => pod.containers)
    .find((container) => container.kind === 'main' && container.started_at !== null);
  const now = new Date(pass.world.clock.now()).toISOString();
  const started_at = startTime(held.run, main?.started_at) ?? now;
  const change = { state: 'running', started_at, reason: null, trouble_since: null } as const;
  return {
    held: await pass.record(held, change, [statusFact({ ...held.run, ...change }, null)]),
    again: true,
  };
}

/** Nothing to do but to look after it: the deadline, what it waits for, its log. */
async function waitStep(pass: Pass, held: Held, sighting: Sighting): Promise<Stepped> {
  const unseen = sighting.situation === 'unreachable';
  if (unseen && phaseOf(held.run) !== 'starting') return { held, again: false };
  const overdue = await stopAtDeadline(pass, held);
  if (overdue) return { held: overdue, again: true };
  if (unseen) return { held, again: false };
  const told = await tellWait(pass, held, sighting);
  if (told.run.state === 'cancelling' && held.run.state !== 'cancelling')
    return { held: told, again: true };
  if (pass.leavesLog(told.run)) return { held: told, again: false };
  const { held: read } = await collectLogs(pass, told, sighting);
  return { held: read, again: false };
}

/** Our own deadline comes before the Job's: Kubernetes ends a Job by deleting the pod with its log. */
async function stopAtDeadline(pass: Pass, held: Held): Promise<Held | null> {
  const { run } = held;
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
    held,
    'deadline',
    reason(
      'deadline_exceeded',
      `The run was not done after its deadline of ${run.deadline_seconds} seconds.`,
    ),
  );
}
