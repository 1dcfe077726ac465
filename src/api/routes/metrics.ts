/**
 * Metrics for Prometheus: what is now, computed from lanes and targets on each request, and what was counted, from the rows of
 * figures. No run is read.
 */
import { createRoute, z } from '@hono/zod-openapi';
import {
  COUNTERS,
  type CounterName,
  counterSamples,
  type Figures,
  HISTOGRAMS,
  type HistogramName,
  histogramSamples,
} from '../../core/figures/figures.ts';
import type { LaneView } from '../../core/runs/view.ts';
import { type TargetFigure, targetFigures } from '../../engine/catalogue/reachability.ts';
import { type LaneFigures, laneFigures } from '../../engine/commands/lanes.ts';
import { readTimer, type TimerState } from '../../engine/reconcile/timer.ts';
import { readFigures } from '../../engine/store/figures.ts';
import { routeOptions } from '../http/route-options.ts';
import type { Api, Services } from '../services.ts';

const TEXT = 'text/plain';
/** The content type of the exposition format. */
const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8';

type Sample = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };

function gauge(name: string, help: string, samples: readonly Sample[]): string[] {
  const lines = samples.map(({ labels = {}, value }) => {
    // Values are states and names, in which no character needs escaping.
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines];
}

const number = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toPrecision(12);

function counter(name: CounterName, figures: Figures): string[] {
  const lines = counterSamples(name, figures).map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    return `sluice_${name}{${pairs.join(',')}} ${number(value)}`;
  });
  const { help } = COUNTERS[name];
  return [`# HELP sluice_${name} ${help}`, `# TYPE sluice_${name} counter`, ...lines];
}

function histogram(name: HistogramName, figures: Figures): string[] {
  const { buckets, sum } = histogramSamples(name, figures);
  const total = buckets.at(-1)?.[1] ?? 0;
  return [
    `# HELP sluice_${name} ${HISTOGRAMS[name].help}`,
    `# TYPE sluice_${name} histogram`,
    ...buckets.map(([le, value]) => `sluice_${name}_bucket{le="${le}"} ${value}`),
    `sluice_${name}_sum ${number(sum)}`,
    `sluice_${name}_count ${total}`,
  ];
}

/** What was counted. */
const counted = (figures: Figures): string[] => [
  ...(Object.keys(COUNTERS) as CounterName[]).flatMap((name) => counter(name, figures)),
  ...(Object.keys(HISTOGRAMS) as HistogramName[]).flatMap((name) => histogram(name, figures)),
];

/** The exposition. `nowMs` is for ages. */
function exposition(
  lanes: readonly LaneFigures[],
  targets: readonly TargetFigure[],
  timer: TimerState,
  figures: Figures,
  nowMs: number,
): string {
  const sum = (value: (lane: LaneView) => number): number =>
    lanes.reduce((total, { lane }) => total + value(lane), 0);
  const perLane = (value: (lane: LaneView) => number): Sample[] =>
    lanes.map(({ lane }) => ({ labels: { lane: lane.name }, value: value(lane) }));
  // Not Math.min(...oldest): many lanes give too many arguments for one call.
  const oldest = lanes.flatMap(({ waiting }) => waiting).reduce((a, b) => Math.min(a, b), nowMs);
  return [
    ...gauge('sluice_runs', 'Runs that wait in their lane, and runs that hold a place.', [
      { labels: { state: 'queued' }, value: sum((lane) => lane.queued) },
      { labels: { state: 'active' }, value: sum((lane) => lane.active.length) },
    ]),
    ...gauge(
      'sluice_oldest_queued_seconds',
      'Age of the oldest run among the first 100 of each queue.',
      [{ value: (nowMs - oldest) / 1_000 }],
    ),
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
      '1 while the lane is paused.',
      perLane((lane) => Number(lane.paused)),
    ),
    ...gauge(
      'sluice_target_reachable',
      '1 while the cluster of the target answers.',
      targets.map(({ target, reachable }) => ({ labels: { target }, value: Number(reachable) })),
    ),
    ...gauge('sluice_timer_overdue', '1 when the timer has not fired for three minutes.', [
      { value: Number(timer.overdue) },
    ]),
    ...gauge(
      'sluice_tick_age_seconds',
      'Since a tick last began, by the timer or in its place.',
      timer.ticked_at === null ? [] : [{ value: (nowMs - Date.parse(timer.ticked_at)) / 1_000 }],
    ),
    ...counted(figures),
    '',
  ].join('\n');
}

export function metricsRoutes(app: Api, { world, ...services }: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/metrics',
    operationId: 'metrics',
    summary: 'Figures for Prometheus',
    description:
      "Of the caller's domain, and of the installation where the text says so. Counters and histograms go on over instances and restarts: each instance adds what it has counted every ten seconds; one that is killed loses that much.",
    tags: ['Health'],
    ...routeOptions({ world, ...services }, 'read', {
      produces: [TEXT, 'application/openmetrics-text'],
    }),
    responses: {
      200: { description: 'Text exposition.', content: { [TEXT]: { schema: z.string() } } },
    },
  });
  app.openapi(route, async (c) => {
    const { domain } = c.var.caller;
    const [lanes, reachable, timer, figures] = await Promise.all([
      laneFigures(world, domain),
      targetFigures(world, domain),
      readTimer(world),
      readFigures(world, domain),
    ]);
    const text = exposition(lanes, reachable, timer, figures, world.clock.now());
    return c.text(text, 200, { 'content-type': EXPOSITION });
  });
}
