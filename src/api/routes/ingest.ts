/**
 * Where drivers send their traces: Tower's protocol, and the events of the plugin nf-weblog. Callers are programs that end a user's
 * run when they are refused: a right token is always answered with 200, whatever its message holds, unless storage is away.
 */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../../core/errors.ts';
import { towerNews } from '../../core/nextflow/trace/tower.ts';
import { weblogNews } from '../../core/nextflow/trace/weblog.ts';
import { takeTrace } from '../../engine/commands/runs/take-trace.ts';
import { createDriverGuard, readTrace } from '../access/driver.ts';
import { json } from '../http/route-options.ts';
import type { Api, ApiEnv, Services } from '../services.ts';

const TAGS = ['Trace ingest'];
const BASE = '/api/v1/ingest';

/** Nextflow's messages differ from version to version; what is not known of them is left alone. */
const Message = z.looseObject({}).meta({
  id: 'TraceMessage',
  description: 'As Nextflow sends it. What is not understood is ignored.',
});
const Taken = z
  .object({
    workflowId: z.string().meta({ description: 'The run whose token it is.' }),
    watchUrl: z.string().meta({ description: 'Its page; Nextflow prints it.' }),
  })
  .meta({ id: 'TraceTaken' });

const IdPath = z.object({
  id: z.string().meta({ description: 'The `workflowId` of the first answer: the run.' }),
});

type Body = Readonly<Record<string, unknown>>;

const body = { required: true, content: json(Message) };

/** What all of these routes have. */
const optionsBy = (guard: MiddlewareHandler<ApiEnv>) => (operationId: string, summary: string) => ({
  operationId,
  summary,
  tags: TAGS,
  security: [{ driver: [] }, { bearer: [] }],
  middleware: [guard, readTrace],
  'x-refuses': [
    'unauthorized',
    'forbidden',
    'rate_limited',
    'internal',
    'schema_mismatch',
    'unavailable',
  ] as const,
  responses: { 200: { description: 'It is stored.', content: json(Taken) } },
});
type Options = ReturnType<typeof optionsBy>;

/** Refuses messages that name another run than the token's. */
function assertOwn(c: Context<ApiEnv>, named: unknown): void {
  if (typeof named === 'string' && named !== c.var.driver.run_id)
    throw new AppError('forbidden', 'The token belongs to another run.');
}

function answer(c: Context<ApiEnv>, { world, settings }: Services) {
  const runId = c.var.driver.run_id;
  const { publicUrl = 'request' } = settings;
  const place = publicUrl === 'request' ? (world.traceUrl ?? '') : publicUrl.replace(/\/+$/, '');
  return c.json({ workflowId: runId, watchUrl: `${place}/ui/runs/${runId}` }, 200);
}

/** Tower's calls about a run that has begun. */
function callRoutes(app: Api, services: Services, options: Options): void {
  for (const [call, summary] of [
    ['begin', 'Its processes are known'],
    ['progress', 'What its tasks have done'],
    ['heartbeat', 'It lives, and no task has changed'],
    ['complete', 'It is over'],
  ] as const) {
    const route = createRoute({
      method: 'put',
      path: `${BASE}/trace/{id}/${call}`,
      ...options(`ingest${call.charAt(0).toUpperCase()}${call.slice(1)}`, summary),
      request: { params: IdPath, body },
    });
    app.openapi(route, async (c) => {
      assertOwn(c, c.req.valid('param').id);
      await takeTrace(services.world, c.var.driver, towerNews(call, c.req.valid('json')));
      return answer(c, services);
    });
  }
}

export function ingestRoutes(app: Api, services: Services): void {
  const { world } = services;
  const options = optionsBy(createDriverGuard(world));
  const create = createRoute({
    method: 'post',
    path: `${BASE}/trace/create`,
    ...options('ingestCreate', 'A run of Nextflow begins'),
    request: { body },
  });
  app.openapi(create, async (c) => {
    const message = c.req.valid('json') as Body;
    assertOwn(c, message['workflowId']);
    await takeTrace(world, c.var.driver, towerNews('create', message));
    return answer(c, services);
  });
  callRoutes(app, services, options);

  const workflow = createRoute({
    method: 'patch',
    path: `${BASE}/workflow/{id}`,
    ...options('ingestWorkflow', 'Where its scheduler knows it'),
    request: { params: IdPath, body },
  });
  app.openapi(workflow, (c) => {
    assertOwn(c, c.req.valid('param').id);
    return answer(c, services);
  });

  const weblog = createRoute({
    method: 'post',
    path: `${BASE}/weblog`,
    ...options('ingestWeblog', 'An event of the plugin nf-weblog'),
    request: { body },
  });
  app.openapi(weblog, async (c) => {
    const message = c.req.valid('json') as Body;
    assertOwn(c, message['runName']);
    await takeTrace(world, c.var.driver, weblogNews(message));
    return answer(c, services);
  });
}
