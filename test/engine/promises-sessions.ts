/** Runs that continue others, among the moves of the test of the promises. */
import { expect } from 'vitest';
import { isTerminal } from '../../src/core/events/state.ts';
import { type Run, sessionOf } from '../../src/core/runs/run.ts';
import { submitRun } from '../../src/engine/commands/submit.ts';
import { type Chaos, pick } from '../support/chaos.ts';
import { nextflowRequest } from '../support/world.ts';
import { domain, type Instance, LANES, type Record_, runsIn } from './promises-support.ts';

/** Mostly of runs that are over; others are refused. */
export async function resume(c: Chaos, { world }: Instance, record: Record_): Promise<void> {
  const flows = runsIn(c).filter(({ kind }) => kind === 'nextflow');
  const over = flows.filter(({ state, job_uid }) => isTerminal(state) && job_uid !== null);
  // Above all those of which something is left on the cluster, which is soon gone.
  const tasks = c.cluster.tasks();
  const left = over.filter(({ run_id }) => tasks.includes(run_id));
  if (left.length === 0 && c.random() < 0.7) return;
  const chosen = pick(c.random, left.length > 0 ? left : [...over, ...over, ...flows, undefined]);
  if (!chosen) return;
  const keyed = c.random() < 0.3;
  const on_busy = pick(c.random, ['queue', 'queue', 'reject'] as const);
  const body = nextflowRequest({
    lane: keyed ? 'one' : pick(c.random, LANES),
    on_busy: keyed ? 'queue' : on_busy,
    nextflow: { resume: chosen.run_id },
  });
  const key = `resume-${chosen.run_id}`;
  const result = await submitRun(world, {
    domain,
    request: body,
    ...(keyed && { idempotency: { key, body } }),
  });
  const { run_id } = result.run;
  record.accepted.set(run_id, result);
  if (keyed) record.keys.set(key, (record.keys.get(key) ?? new Set()).add(run_id));
}

/** A session has one live driver at most, and no task pods of another run beside it. */
export function checkSessions(c: Chaos, runs: ReadonlyMap<string, Run>): void {
  const alive = new Map<string, string>();
  const sessionOfRun = (runId: string): string | undefined => {
    const run = runs.get(runId);
    return run && sessionOf(run);
  };
  for (const runId of c.cluster.alive()) {
    const session = sessionOfRun(runId);
    if (session === undefined) continue;
    expect(alive.get(session), `two live drivers of one session, ${runId} is one`).toBe(undefined);
    alive.set(session, runId);
  }
  for (const runId of c.cluster.tasks()) {
    const driver = alive.get(sessionOfRun(runId) ?? '');
    expect(driver ?? runId, 'a driver lives beside task pods of the last one').toBe(runId);
  }
}
