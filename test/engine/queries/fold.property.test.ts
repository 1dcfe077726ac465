/** `foldEvent` keeps a page at what the server would show. A failure names its seed. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { foldEvent } from '../../../src/core/runs/fold.ts';
import type { RunView } from '../../../src/core/runs/view.ts';
import { cancelRun } from '../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { World } from '../../../src/ports/world.ts';
import { pick, randomOf, randomScript } from '../../support/chaos.ts';
import { cleanUp, memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const SEEDS = 60;

async function eventsOf(world: World, runId: string): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for (;;) {
    const page = await readEvents(world, domain, runId, { after: all.length, limit: 100 });
    all.push(...page.events);
    if (all.length >= page.last_seq) return all;
  }
}

/** What events tell; the rest of a view is read. */
const told = (view: RunView) => ({
  last_seq: view.last_seq,
  state: view.state,
  progress: view.progress,
  job_name: view.job_name,
  attempt: view.attempt,
  exit_code: view.exit_code,
  duration_seconds: view.duration_seconds,
  finished_at: view.finished_at,
  // Before the end the view adds what only reading tells: its lane, its cluster.
  ...(view.finished_at !== null && {
    reason: view.reason,
    started_at: view.started_at,
    reachable: view.reachable,
    queue_position: view.queue_position,
    queue_position_at_least: view.queue_position_at_least,
  }),
});

/** The first view, brought up to date by all events, some of them twice, shows what the server shows. */
async function check(world: World, first: RunView): Promise<RunView> {
  const events = await eventsOf(world, first.run_id);
  const shown = await getRun(world, domain, first.run_id);
  const folded = [...events, ...events.slice(-2)].reduce(foldEvent, first);
  expect(told(folded)).toEqual(told(shown));
  return shown;
}

test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
  'seed %i: all events onto the first view give the view of the server',
  async (seed) => {
    const random = randomOf(seed);
    const model = memoryWorld({ seed, script: () => ({ ...randomScript(random), tasks: 0 }) });
    const { world, clock } = model;
    const firsts: RunView[] = [];
    for (let step = 0; step < 60; step++) {
      if (firsts.length < 4 && random() < 0.3) {
        const body = request({ lane: 'one', ...(random() < 0.3 && { deadline_seconds: 5 }) });
        firsts.push((await submitRun(world, { domain, request: body })).run);
      }
      if (firsts.length > 0 && random() < 0.05)
        await cancelRun(world, { domain, runId: pick(random, firsts).run_id });
      await tick(world);
      await clock.advance(pick(random, [300, 1_000, 4_000]));
      for (const first of firsts) await check(world, first);
    }
    for (let turn = 0; turn < 300; turn++) {
      await tick(world);
      await clock.advance(1_000);
    }
    for (const first of firsts) expect((await check(world, first)).finished_at).not.toBeNull();
    // From here on the events are read from blobs.
    await cleanUp(model);
    for (const first of firsts) await check(world, first);
  },
);
