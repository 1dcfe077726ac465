/** Starting, reading, listing and cancelling runs. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/state.ts';
import { RunId } from '../../core/names.ts';
import { GIVEN_REASON_CHARS_MAX } from '../../core/request-limits.ts';
import { DryRunView } from '../../core/runs/dry-run.ts';
import { RunRequest } from '../../core/runs/request.ts';
import { RunView } from '../../core/runs/view.ts';
import { Line } from '../../core/schema/fields.ts';
import { cancelRun } from '../../engine/commands/cancel.ts';
import { confirmGone } from '../../engine/commands/confirm-gone.ts';
import type { Idempotency } from '../../engine/commands/reserve-key.ts';
import type { Submitted } from '../../engine/commands/submission.ts';
import { replayRun, submitRun } from '../../engine/commands/submit.ts';
import { getVersion } from '../../engine/queries/runs.ts';
import type { World } from '../../ports/world.ts';
import { about } from '../audit.ts';
import { startedBy } from '../http/access.ts';
import { CONDITIONAL, Conditions, isKnown, NOT_MODIFIED } from '../http/conditions.ts';
import { answer } from '../http/json-answer.ts';
import type { Failure } from '../http/problem.ts';
import { json, OPTIONAL, REQUIRED, routeOptions } from '../http/route-options.ts';
import { headers, LOCATION_OR_NONE } from '../openapi/answers.ts';
import type { Api, ApiEnv, Services } from '../services.ts';
import { listRoute } from './run-list.ts';
import { answerDryRun, isDryRun, refusalOf } from './runs/dry-run.ts';

const TAGS = ['Runs'];

/** Other parameters are ignored, as ever; but what was meant as a dry run must not start anything. */
export const StartQuery = z
  .looseObject({
    dry_run: z.enum(['true', 'false']).optional().meta({
      description:
        '`true`: starts and writes nothing, and answers what would run, or the same refusal as a start. It counts as one request of the rate limit, and no quota counts it; an `Idempotency-Key` is ignored. What it tells may have changed a moment later.',
    }),
  })
  .superRefine((query, context) => {
    for (const name of Object.keys(query).filter((each) => /dry/i.test(each) && each !== 'dry_run'))
      context.addIssue({ code: 'custom', path: [name], message: 'is not known; there is dry_run' });
  });

export const RunPath = z.object({ run_id: z.string().meta({ description: 'Id of the run.' }) });

/** An impossible run id is answered like a run that does not exist. */
export function runIdOf(params: z.infer<typeof RunPath>): string {
  if (RunId.safeParse(params.run_id).success) return params.run_id;
  throw new AppError('not_found', 'There is no such run.');
}

export const StartAnswer = RunView.extend({
  attached: z
    .literal(true)
    .optional()
    .meta({ description: 'The lane was busy: this is the run that was already there.' }),
  differs: z
    .boolean()
    .optional()
    .meta({ description: 'With `attached`: the request is not the one that runs.' }),
}).meta({ id: 'StartAnswer' });

/** 1 to 255 visible characters, which every proxy passes on unchanged. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
  .optional()
  .meta({
    description:
      'The same key and body give the same run, whatever has changed since in catalogue or policy; another body is refused. A key does not expire: it holds as long as its run is there. A request that was refused leaves none.',
  });

/** Refusals of every start. */
export const REFUSED_STARTS = [
  'no_such_pipeline',
  'lane_busy',
  'lane_paused',
  'too_many_lanes',
  'changed',
  'idempotency_mismatch',
  'lane_full',
  'quota_exceeded',
] as const;

function startRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'post',
    path: '/api/v1/runs',
    operationId: 'startRun',
    summary: 'Start a run',
    description:
      'With the scope `launch` an entry of the catalogue, with the container that it has; with `run` whatever the policy of the domain allows.',
    tags: TAGS,
    ...routeOptions(services, 'launch', {
      body: REQUIRED,
      refuses: [...REFUSED_STARTS, 'gone', 'session_busy', 'not_resumable'],
    }),
    request: {
      query: StartQuery,
      headers: z.object({ 'idempotency-key': IdempotencyKey }),
      body: { required: true, content: json(RunRequest) },
    },
    responses: {
      201: {
        description: 'The run was taken in; `Location` says where it is.',
        headers: headers('Location'),
        content: json(StartAnswer),
      },
      200: {
        description:
          'Attached to the run of a busy lane, or replayed by its key; with `dry_run` what would run.',
        headers: { ...LOCATION_OR_NONE, ...headers('Idempotency-Replayed') },
        content: json(z.union([StartAnswer, DryRunView])),
      },
    },
  });
  app.openapi(
    route,
    async (c) => {
      if (isDryRun(c)) return answerDryRun(services.world, c, c.req.valid('json'));
      const idempotency = idempotencyOf(c);
      const submitted = await submitRun(services.world, {
        domain: c.var.caller.domain,
        request: c.req.valid('json'),
        sent: c.var.sent,
        ...startedBy(c, 'created'),
        ...(idempotency && { idempotency }),
      });
      return answerStart(c, submitted);
    },
    (result, c) => (result.success ? undefined : replayOrRefuse(services.world, result, c)),
  );
}

/** The key with the body as it was sent, before the schema's defaults. */
function idempotencyOf(c: Context<ApiEnv>): Idempotency | undefined {
  const key = c.req.header('idempotency-key');
  return key === undefined ? undefined : { key, body: c.var.sent };
}

/** A replay is answered also when the body does not match the schema, which may have changed since the key was first used. */
async function replayOrRefuse(world: World, failure: Failure, c: Context<ApiEnv>) {
  const isKeyed = failure.target === 'json' && !isDryRun(c);
  const idempotency = isKeyed ? idempotencyOf(c) : undefined;
  const replayed = idempotency && (await replayRun(world, c.var.caller.domain, idempotency));
  if (!replayed) throw await refusalOf(world, failure, c);
  return answerStart(c, replayed);
}

export function answerStart(c: Context<ApiEnv>, { outcome, differs, run }: Submitted) {
  // Connects the request's id with the run's, which every later line about the run has.
  c.var.log.info('run submitted', { run_id: run.run_id, outcome });
  about(c, 'run', run.run_id);
  c.header('location', `/api/v1/runs/${run.run_id}`);
  if (outcome === 'created') return answer(c, run, 201);
  if (outcome === 'attached') return answer(c, { ...run, attached: true as const, differs }, 200);
  c.header('idempotency-replayed', 'true');
  return answer(c, run, 200);
}

function readRoute(app: Api, services: Services): void {
  const { world } = services;
  const read = createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}',
    operationId: 'getRun',
    summary: 'Read a run',
    tags: TAGS,
    ...routeOptions(services, 'read', { refuses: ['not_found', 'gone', ...CONDITIONAL] }),
    request: { params: RunPath, query: z.strictObject({}), headers: Conditions },
    responses: {
      200: {
        description:
          'The run. Only of one that is over is `If-None-Match` answered with 304: what is shown of a live one also changes without its version.',
        headers: headers('ETag'),
        content: json(RunView),
      },
      ...NOT_MODIFIED,
    },
  });
  app.openapi(read, async (c) => {
    const runId = runIdOf(c.req.valid('param'));
    const { run, etag } = await getVersion(world, c.var.caller.domain, runId);
    const conditions = c.req.valid('header');
    // What is shown of a live run changes without its row.
    const wanted = isTerminal(run.state) ? conditions : { 'if-match': conditions['if-match'] };
    if (isKnown(c, wanted, 'run', etag)) return c.body(null, 304);
    return answer(c, run, 200);
  });
}

const Why = z.strictObject({ reason: Line(GIVEN_REASON_CHARS_MAX).optional() });

const whyOf = ({ reason }: z.infer<typeof Why>): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

function cancelRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'post',
    path: '/api/v1/runs/{run_id}/cancel',
    operationId: 'cancelRun',
    summary: 'Cancel a run',
    description: 'The run is `cancelled` only when nothing of it is left on the cluster.',
    tags: TAGS,
    ...routeOptions(services, 'launch', { body: OPTIONAL, refuses: ['not_found', 'gone'] }),
    request: {
      params: RunPath,
      body: {
        required: false,
        content: json(Why.meta({ id: 'CancelRequest' })),
      },
    },
    responses: {
      202: { description: 'Accepted; watch the run for its end.', content: json(RunView) },
      200: { description: 'The run was over already.', content: json(RunView) },
    },
  });
  app.openapi(route, async (c) => {
    const runId = runIdOf(c.req.valid('param'));
    about(c, 'run', runId);
    const { outcome, run } = await cancelRun(services.world, {
      domain: c.var.caller.domain,
      runId,
      ...whyOf(c.req.valid('json')),
    });
    c.var.log.info('cancel requested', { run_id: run.run_id, outcome });
    return outcome === 'accepted' ? answer(c, run, 202) : answer(c, run, 200);
  });
}

function confirmGoneRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'post',
    path: '/api/v1/runs/{run_id}/confirm-gone',
    operationId: 'confirmRunGone',
    summary: 'Confirm that nothing of a run is left',
    description:
      'For a run whose target is gone for good, so that no cluster can tell any more. A live run ends and gives its place back, one that is over is not looked for any more; the events of the run say so. 409 while the cluster answers: then cancel it. Wrongly said of a cluster that merely cannot be reached, it lets the next run of the lane start while the driver of this one may live.',
    tags: TAGS,
    ...routeOptions(services, 'admin', {
      body: OPTIONAL,
      refuses: ['not_found', 'gone', 'conflict'],
    }),
    request: {
      params: RunPath,
      body: { required: false, content: json(Why.meta({ id: 'ConfirmGoneRequest' })) },
    },
    responses: { 200: { description: 'The run, which is over.', content: json(RunView) } },
  });
  app.openapi(route, async (c) => {
    const runId = runIdOf(c.req.valid('param'));
    about(c, 'run', runId);
    const run = await confirmGone(services.world, {
      domain: c.var.caller.domain,
      runId,
      ...whyOf(c.req.valid('json')),
    });
    c.var.log.warn('confirmed that nothing of the run is left', { run_id: run.run_id });
    return answer(c, run, 200);
  });
}

export function runRoutes(app: Api, services: Services): void {
  startRoute(app, services);
  listRoute(app, services);
  readRoute(app, services);
  cancelRoute(app, services);
  confirmGoneRoute(app, services);
}
