/** Plans a start: applies catalogue and policy to the request, decides what runs where, and how a full lane answers. */

import { assertAllowed, type Policy } from '../../core/access/policy.ts';
import type { Pipeline } from '../../core/catalogue/entry.ts';
import { nearestNames } from '../../core/catalogue/nearest.ts';
import { AppError, invalid, Refusals } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/state.ts';
import type { JsonTree } from '../../core/json/text.ts';
import { jsonBytes, utf8Bytes } from '../../core/json/write.ts';
import { kindOf, ownOf } from '../../core/kinds/all.ts';
import { readKeys } from '../../core/kinds/keys.ts';
import type { Target } from '../../core/kinds/target.ts';
import { type Acceptance, accept, type Lane } from '../../core/lanes/lane.ts';
import { DEFAULT_LANE, DEFAULT_TARGET } from '../../core/names.ts';
import { LAUNCH_BYTES_MAX } from '../../core/params-limits.ts';
import { LABELS_MAX, PRIORITY_MAX } from '../../core/request-limits.ts';
import type { Launch, RunRequest } from '../../core/runs/request.ts';
import type { Origin, Run } from '../../core/runs/run.ts';
import type { World } from '../../ports/world.ts';
import { getPipeline, getTarget, pipelineNames } from '../catalogue/catalogue.ts';
import { readPolicy } from '../catalogue/policy.ts';
import { requiredLeft } from '../catalogue/required-left.ts';
import { readStartable } from '../catalogue/versions.ts';
import { readLane, type VersionedLane } from '../lanes/lane-store.ts';
import { takeQuota } from '../lanes/quota.ts';
import { laneReason, oldestRun } from '../lanes/waiting.ts';
import { platformOf } from '../reconcile/pass.ts';
import type { Found } from '../store/run-store.ts';
import { kindOfRequest, leavesToLaunch, settle, toLaunch } from './launch.ts';
import { continueRun, type FreeSession } from './runs/continue-run.ts';
import type { Submission } from './submission.ts';

export type Plan = {
  readonly launch: Launch;
  readonly target: Target;
  readonly lane: string;
  /** The lane as it was read. */
  readonly stored: VersionedLane;
  readonly priority: number;
  /** Where the run comes from, if it continues or repeats one. */
  readonly origin?: Origin;
  /** The session to be taken before the run is recorded. */
  readonly session?: FreeSession;
  /** The request's over those of its entry. */
  readonly labels: Readonly<Record<string, string>>;
  /** What of the params only the pipeline checks. */
  readonly leftToPipeline: readonly string[];
};

type Asked = {
  readonly domain: string;
  readonly request: RunRequest;
  /** The request as it came; default: as the schema made it. */
  readonly sent?: JsonTree;
  /** The caller starts entries of the catalogue only, and changes only what these leave to it (`leavesToLaunch`). */
  readonly launchOnly?: boolean;
};

/** Rejects with AppError: `invalid`, `forbidden`, `no_such_pipeline`, with everything that is wrong as far as it can be told. Reads only. */
export async function planRun(world: World, asked: Asked): Promise<Plan> {
  const { domain, request } = asked;
  const refusals = new Refusals();
  // Most runs go to the default target: it is read together with the pipeline, not after it.
  const [found, policy, usual] = await Promise.all([
    refusals.wait(entryFor(world, domain, request)),
    readPolicy(world, domain),
    getTarget(world, domain, DEFAULT_TARGET),
  ]);
  const entry = found?.value;
  if (found) refusals.take(() => assertStartable(asked, entry, policy));
  const merged = found && (await toLaunch(request, entry, refusals, asked.sent));
  const lane = request.lane ?? entry?.lane ?? DEFAULT_LANE;
  const name = request.target ?? entry?.target ?? DEFAULT_TARGET;
  const [target, stored] = await Promise.all([
    name === DEFAULT_TARGET ? usual : getTarget(world, domain, name),
    readLane(world, domain, lane),
  ]);
  refusals.take(() => assertLane(asked, lane, stored, policy));
  // What an entry that could not be read names is not known.
  if (found || request.target !== undefined) refusals.take(() => assertTarget(asked, name, target));
  const continued =
    merged && target && (await refusals.wait(continueRun(world, domain, request, merged, target)));
  const launch =
    continued && target && refusals.take(() => settle(continued.value.launch, target))?.value;
  const nearly = launch ?? merged;
  if (nearly) refusals.take(() => assertAllowed(policy, nearly, target));
  if (nearly) refusals.take(() => assertSize(nearly));
  if (launch) refusals.take(() => platformOf(launch.kind).check?.(domain, launch, target));
  const labels = { ...entry?.labels, ...request.labels };
  refusals.take(() => assertLabels(labels));
  refusals.throwAny();
  if (!launch || !continued) throw new Error('a start without a launch is not refused');
  const priority = Math.min(request.priority, entry?.max_priority ?? PRIORITY_MAX);
  const leftToPipeline = entry ? requiredLeft(entry, ownOf(launch)) : [];
  return { ...continued.value, launch, target, lane, stored, priority, labels, leftToPipeline };
}

/** A plain name is an entry of the catalogue, unless the request says what runs; what Nextflow fetches or reads has an owner, a host or a folder. */
const namesEntry = (request: RunRequest): boolean =>
  !bringsMain(request) && !/[/:]/.test(request.pipeline);

/** Whether the request itself says what runs: an image, a script. */
function bringsMain(request: RunRequest): boolean {
  const { main } = kindOfRequest(request, undefined);
  return main !== undefined && readKeys(request, 'request').own[main] !== undefined;
}

/**
 * The entry as the request wants it: the current one, or a saved version where that one leaves it to requests. Undefined for a
 * pipeline outside of the catalogue. Rejects with `no_such_pipeline`, `invalid`.
 */
async function entryFor(
  world: World,
  domain: string,
  request: RunRequest,
): Promise<Pipeline | undefined> {
  const { pipeline, pipeline_version: wanted } = request;
  const current = await getPipeline(world, domain, pipeline);
  if (!current && namesEntry(request)) throw await noSuchPipeline(world, domain, pipeline);
  if (wanted === undefined || wanted === current?.version) return current;
  const field = 'pipeline_version';
  if (!current) throw invalid(field, 'is only for entries of the catalogue');
  if (!current.overridable.includes(field)) {
    const fixed = `is fixed to ${current.version} by the pipeline ${pipeline}`;
    throw invalid(field, `${fixed}, and not overridable`);
  }
  const entry = await readStartable(world, domain, pipeline, wanted);
  if (entry) return entry;
  throw invalid(field, `is ${wanted}, which the pipeline ${pipeline} does not have, or no longer`);
}

async function noSuchPipeline(world: World, domain: string, name: string): Promise<AppError> {
  const nearest = nearestNames(name, await pipelineNames(world, domain));
  const meant = nearest.length > 0 ? `; did you mean ${nearest.join(', ')}?` : '.';
  const other =
    'What is not in the catalogue has its owner or place before it, such as nf-core/rnaseq; an image or a script comes with the request.';
  return new AppError('no_such_pipeline', `There is no pipeline ${name}${meant} ${other}`, {
    fields: [{ field: 'pipeline', message: `is ${name}, which the catalogue does not have` }],
    members: { nearest },
  });
}

/** Throws unless the caller may start this: an entry, or something that is not in the catalogue. */
function assertStartable(
  { request, launchOnly }: Asked,
  entry: Pipeline | undefined,
  policy: Policy,
): void {
  if (launchOnly && !(entry && leavesToLaunch(entry, request))) {
    throw new AppError(
      'forbidden',
      'The token lacks the scope run: it starts entries of the catalogue only, with the fields that they name in overridable.',
    );
  }
  if (!entry && policy.catalogue_only) {
    throw invalid(
      'pipeline',
      'is not in the catalogue, and the policy of the domain is catalogue_only',
    );
  }
}

/** A lane that does not exist yet: its first run makes it, where the policy allows that. */
export const isNew = (lane: string, { lane: { listed } }: VersionedLane): boolean =>
  !listed && lane !== DEFAULT_LANE;

/** Refuses a lane that the domain has not declared, with the field that named it. */
function assertLane(
  { domain, request }: Asked,
  lane: string,
  stored: VersionedLane,
  policy: Policy,
): void {
  if (!isNew(lane, stored) || policy.lanes !== 'declared') return;
  const field = request.lane === undefined ? 'pipeline' : 'lane';
  const message = `goes through the lane ${lane}, which the domain ${domain} has not declared`;
  throw invalid(field, message);
}

/** The same for a target. */
function assertTarget({ domain, request }: Asked, name: string, target: Target | undefined): void {
  if (target) return;
  const field = request.target === undefined ? 'pipeline' : 'target';
  throw invalid(field, `goes to the target ${name}, which the domain ${domain} does not have`);
}

function assertLabels(labels: Plan['labels']): void {
  if (Object.keys(labels).length > LABELS_MAX)
    throw invalid('labels', `make, with those of the pipeline, more than ${LABELS_MAX}`);
}

/** Checks the size of the launch, which has to fit into one row, one ConfigMap and one Job. */
function assertSize(launch: Launch): void {
  const paramBytes = utf8Bytes(launch.params);
  const rest = jsonBytes({ ...launch, params: undefined, request: undefined });
  if (paramBytes + rest <= LAUNCH_BYTES_MAX) return;
  const key = kindOf(launch.kind).runsPipeline ? 'pipeline' : launch.kind;
  const field = paramBytes > rest ? 'params' : key;
  const sizes = `params of ${paramBytes} bytes and ${rest} bytes of all else, at most ${LAUNCH_BYTES_MAX} together`;
  throw invalid(field, `makes, with what the pipeline ${launch.pipeline} has, ${sizes}`);
}

/** Retry-After of refusals: a queue of 5,000 moves slowly, a place may become free at any time. */
const FULL_RETRY_SECONDS = 60;
const BUSY_RETRY_SECONDS = 30;

/** `attachTo`: an existing run. `queueing`: start a new run, which may wait for a place or not. */
export type Way = { readonly attachTo: Found } | { readonly queueing: boolean };

/** What the lane, as the plan has read it, would give to the run. */
export const wouldGet = ({ stored, priority }: Plan, queueing: boolean): Acceptance | undefined =>
  accept(stored.lane, [{ run_id: '', priority, queueing }]).results[0];

/**
 * Decides on the lane as the plan has read it; nothing has been written yet. `counts`: whether quotas count the start. Rejects with AppError: `lane_full`,
 * `lane_busy`, `lane_paused`, `quota_exceeded`.
 */
export async function findWay(
  world: World,
  { domain, request: { on_busy } }: Submission,
  plan: Plan,
  counts: 'counted' | 'uncounted' = 'counted',
): Promise<Way> {
  const { lane, stored } = plan;
  let queueing = on_busy === 'queue';
  if (wouldGet(plan, queueing) === 'busy') {
    if (on_busy === 'reject') throw busyRefusal(lane, stored.lane);
    const attachTo = await oldestRun(world, domain, lane, stored.lane, isAttachable);
    if (attachTo) return { attachTo };
    queueing = true;
  }
  if (wouldGet(plan, queueing) === 'full')
    throw new AppError('lane_full', `The queue of the lane ${lane} is full.`, {
      retryAfter: FULL_RETRY_SECONDS,
    });
  const quota = wouldGet(plan, queueing) === 'active' ? 'live_runs' : 'queued_runs';
  await takeQuota(world, domain, quota, counts);
  return { queueing };
}

/** Whether `attach` may give the run: it is not ending. */
const isAttachable = ({ state }: Run): boolean => state !== 'cancelling' && !isTerminal(state);

/** The refusal, with the runs that hold the places; a paused lane has its own code. */
function busyRefusal(name: string, lane: Lane): AppError {
  const why = laneReason(name, lane);
  const code = why?.code === 'lane_paused' ? 'lane_paused' : 'lane_busy';
  const message = why?.message ?? `In the lane ${name} others wait for the place.`;
  return new AppError(code, message, { retryAfter: BUSY_RETRY_SECONDS });
}
