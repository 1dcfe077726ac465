/** Deleting runs that are over, and holding those that are to be kept. */
import { createRoute, z } from '@hono/zod-openapi';
import { GIVEN_REASON_CHARS_MAX } from '../../../core/request-limits.ts';
import { RunView } from '../../../core/runs/view.ts';
import { Line } from '../../../core/schema/fields.ts';
import { deleteRun, holdRun } from '../../../engine/commands/delete-run.ts';
import { about } from '../../audit.ts';
import { CONDITIONAL, Conditions, preconditionOf, toTag } from '../../http/conditions.ts';
import { answer } from '../../http/json-answer.ts';
import { json, REQUIRED, routeOptions } from '../../http/route-options.ts';
import { headers } from '../../openapi/answers.ts';
import type { Api, Services } from '../../services.ts';
import { RunPath, runIdOf } from '../runs.ts';

const HoldRequest = z
  .strictObject({ hold: z.boolean(), reason: Line(GIVEN_REASON_CHARS_MAX).optional() })
  .meta({ id: 'HoldRequest' });

function deleteRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/v1/runs/{run_id}',
    operationId: 'deleteRun',
    summary: 'Delete a run that is over',
    description:
      'With its events, logs and idempotency key, for good. 409 `not_over` while it is live (cancel it first), and for some minutes after its end, while something of it is left on its cluster or its events are still delivered; 409 `held` while an admin holds it. Afterwards it is 410, and a day later 404 unless it is older than the domain keeps runs. A repetition is answered the same for a day.',
    tags: ['Runs'],
    ...routeOptions(services, 'admin', {
      refuses: ['not_found', 'gone', 'not_over', 'held', ...CONDITIONAL],
    }),
    request: { params: RunPath, query: z.strictObject({}), headers: Conditions },
    responses: { 204: { description: 'It is gone.' } },
  });
  app.openapi(route, async (c) => {
    const runId = runIdOf(c.req.valid('param'));
    about(c, 'run', runId);
    const precondition = preconditionOf(c.req.valid('header'));
    await deleteRun(services.world, { domain: c.var.caller.domain, runId, precondition });
    c.var.log.info('run deleted', { run_id: runId });
    return c.body(null, 204);
  });
}

function holdRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'put',
    path: '/api/v1/runs/{run_id}/hold',
    operationId: 'holdRun',
    summary: 'Hold a run, or end the hold',
    description:
      'A held run is deleted neither by age nor by request, whatever the domain says. It may be live; it runs and ends as without the hold.',
    tags: ['Runs'],
    ...routeOptions(services, 'admin', {
      body: REQUIRED,
      refuses: ['not_found', 'gone', 'changed', ...CONDITIONAL],
    }),
    request: {
      params: RunPath,
      headers: Conditions,
      body: {
        required: true,
        content: json(HoldRequest),
      },
    },
    responses: {
      200: {
        description: 'The run.',
        headers: headers('ETag'),
        content: json(RunView),
      },
    },
  });
  app.openapi(route, async (c) => {
    const { caller } = c.var;
    const { hold, reason } = c.req.valid('json');
    const runId = runIdOf(c.req.valid('param'));
    about(c, hold ? 'hold' : 'hold-end', runId);
    const { run, etag } = await holdRun(services.world, {
      domain: caller.domain,
      runId,
      precondition: preconditionOf(c.req.valid('header')),
      hold,
      reason,
      by: caller.name ?? caller.id,
    });
    c.var.log.info(hold ? 'run held' : 'hold ended', { run_id: run.run_id });
    c.header('etag', toTag(etag));
    return answer(c, run, 200);
  });
}

export function runDeletionRoutes(app: Api, services: Services): void {
  deleteRoute(app, services);
  holdRoute(app, services);
}
