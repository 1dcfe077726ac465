/** Changing a run that is not over. */
import { createRoute, z } from '@hono/zod-openapi';
import { PRIORITY_MAX } from '../../../core/request-limits.ts';
import { LabelName, LabelText } from '../../../core/runs/request.ts';
import { RunView } from '../../../core/runs/view.ts';
import { type Patch, patchRun } from '../../../engine/commands/runs/patch-run.ts';
import { about } from '../../audit.ts';
import { CONDITIONAL, Conditions, preconditionOf, toTag } from '../../http/conditions.ts';
import { answer } from '../../http/json-answer.ts';
import { json, REQUIRED, routeOptions } from '../../http/route-options.ts';
import { headers } from '../../openapi/answers.ts';
import type { Api, Services } from '../../services.ts';
import { RunPath, runIdOf } from '../runs.ts';

const PatchRequest = z
  .strictObject({
    priority: z.int().min(0).max(PRIORITY_MAX).optional().meta({
      description:
        'Only while it waits in its lane. 9 goes first; among equal ones it stands by its arrival. At most the `max_priority` of its pipeline.',
    }),
    labels: z.record(LabelName, LabelText.nullable()).optional().meta({
      description: 'Merged into its labels (RFC 7396): null removes one, others stay.',
    }),
  })
  .meta({ id: 'RunPatch' });

export function patchRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'patch',
    path: '/api/v1/runs/{run_id}',
    operationId: 'patchRun',
    summary: 'Change the priority or labels of a run',
    description:
      'The priority of a run that waits: it moves in the queue of its lane at once, and an event of the run tells who did it. 409 `not_queued` once it has its place. Labels of any run that is not over, else 409 `over`. What is not sent stays. A repetition is harmless.',
    tags: ['Runs'],
    ...routeOptions(services, 'launch', {
      body: REQUIRED,
      refuses: ['not_found', 'gone', 'not_queued', 'over', 'changed', ...CONDITIONAL],
    }),
    request: {
      params: RunPath,
      query: z.strictObject({}),
      headers: Conditions,
      body: { required: true, content: json(PatchRequest) },
    },
    responses: {
      200: { description: 'The run.', headers: headers('ETag'), content: json(RunView) },
    },
  });
  app.openapi(route, async (c) => {
    const { caller } = c.var;
    const runId = runIdOf(c.req.valid('param'));
    about(c, 'run', runId);
    const { run, etag } = await patchRun(services.world, {
      domain: caller.domain,
      runId,
      precondition: preconditionOf(c.req.valid('header')),
      by: caller.name ?? caller.id,
      patch: c.req.valid('json') as Patch,
    });
    c.var.log.info('run changed', { run_id: run.run_id });
    c.header('etag', toTag(etag));
    return answer(c, run, 200);
  });
}
