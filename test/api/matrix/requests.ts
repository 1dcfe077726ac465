/**
 * A valid request for each row of the matrix, about things of the domain `default`. What it changes or removes is made before by
 * the admin token, for each caller anew. `n` is another word each time.
 */
import type { Call } from '../support.ts';
import { JOB } from '../support.ts';
import type { Root } from './callers.ts';

type Request = Pick<Call, 'body'> & { readonly path: string };
/** Things that all requests may use and none changes. */
export type Things = {
  readonly runId: string;
  readonly pipeline: string;
  readonly tokenId: string;
};
type Make = (n: string, root: Root, things: Things) => Request | Promise<Request>;

const entry = (name: string) => ({ name, kind: 'container', container: JOB.container });
const target = (name: string) => ({ name });

/** By `operationId`; what comes after a slash tells several rows of one operation apart. */
export const REQUESTS: Readonly<Record<string, Make>> = {
  startRun: (_, __, { pipeline }) => ({ path: '/api/v1/runs', body: { pipeline } }),
  'startRun/dry-run': (_, __, { pipeline }) => ({
    path: '/api/v1/runs?dry_run=true',
    body: { pipeline },
  }),
  'startRun/own-image': (n) => ({ path: '/api/v1/runs', body: { ...JOB, lane: n } }),
  // The run is of a container, which keeps nothing.
  resumeRun: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/resume`, body: {} }),
  rerunRun: async (_, root, { pipeline }) => {
    const { json } = await root('/api/v1/runs', { body: { pipeline } });
    return { path: `/api/v1/runs/${json.run_id}/rerun`, body: {} };
  },
  'rerunRun/own-image': async (n, root) => {
    const { json } = await root('/api/v1/runs', { body: { ...JOB, lane: n } });
    return { path: `/api/v1/runs/${json.run_id}/rerun`, body: {} };
  },
  listRuns: () => ({ path: '/api/v1/runs' }),
  getRun: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}` }),
  cancelRun: async (n, root) => {
    const { json } = await root('/api/v1/runs', { body: { ...JOB, lane: n } });
    return { path: `/api/v1/runs/${json.run_id}/cancel`, body: {} };
  },
  confirmRunGone: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/confirm-gone`, body: {} }),
  patchRun: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}`, body: { labels: { a: 'b' } } }),
  deleteRun: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}` }),
  holdRun: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/hold`, body: { hold: false } }),
  readEvents: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/events` }),
  ingestCreate: () => ({ path: '/api/v1/ingest/trace/create', body: {} }),
  ingestBegin: (_, __, { runId }) => ({ path: `/api/v1/ingest/trace/${runId}/begin`, body: {} }),
  ingestProgress: (_, __, { runId }) => ({
    path: `/api/v1/ingest/trace/${runId}/progress`,
    body: {},
  }),
  ingestHeartbeat: (_, __, { runId }) => ({
    path: `/api/v1/ingest/trace/${runId}/heartbeat`,
    body: {},
  }),
  ingestComplete: (_, __, { runId }) => ({
    path: `/api/v1/ingest/trace/${runId}/complete`,
    body: {},
  }),
  ingestWorkflow: (_, __, { runId }) => ({ path: `/api/v1/ingest/workflow/${runId}`, body: {} }),
  ingestWeblog: () => ({ path: '/api/v1/ingest/weblog', body: {} }),
  readLog: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/log` }),
  listFiles: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/files` }),
  readFile: (_, __, { runId }) => ({
    path: `/api/v1/runs/${runId}/files/content?path=output/nothing`,
  }),
  listTasks: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/tasks` }),
  // A run that is no pipeline has no task: who may read is told so.
  getTask: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/tasks/1` }),
  readTaskLog: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/tasks/1/log` }),
  readTrace: (_, __, { runId }) => ({ path: `/api/v1/runs/${runId}/trace` }),
  listLanes: () => ({ path: '/api/v1/lanes' }),
  getLane: () => ({ path: '/api/v1/lanes/default' }),
  putLane: (n) => ({ path: `/api/v1/lanes/${n}`, body: { capacity: 2 } }),
  deleteLane: async (n, root) => {
    await root(`/api/v1/lanes/${n}`, { method: 'PUT', body: { capacity: 2 } });
    return { path: `/api/v1/lanes/${n}` };
  },
  negotiate: () => ({ path: '/api/v1/negotiate', body: {} }),
  'negotiate/run': (_, __, { runId }) => ({
    path: '/api/v1/negotiate',
    body: { run_ids: [runId] },
  }),
  listPipelines: () => ({ path: '/api/v1/pipelines' }),
  'listPipelines/default': () => ({ path: '/api/v1/pipelines?domain=default' }),
  createPipeline: (n) => ({ path: '/api/v1/pipelines', body: entry(n) }),
  getPipeline: (_, __, { pipeline }) => ({ path: `/api/v1/pipelines/${pipeline}` }),
  changePipeline: async (n, root) => {
    await root('/api/v1/pipelines', { body: entry(n) });
    return { path: `/api/v1/pipelines/${n}`, body: entry(n) };
  },
  deletePipeline: async (n, root) => {
    await root('/api/v1/pipelines', { body: entry(n) });
    return { path: `/api/v1/pipelines/${n}` };
  },
  listPipelineVersions: (_, __, { pipeline }) => ({
    path: `/api/v1/pipelines/${pipeline}/versions`,
  }),
  getPipelineVersion: (_, __, { pipeline }) => ({
    path: `/api/v1/pipelines/${pipeline}/versions/1`,
  }),
  listTargets: () => ({ path: '/api/v1/targets' }),
  createTarget: (n) => ({ path: '/api/v1/targets', body: target(n) }),
  getTarget: () => ({ path: '/api/v1/targets/kept' }),
  checkTarget: () => ({ path: '/api/v1/targets/kept/check' }),
  changeTarget: async (n, root) => {
    await root('/api/v1/targets', { body: target(n) });
    return { path: `/api/v1/targets/${n}`, body: target(n) };
  },
  deleteTarget: async (n, root) => {
    await root('/api/v1/targets', { body: target(n) });
    return { path: `/api/v1/targets/${n}` };
  },
  getPolicy: () => ({ path: '/api/v1/domains/default/policy' }),
  putPolicy: () => ({
    path: '/api/v1/domains/default/policy',
    body: { catalogue_only: false, lanes: 'any' },
  }),
  listDomains: () => ({ path: '/api/v1/domains' }),
  getDomain: () => ({ path: '/api/v1/domains/default' }),
  putDomain: (n) => ({ path: `/api/v1/domains/${n}`, body: {} }),
  'putDomain/own': () => ({ path: '/api/v1/domains/default', body: {} }),
  deleteDomain: async (n, root) => {
    await root(`/api/v1/domains/${n}`, { method: 'PUT', body: {} });
    return { path: `/api/v1/domains/${n}` };
  },
  readAudit: () => ({ path: '/api/v1/audit' }),
  'readAudit/default': () => ({ path: '/api/v1/audit?domain=default' }),
  createToken: () => ({ path: '/api/v1/tokens', body: { name: 'a', scopes: ['read'] } }),
  'createToken/other': () => ({
    path: '/api/v1/tokens',
    body: { name: 'a', scopes: ['read'], domain: 'third' },
  }),
  listTokens: () => ({ path: '/api/v1/tokens' }),
  'listTokens/default': () => ({ path: '/api/v1/tokens?domain=default' }),
  getToken: (_, __, { tokenId }) => ({ path: `/api/v1/tokens/${tokenId}` }),
  revokeToken: async (_, root) => {
    const { json } = await root('/api/v1/tokens', { body: { name: 'a', scopes: ['read'] } });
    return { path: `/api/v1/tokens/${json.id}` };
  },
  rotateToken: async (_, root) => {
    const { json } = await root('/api/v1/tokens', { body: { name: 'a', scopes: ['read'] } });
    return { path: `/api/v1/tokens/${json.id}/rotate` };
  },
  whoami: () => ({ path: '/api/v1/whoami' }),
  signIn: () => ({ path: '/api/v1/auth' }),
  legacyRun: () => ({ path: '/api/v1/pipeline/run', body: { pipeline: 'known' } }),
  legacyStatus: () => ({ path: '/api/v1/pipeline/status' }),
  legacyActive: () => ({ path: '/api/v1/pipeline/active' }),
  legacyCancel: () => ({ path: '/api/v1/pipeline/cancel' }),
  legacyHistory: () => ({ path: '/api/v1/pipeline/history' }),
  legacyStream: () => ({ path: '/api/v1/pipeline/stream' }),
  live: () => ({ path: '/health/live' }),
  ready: () => ({ path: '/health/ready' }),
  health: () => ({ path: '/health' }),
  healthz: () => ({ path: '/healthz' }),
  metrics: () => ({ path: '/metrics' }),
};
