/** Tells what a start would do, by everything that it checks before it writes anything. Writes nothing. */
import { withText } from '../../../core/json/write.ts';
import { kindOf, ownOf, shownOwn } from '../../../core/kinds/all.ts';
import { reason } from '../../../core/reasons.ts';
import type { DryRunView } from '../../../core/runs/dry-run.ts';
import type { World } from '../../../ports/world.ts';
import { hasRoomForLane, tooManyLanes } from '../../lanes/lane-names.ts';
import { quotaReason } from '../../lanes/quota.ts';
import { laneReason, positionFor } from '../../lanes/waiting.ts';
import { platformOf } from '../../reconcile/pass.ts';
import { sameLaunch } from '../launch.ts';
import { findWay, isNew, type Plan, planRun, type Way, wouldGet } from '../plan.ts';
import type { Submission } from '../submission.ts';

/** Rejects as `submitRun` does where that would be refused. An idempotency key of the submission is ignored. */
export async function dryRun(world: World, submission: Submission): Promise<DryRunView> {
  const plan = await planRun(world, submission);
  const { domain, request, by = null } = submission;
  const { launch, target, lane, priority, labels } = plan;
  const way = await findWay(world, submission, plan, 'uncounted');
  if (isNewLane(plan) && !(await hasRoomForLane(world, domain, lane))) throw tooManyLanes(domain);
  return {
    dry_run: true,
    ...(await outcomeOf(world, domain, plan, way)),
    domain,
    lane,
    target: target.name,
    kind: launch.kind,
    pipeline: launch.pipeline,
    pipeline_version: launch.pipeline_version,
    [launch.kind]: shownOwn(launch, null),
    params: withText(launch.params),
    deadline_seconds: launch.deadline_seconds,
    labels: { ...labels },
    triggered_by: request.triggered_by === undefined ? by : request.triggered_by,
    priority,
    unchecked_params: [...launch.unchecked_params],
    warnings: warningsOf(world, submission, plan),
    driver: platformOf(launch.kind).preview?.(world, domain, launch, target) ?? null,
  };
}

const isNewLane = ({ lane, stored }: Plan): boolean => isNew(lane, stored);

type Outcome = Pick<
  DryRunView,
  'would' | 'attached_to' | 'differs' | 'queue_position' | 'queue_position_at_least' | 'reason'
>;

const STARTS: Outcome = {
  would: 'start',
  attached_to: null,
  differs: null,
  queue_position: null,
  queue_position_at_least: null,
  reason: null,
};

async function outcomeOf(world: World, domain: string, plan: Plan, way: Way): Promise<Outcome> {
  if ('attachTo' in way) {
    const { run, launch } = way.attachTo;
    const differs = plan.target.name !== run.target || !sameLaunch(plan.launch, launch);
    return { ...STARTS, would: 'attach', attached_to: run.run_id, differs };
  }
  if (wouldGet(plan, way.queueing) === 'active') return STARTS;
  const { lane, stored, priority } = plan;
  const [{ position, positionAtLeast }, quota] = await Promise.all([
    positionFor(world, domain, lane, priority),
    quotaReason(world, domain),
  ]);
  return {
    ...STARTS,
    would: 'queue',
    queue_position: position,
    queue_position_at_least: positionAtLeast,
    reason: laneReason(lane, stored.lane) ?? quota ?? reason('lane_busy'),
  };
}

function warningsOf(world: World, { request }: Submission, plan: Plan): string[] {
  const { launch, lane, priority } = plan;
  const unchecked = launch.unchecked_params.map(
    (name) => `The pipeline does not name the param ${name}, and has no schema to check it.`,
  );
  const sent = kindOf(launch.kind).trace?.(ownOf(launch));
  return [
    ...unchecked,
    ...plan.leftToPipeline,
    ...(sent !== undefined && world.traceUrl === undefined
      ? [
          `The driver sends no ${sent} trace, because no address of the app is set by which pods reach it (SLUICE_TRACE_URL): its trace file is read.`,
        ]
      : []),
    ...(priority < request.priority
      ? [`The pipeline lowers the priority from ${request.priority} to ${priority}.`]
      : []),
    ...(isNewLane(plan)
      ? [`There is no lane ${lane} yet: the first run makes it, with one place.`]
      : []),
  ];
}
