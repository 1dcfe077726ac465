import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { PATIENCE } from './test/support/patience.ts';

const project = (name: string, include: string[], seconds: number, groupOrder = 0) => ({
  test: {
    name,
    include,
    // No measure of anything: longer than a busy machine needs.
    testTimeout: seconds * 1000,
    expect: { poll: PATIENCE },
    hookTimeout: 120_000,
    // CI runs beside others on its machine: a test that needs real time may lose it once. A bug fails again.
    retry: process.env['CI'] ? 2 : 0,
    // Files run in processes of their own: the Functions library caches its host per process.
    pool: 'forks' as const,
    // Web PubSub keeps no order between messages that are published at the same time: nobody may rely on one.
    env: { WEB_PUBSUB_REORDER: 'true' },
    sequence: { groupOrder },
  },
});

/** It waits eleven minutes for real time to pass: begun last, the rest of the machine would wait for it. */
const LONGEST = 'silent-driver.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LONGEST);
    return [...sorted.filter(isLongest), ...sorted.filter((each) => !isLongest(each))];
  }
}

const report = process.env['TEST_REPORT'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // TEST_REPORT names a file for the results as JSON, beside what is printed.
    reporters: report ? ['default', 'json'] : ['default'],
    ...(report && { outputFile: { json: report } }),
    projects: [
      project(
        'unit',
        [
          'test/*.test.ts',
          'test/{core,engine,api,client,cli,functions,adapters,emulators,standalone,infra,page}/**/*.test.ts',
        ],
        120,
      ),
      project('e2e', ['test/{e2e,crash}/**/*.test.ts'], 300),
      project(
        'cluster',
        ['test/cluster/*.test.ts', 'test/cluster/{access,nextflow}/*.test.ts'],
        300,
      ),
      // They stop parts of the cluster: when the others are done.
      project('cluster-alone', ['test/cluster/alone/*.test.ts'], 300, 1),
    ],
  },
});
