/**
 * What the product relies on in Kubernetes, run against the emulator and against a real cluster.
 * Where the two differ, the emulator is wrong.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { Client, type TestCluster } from './client.ts';
import { deletionTests } from './deletion.ts';
import { failureTests } from './failures.ts';
import { jobTests } from './jobs.ts';
import { listTests } from './lists.ts';
import { logTests } from './logs.ts';
import { podTests } from './pods.ts';
import { refusalTests } from './refusals.ts';

/** Filled before the first test. */
export type Subject = { client: Client; quota: Client; testCluster: TestCluster };

export function kubernetesApiSuite(name: string, open: () => Promise<TestCluster>): void {
  describe.concurrent(name, () => {
    const subject = {} as Subject;
    beforeAll(async () => {
      subject.testCluster = await open();
      subject.client = new Client(subject.testCluster);
      const { config, quotaNamespace: namespace } = subject.testCluster;
      subject.quota = new Client({ config, namespace });
    });
    afterAll(async () => {
      await subject.client?.close();
      await subject.quota?.close();
      await subject.testCluster?.close();
    });
    jobTests(subject);
    deletionTests(subject);
    podTests(subject);
    logTests(subject);
    failureTests(subject);
    listTests(subject);
    refusalTests(subject);
  });
}
