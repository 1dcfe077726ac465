/**
 * Examples of the OpenAPI document, by operationId. Each works unchanged on the stack of `npm start` (a test sends
 * them), so that the page can be tried with one click.
 */
import type { z } from '@hono/zod-openapi';
import type { Policy } from '../../core/access/policy.ts';
import type { Pipeline } from '../../core/catalogue/entry.ts';
import type { Target } from '../../core/kinds/target.ts';
import type { RunRequest } from '../../core/runs/request.ts';

const run: z.input<typeof RunRequest> = { pipeline: 'hello', labels: { sample: 'S1' } };
const pipeline: z.input<typeof Pipeline> = {
  name: 'count',
  description: 'Counts to three.',
  container: {
    image: 'busybox:1.37',
    command: ['sh', '-c'],
    args: ['for i in 1 2 3; do echo $i; done'],
  },
};
const target: z.input<typeof Target> = { name: 'large', resources: { cpu: '2', memory: '4Gi' } };
const policy: z.input<typeof Policy> = {
  catalogue_only: false,
  lanes: 'any',
  images: null,
  repositories: ['github.com/nf-core/*'],
};

/** Bodies. */
const task = {
  taskId: 1,
  status: 'COMPLETED',
  hash: 'ab/cdef12',
  name: 'ALIGN (one)',
  process: 'ALIGN',
  exit: 0,
};

export const EXAMPLES: Readonly<Record<string, unknown>> = {
  startRun: run,
  cancelRun: { reason: 'Wrong samples' },
  resumeRun: { labels: { again: 'yes' } },
  rerunRun: { params: { sample: 'S2' }, labels: { again: 'yes' } },
  patchRun: { labels: { batch: '7', sample: null } },
  holdRun: { hold: true, reason: 'Needed for the audit of 2026' },
  confirmRunGone: { reason: 'The cluster was deleted' },
  putLane: { capacity: 2 },
  negotiate: {},
  ingestCreate: { runName: 'r01jqk3v9x2abcde', workflowId: 'r01jqk3v9x2abcde' },
  ingestBegin: { workflow: { revision: 'main' }, processNames: ['ALIGN'] },
  ingestProgress: { tasks: [task], progress: { succeeded: 1 } },
  ingestHeartbeat: { progress: { running: 1 } },
  ingestComplete: { workflow: { success: true, exitStatus: 0 }, metrics: [] },
  ingestWorkflow: { schedRunId: '7' },
  ingestWeblog: { runName: 'r01jqk3v9x2abcde', event: 'completed' },
  createPipeline: pipeline,
  changePipeline: pipeline,
  createTarget: target,
  changeTarget: target,
  putPolicy: policy,
  putDomain: { quotas: { live_runs: 50, queued_runs: 500 }, retention: { runs_days: 90 } },
  createToken: { name: 'laptop of Ada', scopes: ['launch'] },
  rotateToken: { overlap_seconds: 86_400 },
  legacyRun: { pipeline: 'hello', parameters: {} },
};

/** Examples of required parameters; ids are those of the caller's own runs and tokens. */
export const PARAMETER_EXAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  readFile: { path: 'reports/report.html' },
  getLane: { name: 'default' },
  putLane: { name: 'night' },
  deleteLane: { name: 'night' },
  getPipeline: { name: 'hello' },
  listPipelineVersions: { name: 'hello' },
  getPipelineVersion: { name: 'hello', version: 1 },
  changePipeline: { name: 'count' },
  deletePipeline: { name: 'count' },
  getTarget: { name: 'default' },
  changeTarget: { name: 'large' },
  checkTarget: { name: 'default' },
  deleteTarget: { name: 'large' },
  getPolicy: { name: 'default' },
  putPolicy: { name: 'default' },
  getDomain: { name: 'default' },
  putDomain: { name: 'lab' },
  deleteDomain: { name: 'lab' },
};
