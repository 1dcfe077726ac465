/** Kubernetes as a platform: each run is a Job on the cluster of its target. */
import { newRunId } from '../../../core/names.ts';
import { buildJob, driverOf } from '../../../core/runs/build-manifest.ts';
import type { Platform } from '../executor.ts';
import { checkTarget } from './check-target.ts';
import { shownTraceAccess } from './context.ts';
import { KubernetesExecutor } from './executor.ts';
import { readFiles } from './files/reader.ts';
import { Follower } from './follow/follower.ts';
import { taskLog } from './tasks/keep-logs.ts';

/** In the place of the id that a run would get. */
const NO_RUN = newRunId(0, new Uint8Array(4));
const input = { run_id: NO_RUN, attempt: 1, name: NO_RUN, nonce: '0' };

export const kubernetes: Platform = {
  check(domain, launch, target) {
    buildJob({ ...input, domain, launch, target });
  },
  preview: (world, domain, launch, target) =>
    driverOf({ ...input, domain, launch, target, trace: shownTraceAccess(world, launch) }),
  checkTarget,
  taskLog,
  readFiles,
  executor: (context) => new KubernetesExecutor(context),
  follow: (world, following) => new Follower(world, following).run(),
};
