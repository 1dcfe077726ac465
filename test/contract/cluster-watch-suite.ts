/** What the Cluster port promises of the watch on a run's pods, for every implementation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PodView } from '../../src/core/observation.ts';
import { Bench, type ClusterFixture, newId } from './cluster-fixture.ts';

const stateOf = (pods: readonly PodView[]): string | undefined =>
  pods[0]?.containers.find((container) => container.kind === 'main')?.state;

export function clusterWatchSuite(name: string, make: () => Promise<ClusterFixture>): void {
  describe(`${name}: watch`, { timeout: 90_000 }, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await make());
    }, 60_000);
    afterAll(() => bench.close(), 60_000);

    test('tells of a driver from its start to its end, and of no other run', async () => {
      const job = await bench.start(bench.script('sleep 2; exit 3'));
      await bench.start(bench.script('true'));
      const stop = new AbortController();
      const states: string[] = [];
      for await (const pods of bench.cluster.watchPods(job.run_id, stop.signal)) {
        expect(pods.every((pod) => pod.run_id === job.run_id && pod.role === 'driver')).toBe(true);
        const state = stateOf(pods);
        if (state !== undefined && state !== states.at(-1)) states.push(state);
        if (state === 'terminated') {
          expect(pods[0]?.containers[0]).toMatchObject({
            exit_code: 3,
            finished_at: expect.stringMatching(/Z$/),
          });
          stop.abort();
        }
      }
      expect(states.slice(-2)).toEqual(['running', 'terminated']);
    });

    test('a quiet watch ends at once when it is aborted', async () => {
      const stop = new AbortController();
      const told: unknown[] = [];
      const watching = (async () => {
        for await (const pods of bench.cluster.watchPods(newId(), stop.signal)) told.push(pods);
      })();
      await bench.cluster.list(newId());
      stop.abort();
      await watching;
      expect(told).toEqual([]);
    });
  });
}
