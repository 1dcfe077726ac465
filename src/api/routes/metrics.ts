/** Figures for Prometheus, computed from state when they are asked for: nothing is counted in memory. */
import { createRoute, z } from '@hono/zod-openapi';
import { isTerminal, RunState } from '../../core/event.ts';
import type { Run } from '../../core/run.ts';
import type { LaneView } from '../../core/run-view.ts';
import { listLanes } from '../../engine/lanes.ts';
import { liveRuns } from '../../engine/live-runs.ts';
import { gate } from '../gate.ts';
import type { Api, Services } from '../services.ts';

const TEXT = 'text/plain';
/** The content type of the exposition format. */
const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8';

type Sample = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };

function gauge(name: string, help: string, samples: readonly Sample[]): string[] {
  const lines = samples.map(({ labels = {}, value }) => {
    // Values are states and names of ours: no character of theirs needs escaping.
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines];
}

/** The whole text. `nowMs` is for ages. */
function exposition(runs: readonly Run[], lanes: readonly LaneView[], nowMs: number): string {
  const live = RunState.options.filter((state) => !isTerminal(state));
  const queued = runs.filter((run) => run.state === 'queued');
  const oldest = queued.map((run) => nowMs - Date.parse(run.created_at));
  const perLane = (value: (lane: LaneView) => number): Sample[] =>
    lanes.map((lane) => ({ labels: { lane: lane.name }, value: value(lane) }));
  const states = live.map((state) => ({
    labels: { state },
    value: runs.filter((run) => run.state === state).length,
  }));
  const age = Math.max(0, ...oldest) / 1_000;
  return [
    ...gauge('sluice_runs', 'Runs that are not over, by state.', states),
    ...gauge('sluice_oldest_queued_seconds', 'Age of the oldest queued run.', [{ value: age }]),
    ...gauge(
      'sluice_lane_active',
      'Runs that hold a place.',
      perLane((lane) => lane.active.length),
    ),
    ...gauge(
      'sluice_lane_queued',
      'Runs that wait for a place.',
      perLane((lane) => lane.queued),
    ),
    ...gauge(
      'sluice_lane_capacity',
      'Places of the lane.',
      perLane((lane) => lane.capacity),
    ),
    ...gauge(
      'sluice_lane_paused',
      '1 while nobody is let in.',
      perLane((lane) => Number(lane.paused)),
    ),
    '',
  ].join('\n');
}

export function metricsRoutes(app: Api, { world, ...services }: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    summary: 'Figures for Prometheus',
    description: "Of the caller's domain.",
    tags: ['Health'],
    ...gate({ world, ...services }, 'read', { produces: [TEXT, 'application/openmetrics-text'] }),
    responses: {
      200: { description: 'Text exposition.', content: { [TEXT]: { schema: z.string() } } },
    },
  });
  app.openapi(route, async (c) => {
    const { domain } = c.var.caller;
    const [runs, lanes] = await Promise.all([liveRuns(world, domain), listLanes(world, domain)]);
    const text = exposition(runs, lanes, world.clock.now());
    return c.text(text, 200, { 'content-type': EXPOSITION });
  });
}
