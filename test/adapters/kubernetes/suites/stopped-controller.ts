/**
 * A place is given on while the controller of Jobs is stopped, and later it goes on: no process of the first run
 * may start then. The engine with state in memory; API server, kubelet and controllers of the cluster under test.
 */
import { BatchV1Api, CoreV1Api, type KubeConfig, type V1Job } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Target } from '../../../../src/core/kinds/target.ts';
import { cancelRun } from '../../../../src/engine/commands/cancel.ts';
import { submitRun } from '../../../../src/engine/commands/submit.ts';
import { openLog } from '../../../../src/engine/queries/log.ts';
import { getRun } from '../../../../src/engine/queries/runs.ts';
import type { Cluster } from '../../../../src/ports/cluster.ts';
import type { World } from '../../../../src/ports/world.ts';
import { PATIENCE } from '../../../support/patience.ts';
import { realClock, realWorld } from '../../../support/real-world.ts';
import { request, tickUntil } from '../../../support/world.ts';
import { text, until } from '../support/cluster-fixture.ts';

export type TestCluster = {
  /** With the controller's rights. */
  readonly cluster: Cluster;
  readonly target: Target;
  /** With the rights of an administrator. */
  readonly config: KubeConfig;
  readonly image: string;
  holdControllers(hold: boolean): void;
  close(): Promise<void>;
};

const domain = 'default';

/** The pod that a controller makes which does not know yet that the Job is gone. */
const latePod = ({ metadata, spec }: V1Job) => ({
  metadata: {
    labels: spec?.template.metadata?.labels ?? {},
    generateName: `${metadata?.name}-`,
    finalizers: ['batch.kubernetes.io/job-tracking'],
    ownerReferences: [
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        name: metadata?.name ?? '',
        uid: metadata?.uid ?? '',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  },
  spec: spec?.template.spec ?? { containers: [] },
});

export function stoppedControllerSuite(name: string, make: () => Promise<TestCluster>): void {
  describe(`${name}: a stopped controller`, { timeout: 120_000 }, () => {
    let testCluster: TestCluster;
    let batch: BatchV1Api;
    let core: CoreV1Api;
    beforeAll(async () => {
      testCluster = await make();
      batch = testCluster.config.makeApiClient(BatchV1Api);
      core = testCluster.config.makeApiClient(CoreV1Api);
    });
    afterAll(async () => {
      testCluster.holdControllers(false);
      await testCluster.close();
    });

    const shell = (script: string, change: object = {}) =>
      request({
        container: {
          image: testCluster.image,
          command: ['sh', '-c', script],
          resources: { cpu: '10m', memory: '32Mi' },
        },
        ...change,
      });

    /** When a container of the run started, for all that its pods ever show until the signal. */
    function startsOf(runId: string, signal: AbortSignal): Set<string> {
      const starts = new Set<string>();
      void (async () => {
        while (!signal.aborted) {
          try {
            // Of a container that never ran a kubelet says `terminated` once its pod is deleted.
            for await (const pods of testCluster.cluster.watchPods(runId, signal))
              for (const { state, started_at } of pods.flatMap((pod) => pod.containers))
                if (state === 'running' || started_at !== null)
                  starts.add(`${state} ${started_at}`);
          } catch {
            // Opened again.
          }
        }
      })();
      return starts;
    }

    /** Stops the controller when it knows the Job, suspended as it is, and is about to hear that it may run. */
    async function stoppedWorld() {
      const jobs: V1Job[] = [];
      const { namespace } = testCluster.target;
      const unsuspend: Cluster['unsuspend'] = async (job) => {
        if (jobs.length === 0)
          jobs.push(
            await until('the controller has seen the Job', async () => {
              const found = await batch.readNamespacedJob({ namespace, name: job.name });
              return found.status?.conditions?.some(({ type }) => type === 'Suspended') && found;
            }),
          );
        testCluster.holdControllers(true);
        await testCluster.cluster.unsuspend(job);
      };
      const cluster = new Proxy(testCluster.cluster, {
        get(real, key: keyof Cluster) {
          const value: unknown = key === 'unsuspend' ? unsuspend : real[key];
          return typeof value === 'function' ? value.bind(real) : value;
        },
      });
      return { world: await realWorld(cluster, testCluster.target), jobs };
    }

    test.each<[string, object, string, (world: World, id: string, job: V1Job) => Promise<unknown>]>(
      [
        ['cancelled', {}, 'cancelled', (world, runId) => cancelRun(world, { domain, runId })],
        ['overdue', { deadline_seconds: 2 }, 'failed', async () => undefined],
        [
          'whose Job somebody deleted',
          {},
          'failed',
          (_world, _id, { metadata }) =>
            batch.deleteNamespacedJob({
              namespace: testCluster.target.namespace,
              name: metadata?.name ?? '',
              propagationPolicy: 'Background',
            }),
        ],
      ],
    )(
      'no process of a run %s starts after its place was given on',
      async (_what, change, end, act) => {
        const { world, jobs } = await stoppedWorld();
        const state = async (id: string) => (await getRun(world, domain, id)).state;
        const first = await submitRun(world, {
          domain,
          request: shell('echo alive; sleep 60', change),
        });
        const stop = new AbortController();
        const starts = startsOf(first.run.run_id, stop.signal);
        const second = await submitRun(world, { domain, request: shell('echo second') });
        // The answer may come before the Job is let go.
        const job = await vi.waitUntil(() => jobs[0], PATIENCE);
        expect([await state(first.run.run_id), second.run.state]).toEqual(['starting', 'queued']);

        await act(world, first.run.run_id, job);
        await tickUntil(world, realClock, async () => (await state(first.run.run_id)) === end);
        await tickUntil(
          world,
          realClock,
          async () => (await state(second.run.run_id)) === 'starting',
        );

        const { namespace } = testCluster.target;
        const late = await core.createNamespacedPod({ namespace, body: latePod(job) });
        const pod = late.metadata?.name ?? '';
        await until('the kubelet has tried to start it', async () => {
          const events = await testCluster.cluster.events('Pod', pod);
          return events.some(({ reason }) => reason === 'FailedMount');
        });
        testCluster.holdControllers(false);
        await tickUntil(
          world,
          realClock,
          async () => (await state(second.run.run_id)) === 'succeeded',
        );
        await until('nothing of the first is left', async () => {
          const { jobs: left, pods } = await testCluster.cluster.list(first.run.run_id);
          return left.length === 0 && pods.length === 0;
        });
        stop.abort();
        expect([...starts]).toEqual([]);
        const log = await openLog(world, domain, second.run.run_id, { timestamps: false });
        expect(await text(log.chunks)).toBe('second\n');
      },
    );
  });
}
