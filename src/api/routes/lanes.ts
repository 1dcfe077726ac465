/** Lanes: which runs have places, which wait, and the capacity. */
import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { LANE_CAPACITY_MAX } from '../../core/limits.ts';
import { Name } from '../../core/names.ts';
import { LaneView } from '../../core/runs/view.ts';
import {
  deleteLane,
  getLane,
  getLaneWithRuns,
  listLanes,
  putLane,
} from '../../engine/commands/lanes.ts';
import { about } from '../audit.ts';
import {
  CONDITIONAL,
  Conditions,
  isKnown,
  NOT_MODIFIED,
  preconditionOf,
  toTag,
} from '../http/conditions.ts';
import { linkNext, wholeNumber } from '../http/query.ts';
import { json, REQUIRED, routeOptions } from '../http/route-options.ts';
import { headers } from '../openapi/answers.ts';
import type { Api, Services } from '../services.ts';

const LIST_DEFAULT = 100;
/** Each lane of a page costs a read. */
const LIST_MAX = 1_000;
const TAGS = ['Lanes'];
const PATH = '/api/v1/lanes/{name}';

const LaneChange = z
  .strictObject({
    capacity: z
      .int()
      .min(1)
      .max(LANE_CAPACITY_MAX)
      .optional()
      .meta({ description: 'Runs at once; a lower one ends no run.' }),
    paused: z.boolean().optional().meta({ description: 'A paused lane admits no runs.' }),
  })
  .meta({ id: 'LaneChange' });

/** An impossible name is answered like a lane that does not exist. */
function nameOf({ name }: { readonly name: string }): string {
  if (Name.safeParse(name).success) return name;
  throw new AppError('not_found', 'There is no such lane.');
}

function readingRoutes(app: Api, services: Services): void {
  const { world } = services;
  const list = createRoute({
    method: 'get',
    path: '/api/v1/lanes',
    operationId: 'listLanes',
    summary: 'List lanes',
    tags: TAGS,
    ...routeOptions(services, 'read'),
    request: {
      query: z.strictObject({
        limit: wholeNumber(1, LIST_MAX).default(LIST_DEFAULT),
        cursor: Name.optional().meta({ description: '`next_cursor` of the page before.' }),
      }),
    },
    responses: {
      200: {
        description:
          'The lanes of the domain, by name; a page may be short while `next_cursor` is not null.',
        headers: headers('Link'),
        content: json(
          z
            .object({ lanes: z.array(LaneView), next_cursor: Name.nullable() })
            .meta({ id: 'LaneList' }),
        ),
      },
    },
  });
  app.openapi(list, async (c) => {
    const page = await listLanes(world, c.var.caller.domain, c.req.valid('query'));
    linkNext(c, 'cursor', page.next_cursor);
    return c.json(page, 200);
  });

  const read = createRoute({
    method: 'get',
    path: PATH,
    operationId: 'getLane',
    summary: 'Read a lane and its queue',
    tags: TAGS,
    ...routeOptions(services, 'read', { refuses: ['not_found', ...CONDITIONAL] }),
    request: {
      params: z.object({ name: z.string() }),
      query: z.strictObject({
        runs: z.enum(['true', 'false']).optional().meta({
          description:
            '`true`: also what the first 100 runs with a place are, and the first 100 that wait; each costs a read. What they do changes without the version of the lane, so `If-None-Match` counts for nothing then.',
        }),
      }),
      headers: Conditions,
    },
    responses: {
      200: { description: 'The lane.', headers: headers('ETag'), content: json(LaneView) },
      ...NOT_MODIFIED,
    },
  });
  app.openapi(read, async (c) => {
    const { domain } = c.var.caller;
    const withRuns = c.req.valid('query').runs === 'true';
    const read = withRuns ? getLaneWithRuns : getLane;
    const { lane, etag } = await read(world, domain, nameOf(c.req.valid('param')));
    const conditions = c.req.valid('header');
    const wanted = withRuns ? { 'if-match': conditions['if-match'] } : conditions;
    if (isKnown(c, wanted, 'lane', etag)) return c.body(null, 304);
    return c.json(lane, 200);
  });
}

function changingRoutes(app: Api, services: Services): void {
  const { world } = services;
  const change = createRoute({
    method: 'put',
    path: PATH,
    operationId: 'putLane',
    summary: 'Make or change a lane',
    description:
      'What is not named stays. The version of a lane changes with every run that comes or goes, so that `If-Match` on a busy one often fails.',
    tags: TAGS,
    ...routeOptions(services, 'admin', {
      body: REQUIRED,
      refuses: ['too_many_lanes', 'changed', ...CONDITIONAL],
    }),
    request: {
      params: z.object({ name: Name }),
      headers: Conditions,
      body: { required: true, content: json(LaneChange) },
    },
    responses: {
      200: { description: 'The lane.', headers: headers('ETag'), content: json(LaneView) },
    },
  });
  app.openapi(change, async (c) => {
    const { capacity, paused } = c.req.valid('json');
    const { name } = c.req.valid('param');
    const wanted = {
      ...(capacity !== undefined && { capacity }),
      ...(paused !== undefined && { paused }),
    };
    about(c, 'lane', name);
    const precondition = preconditionOf(c.req.valid('header'));
    const { lane, etag } = await putLane(world, c.var.caller.domain, name, wanted, precondition);
    c.header('etag', toTag(etag));
    return c.json(lane, 200);
  });

  const remove = createRoute({
    method: 'delete',
    path: PATH,
    operationId: 'deleteLane',
    summary: 'Delete an idle lane',
    description:
      'No run holds it or waits in it. Its capacity is forgotten; used or made again it is a new lane.',
    tags: TAGS,
    ...routeOptions(services, 'admin', {
      refuses: ['not_found', 'conflict', 'changed', ...CONDITIONAL],
    }),
    request: {
      params: z.object({ name: z.string() }),
      query: z.strictObject({}),
      headers: Conditions,
    },
    responses: { 204: { description: 'It is gone.' } },
  });
  app.openapi(remove, async (c) => {
    const wanted = preconditionOf(c.req.valid('header'));
    const name = nameOf(c.req.valid('param'));
    about(c, 'lane', name);
    await deleteLane(world, c.var.caller.domain, name, wanted);
    return c.body(null, 204);
  });
}

export function laneRoutes(app: Api, services: Services): void {
  readingRoutes(app, services);
  changingRoutes(app, services);
}
