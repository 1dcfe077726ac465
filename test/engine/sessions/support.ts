/** Runs of Nextflow on a target with a work volume, and moves around them. */

import type { Script } from '../../../src/adapters/memory/simulated-job.ts';
import { isTerminal } from '../../../src/core/events/state.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, nextflowRequest, tickUntil } from '../../support/world.ts';

export const domain = 'default';
export const FAILS: Script = { lines: [], endsAt: 1_000, exitCode: 1 };

export const workTarget = (change: Record<string, unknown> = {}) =>
  Target.parse({ name: 'default', work_claim: 'work', ...change });

/** A world whose drivers do as the script says, and whose default target has a work volume. */
export async function sessionWorld(script: (runId: string) => Script = () => FAILS) {
  const memory = memoryWorld({ script });
  await targets.create(memory.world, domain, workTarget());
  const { world, clock } = memory;
  const start = async (change: Record<string, unknown> = {}): Promise<string> =>
    (await submitRun(world, { domain, request: nextflowRequest({ lane: 'wide', ...change }) })).run
      .run_id;
  return {
    ...memory,
    start,
    resume: (runId: string, change: Record<string, unknown> = {}) => resumeIn(world, runId, change),
    runOf: async (runId: string) => (await readRun(world, runId))?.run,
    over: (runId: string) =>
      tickUntil(world, clock, async () => {
        const stored = await readRun(world, runId);
        return stored !== undefined && isTerminal(stored.run.state);
      }),
    cancel: (runId: string) => cancelRun(world, { domain, runId }),
  };
}

export const resumeIn = async (
  world: World,
  runId: string,
  change: Record<string, unknown> = {},
): Promise<string> =>
  (
    await submitRun(world, {
      domain,
      request: nextflowRequest({ lane: 'wide', nextflow: { resume: runId }, ...change }),
    })
  ).run.run_id;
