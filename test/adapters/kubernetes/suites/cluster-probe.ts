/** What the Cluster port promises of questions that change nothing, for every implementation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ClusterError } from '../../../../src/ports/cluster.ts';
import { Bench, type ClusterFixture } from '../support/cluster-fixture.ts';

const codeOf = (error: unknown): unknown => (error instanceof ClusterError ? error.code : error);

export function clusterProbeSuite(name: string, make: () => Promise<ClusterFixture>): void {
  describe(`${name}: questions`, { timeout: 90_000 }, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await make());
    }, 60_000);
    afterAll(() => bench.close(), 60_000);

    test('it tells its version, and what the credentials may do', async () => {
      const { probe } = bench.cluster;
      expect(await probe.version()).toMatch(/^v1\.\d+/);
      expect(await probe.allows({ group: 'batch', resource: 'jobs', verb: 'create' })).toBe(true);
      expect(await probe.allows({ group: '', resource: 'pods/log', verb: 'get' })).toBe(true);
    });

    test('it checks a Job without making it', async () => {
      await bench.cluster.probe.tryJob();
      const { jobs } = await bench.cluster.list();
      expect(jobs.filter(({ name: job }) => job.startsWith('sluice-check'))).toEqual([]);
    });

    test('it tells what is not there, or that it may not be looked at', async () => {
      const secret = { kind: 'Secret', name: 'not-there' } as const;
      const looked = await bench.cluster.probe.has(secret).catch(codeOf);
      expect([false, 'denied']).toContain(looked);
    });
  });
}
