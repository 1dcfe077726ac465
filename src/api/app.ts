/** The HTTP API: one Hono app, free of Azure and Node. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { AppError } from '../core/errors.ts';
import { VERSION } from '../core/names.ts';
import { createAuthenticator } from '../engine/access/authenticator.ts';
import type { World } from '../ports/world.ts';
import { signInRoutes } from './access/sign-in.ts';
import { audited } from './audit.ts';
import { createGuard } from './http/access.ts';
import { drainBody } from './http/body.ts';
import { correlate, crossOrigin, refuseOtherMethods, secure } from './http/edge.ts';
import { createErrorHandler, invalidRequest, problemResponse } from './http/problem.ts';
import { watchStorage } from './http/storage.ts';
import { pipelineRoutes } from './legacy/pipeline.ts';
import { describe } from './openapi/openapi.ts';
import { auditRoutes } from './routes/audit.ts';
import { catalogueRoutes } from './routes/catalogue/entries.ts';
import { policyRoutes } from './routes/catalogue/policies.ts';
import { targetCheckRoute } from './routes/catalogue/target-check.ts';
import { versionRoutes } from './routes/catalogue/versions.ts';
import { domainRoutes } from './routes/domains.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { laneRoutes } from './routes/lanes.ts';
import { logRoutes } from './routes/log.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { negotiateRoutes } from './routes/negotiate.ts';
import { docsRoutes } from './routes/pages/docs.ts';
import { pageRoutes } from './routes/pages/page.ts';
import { againRoutes } from './routes/runs/again.ts';
import { runDeletionRoutes } from './routes/runs/deletion.ts';
import { fileRoutes } from './routes/runs/files.ts';
import { patchRoute } from './routes/runs/patch.ts';
import { taskRoutes } from './routes/runs/tasks.ts';
import { runRoutes } from './routes/runs.ts';
import { tokenRoutes } from './routes/tokens.ts';
import type { Api, ApiEnv, ApiSettings, Services } from './services.ts';

export type { ApiSettings } from './services.ts';

function register(app: Api, services: Services): void {
  for (const routes of [
    runRoutes,
    againRoutes,
    runDeletionRoutes,
    patchRoute,
    eventRoutes,
    logRoutes,
    fileRoutes,
    taskRoutes,
    laneRoutes,
    negotiateRoutes,
    catalogueRoutes,
    versionRoutes,
    targetCheckRoute,
    policyRoutes,
    tokenRoutes,
    domainRoutes,
    auditRoutes,
    signInRoutes,
    ingestRoutes,
    pipelineRoutes,
    healthRoutes,
    metricsRoutes,
  ]) {
    routes(app, services);
  }
}

/** The OpenAPI 3.1 document of the routes, as JSON. */
export function openApi(app: Api): Readonly<Record<string, unknown>> {
  return describe(app.openAPIRegistry.definitions, VERSION);
}

/** Builds the app; it holds the token cache and the rate limits of this instance. */
export function createApi(outside: World, settings: ApiSettings): Hono<ApiEnv> {
  const { world, isStorageFault } = watchStorage(outside);
  const tokens = createAuthenticator(world, settings.adminToken, settings.signIn);
  const guard = createGuard(world, settings, tokens);
  const app: Api = new OpenAPIHono<ApiEnv>({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result);
    },
  });
  app.onError(createErrorHandler(isStorageFault));
  app.notFound((c) => {
    const refusal = new AppError('not_found', 'There is nothing at this address.');
    return problemResponse(refusal, c.var.requestId);
  });
  app.use(correlate(world), secure, drainBody(world), crossOrigin(settings), audited(world, app));
  register(app, { world, settings, tokens, guard });
  docsRoutes(app, world, settings, () => openApi(app));
  pageRoutes(app, world, settings);
  refuseOtherMethods(app);
  return app;
}
