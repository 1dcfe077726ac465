/** Pods with the label of a run that its Job did not make, as a cluster shows them. State is in memory. */

import { BatchV1Api, CoreV1Api, type V1OwnerReference } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RUN_LABEL } from '../../../../src/core/kubernetes/manifest.ts';
import { DRIVER_CONTAINER } from '../../../../src/core/names.ts';
import { cancelRun } from '../../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../../src/engine/commands/submit.ts';
import { openLog } from '../../../../src/engine/queries/log.ts';
import { getRun } from '../../../../src/engine/queries/runs.ts';
import { readRun } from '../../../../src/engine/store/run-store.ts';
import type { World } from '../../../../src/ports/world.ts';
import { realClock, realWorld } from '../../../support/real-world.ts';
import { request, tickUntil } from '../../../support/world.ts';
import { text, until } from '../support/cluster-fixture.ts';
import type { TestCluster } from './stopped-controller.ts';

const domain = 'default';

export function strayPodsSuite(
  name: string,
  make: () => Promise<Omit<TestCluster, 'holdControllers'>>,
): void {
  describe(`${name}: stray pods`, { timeout: 120_000 }, () => {
    let testCluster: Awaited<ReturnType<typeof make>>;
    let world: World;
    let core: CoreV1Api;
    let namespace: string;
    beforeAll(async () => {
      testCluster = await make();
      ({ namespace } = testCluster.target);
      core = testCluster.config.makeApiClient(CoreV1Api);
      world = await realWorld(testCluster.cluster, testCluster.target);
    });
    afterAll(() => testCluster.close());

    const container = (script: string) => ({
      image: testCluster.image,
      command: ['sh', '-c', script],
      resources: { cpu: '10m', memory: '32Mi' },
    });
    async function start(script: string): Promise<string> {
      const { run } = await submitRun(world, {
        domain,
        request: request({ container: container(script) }),
      });
      await reaches(run.run_id, 'running');
      return run.run_id;
    }
    const reaches = (id: string, state: string) =>
      tickUntil(world, realClock, async () => (await getRun(world, domain, id)).state === state);
    async function log(id: string): Promise<string> {
      return text((await openLog(world, domain, id, { timestamps: false })).chunks);
    }

    /** What a driver with the right to make pods can make. */
    const plant = (id: string, script: string, ownerReferences: V1OwnerReference[] = []) =>
      core.createNamespacedPod({
        namespace,
        body: {
          metadata: { generateName: 'forged-', labels: { [RUN_LABEL]: id }, ownerReferences },
          spec: {
            restartPolicy: 'Never',
            terminationGracePeriodSeconds: 1,
            securityContext: { runAsUser: 1000, runAsNonRoot: true },
            containers: [
              { name: DRIVER_CONTAINER, image: testCluster.image, command: ['sh', '-c', script] },
            ],
          },
        },
      });

    test('ends no run, writes no log, and is deleted by a cancel', async () => {
      const id = await start('trap "exit 0" TERM; echo true; while true; do sleep 0.1; done');
      const job = (await readRun(world, id))?.run;
      // Not its controller, whatever it refers to.
      const owner = { apiVersion: 'batch/v1', kind: 'Job' };
      const forged = { ...owner, name: job?.job_name ?? '', uid: job?.job_uid ?? '' };
      await plant(id, 'echo false; exit 0', [forged]);
      await plant(id, 'exec sleep 60');
      await until('one has ended, and one runs', async () => {
        const { pods } = await testCluster.cluster.list(id);
        const phases = pods.filter((pod) => pod.name.startsWith('forged-')).map((pod) => pod.phase);
        return phases.includes('Succeeded') && phases.includes('Running');
      });
      const ticks = { left: 4 };
      await tickUntil(world, realClock, () => ticks.left-- === 0);
      expect((await getRun(world, domain, id)).state).toBe('running');
      await cancelRun(world, { domain, runId: id });
      await reaches(id, 'cancelled');
      const { pods } = await testCluster.cluster.list(id);
      expect(pods.filter(({ phase }) => phase === 'Running')).toEqual([]);
      expect(await log(id)).toBe('true\n');
    });

    test('a driver whose Job was deleted without it goes on, its end counts, and it is cleaned up', async () => {
      const id = await start('echo on; sleep 3; echo off; exit 4');
      await testCluster.config.makeApiClient(BatchV1Api).deleteNamespacedJob({
        namespace,
        name: (await readRun(world, id))?.run.job_name ?? '',
        propagationPolicy: 'Orphan',
      });
      await until(
        'the Job is gone',
        async () => (await testCluster.cluster.list(id)).jobs.length === 0,
      );
      await reaches(id, 'failed');
      expect(await getRun(world, domain, id)).toMatchObject({
        exit_code: 4,
        reason: { code: 'exit_code' },
      });
      expect(await log(id)).toBe('on\noff\n');
      await tickUntil(world, realClock, async () => {
        return (await testCluster.cluster.list(id)).pods.length === 0;
      });
    });
  });
}
