/** A driver that is evicted on a real cluster, and takes it with good grace. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '../../src/core/runs/failure-reason.ts';
import { observe } from '../../src/core/runs/observe.ts';
import type { Run } from '../../src/core/runs/run.ts';
import { createWhole, scriptJob, until } from '../adapters/kubernetes/support/cluster-fixture.ts';
import { kubeconfig, type Lab, openLab } from './support/lab.ts';

describe.skipIf(kubeconfig === '')('a real cluster', { timeout: 120_000 }, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab('sluice-interrupted');
  });
  afterAll(() => lab.remove());

  test('says of a driver that was evicted and ended with 0 that it was evicted', async () => {
    const cluster = lab.controller();
    const script = "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done";
    const job = await createWhole(cluster, scriptJob(lab.target, script));
    await cluster.unsuspend(job);
    const runId = job.run_id ?? '';
    const running = await until('the driver runs', async () => {
      const { pods } = await cluster.list(runId);
      return pods[0]?.containers[0]?.state === 'running' && pods[0];
    });
    const { namespace } = lab;
    await lab.core.createNamespacedPodEviction({
      name: running.name,
      namespace,
      body: { metadata: { name: running.name, namespace } },
    });
    const run = {
      run_id: runId,
      job_name: job.name,
      job_uid: job.uid,
      driver_uids: [],
    } as unknown as Run;
    const outcome = await until('the driver is over', async () => {
      const seen = observe(run, await cluster.list(runId));
      return seen.clusterState === 'exited' && outcomeOf('container', seen);
    });
    expect(outcome).toMatchObject({ exit_code: 0, reason: { code: 'drained' } });
  });
});
