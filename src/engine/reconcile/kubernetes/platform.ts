/** Kubernetes as a platform: each run is a Job on the cluster of its target. */
import { newRunId } from '../../../core/names.ts';
import { buildJob } from '../../../core/runs/build-manifest.ts';
import type { Platform } from '../executor.ts';
import { KubernetesExecutor } from './executor.ts';
import { Follower } from './follow/follower.ts';

export const kubernetes: Platform = {
  check(domain, launch, target) {
    const run_id = newRunId(0, new Uint8Array(4));
    buildJob({ run_id, domain, attempt: 1, name: run_id, nonce: '0', launch, target });
  },
  executor: (context) => new KubernetesExecutor(context),
  follow: (world, following) => new Follower(world, following).run(),
};
