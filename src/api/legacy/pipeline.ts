/** The legacy paths, on the domain and lane `default`. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { AppError, type ErrorCode } from '../../core/errors.ts';
import { isTerminal } from '../../core/events/state.ts';
import { DEFAULT_DOMAIN, DEFAULT_TARGET } from '../../core/names.ts';
import { LEGACY_GROUP } from '../../core/runs/legacy/envelope.ts';
import { getTarget } from '../../engine/catalogue/catalogue.ts';
import { cancelRun } from '../../engine/commands/cancel.ts';
import { submitRun } from '../../engine/commands/submit.ts';
import { readEvents } from '../../engine/events/events.ts';
import { liveAddress } from '../../engine/queries/negotiate.ts';
import { getRun } from '../../engine/queries/runs.ts';
import type { World } from '../../ports/world.ts';
import { about } from '../audit.ts';
import { startedBy } from '../http/access.ts';
import type { BodyRule } from '../http/body.ts';
import { problemResponse } from '../http/problem.ts';
import { wholeNumber } from '../http/query.ts';
import { json, PROBLEM_TYPE, REQUIRED, routeOptions } from '../http/route-options.ts';
import { headers } from '../openapi/answers.ts';
import { publicAddress } from '../public-address.ts';
import type { Api, ApiEnv, Services } from '../services.ts';
import { withTimeout } from '../with-timeout.ts';
import {
  activeStatus,
  historyEntry,
  LegacyActive,
  LegacyCancel,
  LegacyHistory,
  LegacyInvalid,
  LegacyRefusal,
  LegacyRequest,
  LegacyStart,
  LegacyStream,
  runInfo,
  statusOf,
  toRefusal,
  toRequest,
  wantsOutdir,
} from './envelope.ts';

import { activeRun, finishedRuns } from './find-runs.ts';
import { startWithReserved } from './reserved.ts';

const TAGS = ['Legacy paths'];
const BASE = '/api/v1/pipeline';
/** How long a legacy cancel waits for the end of the run, and how often it checks. */
const CANCEL_WAIT_MS = 20_000;
const CANCEL_LOOK_MS = 250;
/** Least time between two counts of viewers, and the largest count. */
const COUNT_EVERY_MS = 30_000;
const COUNT_MAX = 1_000;
/** How long an answer waits for Web PubSub; then it goes out without. */
const PUSH_MS = 3_000;
/** Events that are read for the last lines. */
const PREVIEW_EVENTS = 20;
/** Runs of the history, by default and at most, and pages of the list that are read for it. */
const [HISTORY_DEFAULT, HISTORY_MAX] = [10, 100] as const;

/** Refuses tokens of other domains: the legacy paths serve the default domain only. */
const defaultDomainOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.var.caller.domain !== DEFAULT_DOMAIN) {
    throw new AppError('forbidden', `The legacy paths serve the domain ${DEFAULT_DOMAIN}.`);
  }
  await next();
};

/** Writes refusals in the legacy shapes. */
const oldRefusals: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const refusal = c.error instanceof AppError ? toRefusal(c.error) : undefined;
  if (refusal !== undefined) {
    // Removed first: Hono would add its headers, also its content type, to the new answer.
    c.res = undefined;
    c.res = c.json(refusal.body, refusal.status);
  }
};

const INVALID = {
  422: { description: 'A value is not acceptable.', content: json(LegacyInvalid) },
};

function legacyOptions(
  services: Services,
  scope: 'read' | 'launch',
  options: { body?: BodyRule; refuses?: readonly ErrorCode[] } = {},
) {
  const { middleware, ...rest } = routeOptions(services, scope, { produces: [], ...options });
  return { tags: TAGS, ...rest, middleware: [oldRefusals, ...middleware, defaultDomainOnly] };
}

/** An address for clients without a subprotocol, valid for five minutes; null while Web PubSub does not answer. */
async function socketUrl(
  c: Context<ApiEnv>,
  { world, settings }: Services,
): Promise<string | null> {
  const address = liveAddress(world, c.var.caller, { groups: [LEGACY_GROUP], mayJoin: [] });
  const url = (await withTimeout(world, PUSH_MS, 'websocket_url', address))?.url;
  return url === undefined ? null : publicAddress(c, settings, url);
}

/** Counts the viewers, at most every `COUNT_EVERY_MS`. */
function createCount(world: World): () => Promise<number> {
  let last = { at: Number.NEGATIVE_INFINITY, clients: 0 };
  return async () => {
    const now = world.clock.now();
    if (now - last.at < COUNT_EVERY_MS) return last.clients;
    // Set before the answer, so that concurrent requests do not count again.
    last = { ...last, at: now };
    const counted = world.push.count(LEGACY_GROUP, COUNT_MAX);
    const clients = await withTimeout(world, PUSH_MS, 'connected_clients', counted);
    if (clients !== undefined) last = { ...last, clients };
    return last.clients;
  };
}

/** Ended runs among which `resume` finds the one that it continues. */
const RESUMABLE = 50;

function startRoute(app: Api, services: Services): void {
  const { world } = services;
  const route = createRoute({
    method: 'post',
    path: `${BASE}/run`,
    operationId: 'legacyRun',
    summary: 'Start a run, or attach to the one that is active',
    ...legacyOptions(services, 'launch', {
      body: REQUIRED,
      refuses: ['lane_busy', 'lane_paused', 'changed', 'lane_full', 'quota_exceeded'],
    }),
    request: { body: { required: true, content: json(LegacyRequest) } },
    responses: {
      200: { description: 'The run.', content: json(LegacyStart) },
      404: { description: 'There is no such pipeline.', content: json(LegacyRefusal) },
      ...INVALID,
    },
  });
  app.openapi(route, async (c) => {
    const legacy = c.req.valid('json');
    const target = wantsOutdir(legacy)
      ? await getTarget(world, DEFAULT_DOMAIN, DEFAULT_TARGET)
      : undefined;
    const request = toRequest(legacy, target && `${target.work_path}/results`);
    const { submitted, warnings } = await startWithReserved(
      legacy,
      request,
      () => finishedRuns(world, RESUMABLE),
      (each) => submitRun(world, { domain: DEFAULT_DOMAIN, request: each, ...startedBy(c, 'ok') }),
    );
    const { outcome, run } = submitted;
    about(c, 'run', run.run_id);
    c.var.log.info('run submitted', { run_id: run.run_id, outcome });
    const answer = {
      run_id: run.run_id,
      status: statusOf(run),
      attached: outcome === 'attached',
      job_name: run.job_name,
      websocket_url: await socketUrl(c, services),
      ...(warnings.length > 0 && { warnings: [...warnings] }),
    };
    return c.json(answer, 200);
  });
}

function statusRoutes(app: Api, services: Services): void {
  const { world } = services;
  const count = createCount(world);
  for (const path of ['status', 'active']) {
    const route = createRoute({
      method: 'get',
      path: `${BASE}/${path}`,
      operationId: `legacy${path === 'status' ? 'Status' : 'Active'}`,
      summary: 'The active run, else the last one',
      ...legacyOptions(services, 'read'),
      responses: { 200: { description: 'What runs.', content: json(LegacyActive) } },
    });
    app.openapi(route, async (c) => {
      const active = await activeRun(world);
      const run = active ?? (await finishedRuns(world, 1))[0];
      const after = Math.max(0, (active?.last_seq ?? 0) - PREVIEW_EVENTS);
      const [page, websocket_url, connected_clients] = await Promise.all([
        active &&
          readEvents(world, DEFAULT_DOMAIN, active.run_id, { after, limit: 2 * PREVIEW_EVENTS }),
        socketUrl(c, services),
        count(),
      ]);
      const status = activeStatus(run, page?.events ?? []);
      return c.json({ ...status, websocket_url, connected_clients }, 200);
    });
  }
}

function cancelRoute(app: Api, services: Services): void {
  const { world } = services;
  const route = createRoute({
    method: 'delete',
    path: `${BASE}/cancel`,
    operationId: 'legacyCancel',
    summary: 'Cancel the active run',
    description: 'Waits up to 20 s for the run to be gone.',
    ...legacyOptions(services, 'launch'),
    responses: { 200: { description: 'What came of it.', content: json(LegacyCancel) } },
  });
  app.openapi(route, async (c) => {
    const active = await activeRun(world);
    if (active === undefined) {
      const status = 'unknown' as const;
      return c.json({ run_id: null, status, cancelled: false, detail: 'No active run' }, 200);
    }
    const { run_id: runId } = active;
    const until = world.clock.now() + CANCEL_WAIT_MS;
    about(c, 'run', runId);
    c.var.log.info('cancel requested', { run_id: runId });
    const cancel = { domain: DEFAULT_DOMAIN, runId, reason: 'Cancelled by user' };
    let { run } = await cancelRun(world, cancel);
    while (!isTerminal(run.state) && world.clock.now() < until && !c.req.raw.signal.aborted) {
      await world.clock.sleep(CANCEL_LOOK_MS, c.req.raw.signal);
      run = await getRun(world, DEFAULT_DOMAIN, runId);
    }
    const cancelled = run.state === 'cancelled';
    const detail = cancelled ? null : (runInfo(run).message ?? `The run ended as ${run.state}`);
    return c.json({ run_id: runId, status: statusOf(run), cancelled, detail }, 200);
  });
}

function historyRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: `${BASE}/history`,
    operationId: 'legacyHistory',
    summary: 'Runs that are over, newest first',
    ...legacyOptions(services, 'read'),
    request: { query: z.object({ limit: wholeNumber(1, HISTORY_MAX).default(HISTORY_DEFAULT) }) },
    responses: { 200: { description: 'The runs.', content: json(LegacyHistory) }, ...INVALID },
  });
  app.openapi(route, async (c) => {
    const runs = await finishedRuns(services.world, c.req.valid('query').limit);
    return c.json(runs.map(historyEntry), 200);
  });
}

function streamRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: `${BASE}/stream`,
    operationId: 'legacyStream',
    summary: 'Where the WebSocket is',
    ...legacyOptions(services, 'read'),
    responses: {
      426: {
        description: 'Connect to `websocket_url` of the body instead.',
        headers: headers('Upgrade'),
        content: { [PROBLEM_TYPE]: { schema: LegacyStream } },
      },
    },
  });
  app.openapi(route, async (c) => {
    const websocket_url = await socketUrl(c, services);
    const refusal = new AppError('upgrade_required', 'Connect to the address in websocket_url.');
    const extra = { members: { websocket_url }, headers: { upgrade: 'websocket' } };
    return problemResponse(refusal, c.var.requestId, extra) as never;
  });
}

export function pipelineRoutes(app: Api, services: Services): void {
  startRoute(app, services);
  statusRoutes(app, services);
  cancelRoute(app, services);
  historyRoute(app, services);
  streamRoute(app, services);
}
