/** What the Cluster port promises of the watch on a run's pods, for every implementation. */
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { type JobManifest, TASK_RUN_LABEL } from '../../../../src/core/kubernetes/manifest.ts';
import type { ObservedPod } from '../../../../src/core/kubernetes/observed.ts';
import { type Cluster, ClusterError } from '../../../../src/ports/cluster.ts';
import { Bench, type ClusterFixture, main, newId, until } from '../support/cluster-fixture.ts';

/** Watches until the test ends or `stop` is called; `over` is how the watch itself ended. */
function watch(context: TestContext, cluster: Cluster, runId: string) {
  const abort = new AbortController();
  const told: (readonly ObservedPod[])[] = [];
  const over = (async () => {
    try {
      for await (const pods of cluster.watchPods(runId, abort.signal)) told.push(pods);
      return 'ended';
    } catch (error) {
      return error;
    }
  })();
  const stop = async () => {
    abort.abort();
    return over;
  };
  context.onTestFinished(async () => {
    await stop();
  });
  return { told, over, stop };
}

/** What was told of the first pod, without repetitions. */
const statesOf = (told: readonly (readonly ObservedPod[])[]): string[] =>
  told
    .map(([pod]) => (pod ? (main(pod)?.state ?? 'waiting') : 'none'))
    .filter((state, index, all) => state !== all[index - 1]);

export function clusterWatchSuite(name: string, make: () => Promise<ClusterFixture>): void {
  describe(`${name}: watch`, { concurrent: true, timeout: 90_000 }, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await make());
    }, 60_000);
    afterAll(() => bench.close(), 60_000);

    test('tells of a driver as it waits, runs and ends, and of no other run', async (context) => {
      const job = await bench.create(bench.script('sleep 2; exit 3'));
      const { told, stop } = watch(context, bench.cluster, job.name);
      const other = await bench.start(bench.script('true'));
      await bench.end(other.run_id);
      await bench.cluster.unsuspend(job);
      const last = await until('the end is told', async () => {
        const pod = told.at(-1)?.[0];
        return main(pod)?.state === 'terminated' && pod;
      });
      expect(await stop()).toBe('ended');
      expect(statesOf(told).filter((state) => state !== 'none')).toEqual([
        'waiting',
        'running',
        'terminated',
      ]);
      expect(new Set(told.flat().map(({ run_id, role }) => `${run_id} ${role}`))).toEqual(
        new Set([`${job.name} driver`]),
      );
      expect(main(last)).toMatchObject({ exit_code: 3 });
      // The same view as a list gives: also the times, which come as text in one and parsed in the other.
      const listed = (await bench.pod(job.name))?.containers;
      expect(last.containers).toEqual(listed);
    });

    test('tells at once of what is there already, and of nothing twice', async (context) => {
      const job = await bench.start(bench.script('exec sleep 60'));
      const pod = await bench.running(job.run_id);
      const { told, stop } = watch(context, bench.cluster, job.run_id);
      await until('something is told', async () => told.length > 0);
      expect(told[0]?.map(({ uid }) => uid)).toEqual([pod.uid]);
      expect(main(told[0]?.[0])?.state).toBe('running');
      await stop();
      const texts = told.map((pods) => JSON.stringify(pods));
      expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
    });

    test('tells that a pod is being deleted, and that none is left', async (context) => {
      const job = await bench.start(
        bench.script('trap "exit 0" TERM; while true; do sleep 0.1; done'),
      );
      await bench.running(job.run_id);
      const { told } = watch(context, bench.cluster, job.run_id);
      await until('the pod is told', async () => told.at(-1)?.length === 1);
      await bench.cluster.deleteJob(job);
      await until('the absence is told', async () => told.at(-1)?.length === 0);
      expect(told.some((pods) => pods[0]?.deleting)).toBe(true);
    });

    test('leaves out task pods that carry the label of the run as well', async (context) => {
      const job = await bench.start(bench.script('exec sleep 60'));
      const { told } = watch(context, bench.cluster, job.run_id);
      const task = JSON.parse(
        JSON.stringify(bench.script('true', { run_id: job.run_id, attempt: 2 })),
      ) as JobManifest;
      const template = task.spec['template'] as { metadata: { labels: Record<string, string> } };
      template.metadata.labels[TASK_RUN_LABEL] = job.run_id;
      await bench.start(task);
      await until('the task has ended', async () => {
        const { pods } = await bench.cluster.list(job.run_id);
        return pods.some(({ role, phase }) => role === 'task' && phase === 'Succeeded');
      });
      await until('the driver is told', async () => main(told.at(-1)?.[0])?.state === 'running');
      expect(new Set(told.flat().map(({ role }) => role))).toEqual(new Set(['driver']));
      expect(Math.max(...told.map((pods) => pods.length))).toBe(1);
    });

    test('a quiet watch ends at once when it is aborted, before and after its answer', async (context) => {
      const early = watch(context, bench.cluster, newId());
      expect(await early.stop()).toBe('ended');
      const late = watch(context, bench.cluster, newId());
      await bench.cluster.list(newId());
      expect(await late.stop()).toBe('ended');
      expect([...early.told, ...late.told].flat()).toEqual([]);
    });

    test('leaving a watch ends it', async () => {
      const job = await bench.start(bench.script('exec sleep 60'));
      await bench.running(job.run_id);
      const { signal } = new AbortController();
      for await (const pods of bench.cluster.watchPods(job.run_id, signal)) {
        if (pods.length > 0) break;
      }
      expect(main(await bench.pod(job.run_id))?.state).toBe('running');
    });

    test('a watch whose connection is cut ends or rejects, and another one tells it all again', async (context) => {
      const wire = await bench.fixture.wire?.();
      if (!wire) return context.skip();
      try {
        const job = await bench.start(bench.script('exec sleep 60'));
        const pod = await bench.running(job.run_id);
        const first = watch(context, wire.cluster, job.run_id);
        await until('the pod is told', async () => first.told.at(-1)?.length === 1);
        wire.cut();
        const end = await first.over;
        if (end !== 'ended') {
          expect(end).toBeInstanceOf(ClusterError);
          expect(end).toMatchObject({ code: 'unavailable' });
        }
        const second = watch(context, wire.cluster, job.run_id);
        await until('the pod is told again', async () => second.told.at(-1)?.length === 1);
        expect(second.told.at(-1)?.[0]?.uid).toBe(pod.uid);
        await second.stop();
      } finally {
        await wire.close();
      }
    });
  });
}
