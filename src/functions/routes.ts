/**
 * The HTTP functions: one for each path, so that the portal, its metrics and its scaling speak of
 * routes, and one for all the rest. The host takes the first function, by name, whose route and
 * method fit; it answers a wrong method with a bare 404. So the last one, for every method, leads
 * to the same app, and the 404, 405 and CORS preflights are ours.
 */
import type { HttpMethod } from '@azure/functions';

export type Route = {
  readonly name: string;
  readonly route: string;
  readonly methods: readonly HttpMethod[];
};

const ALL_METHODS: readonly HttpMethod[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
];

const route = (name: string, path: string, ...methods: HttpMethod[]): Route => ({
  name,
  route: path,
  methods,
});

export const ROUTES: readonly Route[] = [
  route('docs', 'docs', 'GET'),
  route('docs-file', 'docs/{file}', 'GET'),
  route('domain-policy', 'api/v1/domains/{name}/policy', 'GET', 'PUT'),
  route('health', 'health', 'GET'),
  route('health-live', 'health/live', 'GET'),
  route('health-ready', 'health/ready', 'GET'),
  route('healthz', 'healthz', 'GET'),
  route('lane', 'api/v1/lanes/{name}', 'GET', 'PUT', 'DELETE'),
  route('lanes', 'api/v1/lanes', 'GET'),
  route('legacy-active', 'api/v1/pipeline/active', 'GET'),
  route('legacy-cancel', 'api/v1/pipeline/cancel', 'DELETE'),
  route('legacy-history', 'api/v1/pipeline/history', 'GET'),
  route('legacy-run', 'api/v1/pipeline/run', 'POST'),
  route('legacy-status', 'api/v1/pipeline/status', 'GET'),
  route('legacy-stream', 'api/v1/pipeline/stream', 'GET'),
  route('metrics', 'metrics', 'GET'),
  route('negotiate', 'api/v1/negotiate', 'POST'),
  route('openapi', 'openapi.json', 'GET'),
  route('pipeline', 'api/v1/pipelines/{name}', 'GET', 'PUT', 'DELETE'),
  route('pipeline-version', 'api/v1/pipelines/{name}/versions/{version}', 'GET'),
  route('pipeline-versions', 'api/v1/pipelines/{name}/versions', 'GET'),
  route('pipelines', 'api/v1/pipelines', 'GET', 'POST'),
  route('run', 'api/v1/runs/{run_id}', 'GET'),
  route('run-cancel', 'api/v1/runs/{run_id}/cancel', 'POST'),
  route('run-confirm-gone', 'api/v1/runs/{run_id}/confirm-gone', 'POST'),
  route('run-events', 'api/v1/runs/{run_id}/events', 'GET'),
  route('run-log', 'api/v1/runs/{run_id}/log', 'GET'),
  route('runs', 'api/v1/runs', 'GET', 'POST'),
  route('target', 'api/v1/targets/{name}', 'GET', 'PUT', 'DELETE'),
  route('targets', 'api/v1/targets', 'GET', 'POST'),
  route('token', 'api/v1/tokens/{id}', 'GET', 'DELETE'),
  route('token-rotate', 'api/v1/tokens/{id}/rotate', 'POST'),
  route('tokens', 'api/v1/tokens', 'GET', 'POST'),
  route('whoami', 'api/v1/whoami', 'GET'),
  { name: 'zz-any', route: '{*path}', methods: ALL_METHODS },
];
