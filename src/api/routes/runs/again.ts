/** Starting a run again: continuing it in its session, or repeating it from the start. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { plainJson } from '../../../core/json/text.ts';
import { DryRunView } from '../../../core/runs/dry-run.ts';
import { RunEdits, RunRequest } from '../../../core/runs/request.ts';
import type { Origin } from '../../../core/runs/run.ts';
import { type Again, requestAgain } from '../../../engine/commands/runs/again.ts';
import { replayRun, submitRun } from '../../../engine/commands/submit.ts';
import type { World } from '../../../ports/world.ts';
import { startedBy } from '../../http/access.ts';
import { fieldErrors, invalidFields } from '../../http/problem.ts';
import { json, OPTIONAL, routeOptions } from '../../http/route-options.ts';
import { headers, LOCATION_OR_NONE } from '../../openapi/answers.ts';
import type { Api, ApiEnv, Services } from '../../services.ts';
import {
  answerStart,
  IdempotencyKey,
  REFUSED_STARTS,
  RunPath,
  runIdOf,
  StartAnswer,
  StartQuery,
} from '../runs.ts';
import { answerDryRun, isDryRun } from './dry-run.ts';

const WORDS = {
  resume: {
    operationId: 'resumeRun',
    summary: 'Resume a run',
    description:
      'Starts a new run that continues this one, which has to be over, in its Nextflow session and launch folder: tasks that it has completed are cached. The request is that of this run with what the body changes; `origin` tells where the new run comes from. A session is with one run at a time: 409 `session_busy` names the run that has it. The driver starts when no task pod of the last one is left. 409 `not_resumable` tells why nothing is left to continue: another kind than Nextflow, a run that never started, another work volume, an entry of the catalogue that was deleted since or is of another kind now.',
  },
  rerun: {
    operationId: 'rerunRun',
    summary: 'Start a run again from the start',
    description:
      'Starts a new run by the request of this one, which may be live, with what the body changes; `origin` tells where it comes from. Who was named in `triggered_by` is not named again, and `attach` becomes `queue`.',
  },
} as const;

function againRoute(app: Api, services: Services, how: Origin['how']): void {
  const route = createRoute({
    method: 'post',
    path: `/api/v1/runs/{run_id}/${how}`,
    ...WORDS[how],
    tags: ['Runs'],
    ...routeOptions(services, 'launch', {
      body: OPTIONAL,
      refuses: [
        'not_found',
        'gone',
        ...REFUSED_STARTS,
        ...(how === 'resume' ? (['session_busy', 'not_resumable'] as const) : []),
      ],
    }),
    request: {
      params: RunPath,
      query: StartQuery,
      headers: z.object({ 'idempotency-key': IdempotencyKey }),
      body: { required: false, content: json(RunEdits) },
    },
    responses: {
      201: {
        description: 'The new run was taken in; `Location` says where it is.',
        headers: headers('Location'),
        content: json(StartAnswer),
      },
      200: {
        description: 'Replayed by its key; with `dry_run` what would run.',
        headers: { ...LOCATION_OR_NONE, ...headers('Idempotency-Replayed') },
        content: json(z.union([StartAnswer, DryRunView])),
      },
    },
  });
  app.openapi(route, async (c) => {
    const runId = runIdOf(c.req.valid('param'));
    const { domain } = c.var.caller;
    return startAgain(services.world, c, { domain, runId, how, edits: c.var.sent });
  });
}

async function startAgain(world: World, c: Context<ApiEnv>, again: Again) {
  const { domain, runId, how, edits } = again;
  const key = c.req.header('idempotency-key');
  const isKeyed = key !== undefined && !isDryRun(c);
  const idempotency = isKeyed ? { key, body: { how, run_id: runId, edits } } : undefined;
  // Also where that run was deleted since.
  const replayed = idempotency && (await replayRun(world, domain, idempotency));
  if (replayed) return answerStart(c, replayed);
  const sent = await requestAgain(world, again);
  const parsed = RunRequest.safeParse(plainJson(sent));
  if (!parsed.success) throw invalidFields(fieldErrors(parsed.error.issues));
  const request = parsed.data;
  if (isDryRun(c)) return answerDryRun(world, c, request, sent);
  const submitted = await submitRun(world, {
    domain,
    request,
    sent,
    ...startedBy(c, 'created'),
    ...(idempotency && { idempotency }),
  });
  return answerStart(c, submitted);
}

export function againRoutes(app: Api, services: Services): void {
  againRoute(app, services, 'resume');
  againRoute(app, services, 'rerun');
}
