/**
 * What the product relies on in Kubernetes, run against the stand-in and against a real cluster.
 * Where the two differ, the stand-in is wrong.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { Client, type Ground } from './kubernetes-api-client.ts';
import { deletionTests } from './kubernetes-api-deletion.ts';
import { failureTests } from './kubernetes-api-failures.ts';
import { jobTests } from './kubernetes-api-jobs.ts';
import { listTests } from './kubernetes-api-lists.ts';
import { logTests } from './kubernetes-api-logs.ts';
import { podTests } from './kubernetes-api-pods.ts';
import { refusalTests } from './kubernetes-api-refusals.ts';

/** Filled before the first test. */
export type Subject = { client: Client; quota: Client; ground: Ground };

export function kubernetesApiSuite(name: string, open: () => Promise<Ground>): void {
  describe.concurrent(name, () => {
    const subject = {} as Subject;
    beforeAll(async () => {
      subject.ground = await open();
      subject.client = new Client(subject.ground);
      const { config, quotaNamespace: namespace } = subject.ground;
      subject.quota = new Client({ config, namespace });
    });
    afterAll(async () => {
      await subject.client?.close();
      await subject.quota?.close();
      await subject.ground?.close();
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
