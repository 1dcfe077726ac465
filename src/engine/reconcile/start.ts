/** From the queue to the start: a run with a place in its lane begins, one without place and ticket gets into its lane. */

import { SUBMIT_GRACE_MS } from '../../core/limits.ts';
import { type Reason, reason } from '../../core/reasons.ts';
import { statusDraft } from '../../core/runs/event-draft.ts';
import { type Run, sessionOf } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { acceptRun, withdraw } from '../lanes/lane-admission.ts';
import { moveTicket } from '../lanes/move-ticket.ts';
import { adoptRun, readRun, type VersionedRun } from '../store/run-store.ts';
import { readSession } from '../store/session-store.ts';
import { readWork } from '../store/work.ts';
import { endRun } from './end-run.ts';
import type { Stepped } from './executor.ts';
import type { Pass } from './pass.ts';
import { stopAtDeadline } from './wait.ts';

/** A queued run: starts it if it has a place in its lane; finishes its submit if it has neither place nor ticket. */
export async function admitStep(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const { run } = stored;
  if (!(await pass.lanes.hasPlace(run))) return finishSubmit(pass, stored);
  if (pass.setbacks.hold(run)) return { stored, again: false };
  const executor = pass.executorOf(run);
  const starting: Run = {
    ...run,
    state: 'starting',
    attempt: 1,
    job_name: executor.nameOf(run, 1),
    starting_at: new Date(pass.world.clock.now()).toISOString(),
  };
  const { state, attempt, job_name, starting_at } = starting;
  const next = await pass.recorder.record(stored, { state, attempt, job_name, starting_at }, [
    statusDraft(starting, null),
  ]);
  // There was nothing of it before this moment, so there is nothing to look for.
  return startFree(pass, next);
}

/** Starts it as soon as its session lets it. */
async function startFree(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const { run } = stored;
  const wait = await sessionWait(pass.world, run);
  if (wait === null) return pass.executorOf(run).start(stored);
  if (run.reason?.message === wait.message) return { stored, again: false };
  const told = statusDraft({ ...run, reason: wait }, wait.message);
  return { stored: await pass.recorder.record(stored, { reason: wait }, [told]), again: false };
}

/**
 * Null when its driver may be made: the run has its session, and nothing is left of the last driver before it, whose task pods
 * would write to the same folders.
 */
async function sessionWait(world: World, run: Run): Promise<Reason | null> {
  const session = run.origin?.how === 'resume' ? sessionOf(run) : undefined;
  if (session === undefined) return null;
  const row = await readSession(world, session);
  if (row?.run_id !== run.run_id)
    return reason('session_busy', `Run ${row?.run_id ?? 'none'} has its session.`);
  if (row.before === null || (await isGone(world, row.before))) return null;
  return reason(
    'session_busy',
    `Task pods of run ${row.before}, the last one of the same session, are still to be removed.`,
  );
}

/** Nothing of an ended run is left: it was seen so, an admin said so, or it has no work row any more. */
async function isGone(world: World, runId: string): Promise<boolean> {
  const stored = await readRun(world, runId);
  if (!stored || stored.run.swept || stored.run.gone) return true;
  return (await readWork(world, runId)) === undefined;
}

/** What the cluster does not take has a deadline too. */
export async function createStep(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const overdue = await stopAtDeadline(pass, stored);
  return overdue ? { stored: overdue, again: true } : startFree(pass, stored);
}

/** Finishes a submit that stopped half-way, by the request's own `on_busy`. */
async function finishSubmit(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const { world } = pass;
  const { run } = stored;
  // Not published: a run that may not wait can still be withdrawn, and then never existed.
  if (world.clock.now() - Date.parse(run.created_at) < SUBMIT_GRACE_MS)
    return { stored: null, again: false };
  if (await pass.lanes.hasTicket(run)) {
    // A change of the priority may have stopped before its ticket was moved.
    await moveTicket(world, run);
    // A place may be free although the run waits: the process that should have filled it stopped.
    const admitted = await pass.lanes.fill(run);
    return { stored, again: admitted.includes(run.run_id) };
  }
  if (run.refused) return giveUp(pass, stored);
  // From here on the submitter can no longer withdraw the run.
  const adopted = await adoptRun(world, stored);
  const result = await acceptRun(world, run.domain, run.lane, {
    run_id: run.run_id,
    priority: run.priority,
    queueing: run.on_busy === 'queue',
  });
  pass.lanes.forget(run);
  if (result === 'active') return { stored: adopted, again: true };
  const isGone = result === 'undeclared' || result === 'too_many_lanes';
  if (isGone && run.on_busy === 'queue') return failWithoutLane(pass, adopted);
  return isGone || result === 'busy' ? giveUp(pass, adopted) : { stored: adopted, again: false };
}

/** Ends the run visibly, because its caller may have been answered that it waits. */
async function failWithoutLane(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  const message = `The lane ${stored.run.lane} was deleted before the run had its place in it.`;
  const outcome = { reason: reason('lane_deleted', message) };
  return { stored: await endRun(pass.recorder, stored, 'failed', outcome), again: true };
}

async function giveUp(pass: Pass, stored: VersionedRun): Promise<Stepped> {
  await withdraw(pass.world, stored);
  return { stored: null, again: false };
}
