/** The tasks of a Nextflow run, and what Nextflow tells of the run as a whole. */
import { createRoute, z } from '@hono/zod-openapi';
import { KIB } from '../../../core/limits.ts';
import { LABEL_CHARS_MAX } from '../../../core/request-limits.ts';
import { TASK_STATUSES } from '../../../core/tasks/status.ts';
import { TaskDetail, TaskPage, TaskStatus, TraceView } from '../../../core/tasks/task.ts';
import { readTaskLog } from '../../../engine/commands/runs/task-log.ts';
import { getTask, listTasks, traceOf } from '../../../engine/queries/tasks.ts';
import { KEPT_BYTES_MAX, KEPT_LOGS_MAX } from '../../../engine/store/tasks/task-logs.ts';
import { answer } from '../../http/json-answer.ts';
import { linkNext, several, wholeNumber } from '../../http/query.ts';
import { json, routeOptions } from '../../http/route-options.ts';
import { headers } from '../../openapi/answers.ts';
import type { Api, Services } from '../../services.ts';
import { RunPath, runIdOf } from '../runs.ts';

const TEXT = 'text/plain';
const LIST_DEFAULT = 100;
/** A page of so many tasks is about half a megabyte. */
const LIST_MAX = 500;
/** Longer than any process name, id or cursor. */
const TEXT_CHARS_MAX = 300;

const TasksQuery = z.strictObject({
  status: several(TaskStatus, TASK_STATUSES.length).optional().meta({
    description: 'Tasks with one of these: `failed,running`, or the parameter several times.',
  }),
  process: z.string().min(1).max(TEXT_CHARS_MAX).optional().meta({
    description: 'Tasks of this process, by its whole name.',
  }),
  q: z.string().min(1).max(LABEL_CHARS_MAX).optional().meta({
    description: 'Tasks whose name, tag or hash has this text somewhere, in any case.',
  }),
  limit: wholeNumber(1, LIST_MAX).default(LIST_DEFAULT),
  cursor: z.string().max(TEXT_CHARS_MAX).optional().meta({
    description: '`next_cursor` of the page before.',
  }),
});

/** A path with a task in it. */
export const TaskPath = RunPath.extend({
  task_id: z.string().min(1).max(TEXT_CHARS_MAX).meta({
    description: 'Id of the task, or its hash with a hyphen: `ab-cdef12`.',
  }),
});

function listRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/tasks',
    operationId: 'listTasks',
    summary: 'List the tasks of a run',
    description:
      'In the order of their numbers, as they are known now; once the run is over, tasks whose end was not told are `succeeded` where it succeeded, else `aborted`. All filters hold together. With a filter that few match a page may be short, or empty: follow `next_cursor` until it is null. Runs of other kinds than Nextflow have none.',
    tags: ['Runs'],
    ...routeOptions(services, 'read', { refuses: ['not_found', 'gone', 'invalid'] }),
    request: { params: RunPath, query: TasksQuery },
    responses: {
      200: { description: 'The tasks.', headers: headers('Link'), content: json(TaskPage) },
    },
  });
  app.openapi(route, async (c) => {
    const { status, process, q, limit, cursor } = c.req.valid('query');
    const page = await listTasks(
      services.world,
      c.var.caller.domain,
      runIdOf(c.req.valid('param')),
      {
        limit,
        ...(status !== undefined && { statuses: status }),
        ...(process !== undefined && { process }),
        ...(q !== undefined && { search: q }),
        ...(cursor !== undefined && { cursor }),
      },
    );
    linkNext(c, 'cursor', page.next_cursor);
    return answer(c, page, 200);
  });
}

function getRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/tasks/{task_id}',
    operationId: 'getTask',
    summary: 'Read a task of a run',
    description:
      'With its script as Nextflow sent it. Its environment is never stored, since it may hold secrets.',
    tags: ['Runs'],
    ...routeOptions(services, 'read', { refuses: ['not_found', 'gone'] }),
    request: { params: TaskPath, query: z.strictObject({}) },
    responses: { 200: { description: 'The task.', content: json(TaskDetail) } },
  });
  app.openapi(route, async (c) => {
    const { task_id, ...path } = c.req.valid('param');
    const { domain } = c.var.caller;
    return answer(c, await getTask(services.world, domain, runIdOf(path), task_id), 200);
  });
}

function logRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/tasks/{task_id}/log',
    operationId: 'readTaskLog',
    summary: 'Read what a task printed',
    description: `The end of it, ${KEPT_BYTES_MAX / KIB} KiB at most: from the pod of the task while that is there, which goes some seconds after a script that ended with 0, and after the run else. Of tasks that failed, ${KEPT_LOGS_MAX} of a run, it is kept after that. Else it is read from \`.command.log\` in the work folder of the task, by a short-lived Job, as files of the run are: that takes some seconds. 404 \`log_gone\` where there is none, with the path that it had.`,
    tags: ['Runs'],
    ...routeOptions(services, 'read', {
      produces: [TEXT],
      refuses: ['not_found', 'log_gone', 'gone', 'files_unavailable'],
    }),
    request: { params: TaskPath, query: z.strictObject({}) },
    responses: { 200: { description: 'The log.', content: { [TEXT]: { schema: z.string() } } } },
  });
  app.openapi(route, async (c) => {
    const { task_id, ...path } = c.req.valid('param');
    const { domain } = c.var.caller;
    const bytes = await readTaskLog(services.world, domain, runIdOf(path), task_id);
    const headers = { 'content-type': `${TEXT}; charset=utf-8` };
    return new Response(new Uint8Array(bytes), { headers }) as never;
  });
}

function traceRoute(app: Api, services: Services): void {
  const route = createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/trace',
    operationId: 'readTrace',
    summary: 'Read what Nextflow tells of a run',
    description:
      'Versions, commit, processes and what their tasks used, the graph of processes where Nextflow sends it, and an estimate of the time that remains. Where Nextflow sends no metrics, they are computed of the first 5,000 tasks.',
    tags: ['Runs'],
    ...routeOptions(services, 'read', { refuses: ['not_found', 'gone'] }),
    request: { params: RunPath, query: z.strictObject({}) },
    responses: { 200: { description: 'What is known.', content: json(TraceView) } },
  });
  app.openapi(route, async (c) => {
    const runId = runIdOf(c.req.valid('param'));
    return answer(c, await traceOf(services.world, c.var.caller.domain, runId), 200);
  });
}

export function taskRoutes(app: Api, services: Services): void {
  listRoute(app, services);
  getRoute(app, services);
  logRoute(app, services);
  traceRoute(app, services);
}
