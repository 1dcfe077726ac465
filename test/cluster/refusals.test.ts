/** What a real cluster says when it does not do what is asked, and what it keeps tidy by itself. */

import { rootCertificates } from 'node:tls';
import type { V1Container } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClusters } from '../../src/adapters/kubernetes/connections.ts';
import { KIB } from '../../src/core/limits.ts';
import { buildJob } from '../../src/core/runs/build-manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import {
  newId,
  rejection,
  scriptJob,
  text,
  until,
} from '../adapters/kubernetes/support/cluster-fixture.ts';
import { containerLaunch, nextflowLaunch } from '../core/support/launch.ts';
import { kubeconfig, type Lab, manifest, openLab } from './support/lab.ts';

/** What values of JavaScript would not keep, in a file as large as it can be. */
const PARAMS = `{"b":["ü",1.0,9007199254740993],"10":-0.0,"a":"${'x'.repeat(250 * KIB)}"}`;
/** With the params above as large as a launch can be. */
const ENV = Object.fromEntries(
  Array.from({ length: 8 }, (_, at) => [`LARGE_${at}`, '$('.repeat(15_900)]),
);

describe.skipIf(kubeconfig === '')('a real cluster', { timeout: 90_000 }, () => {
  let lab: Lab;
  let cluster: Cluster;

  beforeAll(async () => {
    lab = await openLab('sluice-refusals');
    cluster = lab.controller();
  });
  afterAll(() => lab.remove());

  test('runs what k8s-manifests allows in a namespace that enforces the restricted level', async () => {
    const name = `${lab.namespace}-strict`;
    await lab.core.createNamespace({
      body: {
        metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      },
    });
    try {
      const { job } = buildJob({
        run_id: newId(),
        domain: 'default',
        attempt: 1,
        name: 'x',
        nonce: '0',
        target: {
          ...lab.target,
          namespace: name,
          service_account: 'default',
          work_claim: 'w',
          image_pull_secrets: ['registry'],
          vault: { provider_class: 'keys', secret: 'from-vault' },
        },
        launch: nextflowLaunch({ secret_env: { TOKEN: { vault_key: 'token' } } }),
      });
      const { metadata, spec } = job.spec['template'] as { metadata: object; spec: object };
      await until('the namespace has its account', () =>
        lab.core
          .readNamespacedServiceAccount({ name: 'default', namespace: name })
          .catch(() => null),
      );
      // Refused with the violations in the answer, were there any.
      await lab.core.createNamespacedPod({
        namespace: name,
        dryRun: 'All',
        body: { metadata: { ...metadata, name: 'x' }, spec: spec as never },
      });
    } finally {
      await lab.core.deleteNamespace({ name });
    }
  });

  test('mounts the files of a run, and removes their ConfigMap with the Job', async () => {
    const run_id = newId();
    const { job: built, config } = buildJob({
      run_id,
      domain: 'default',
      attempt: 1,
      name: run_id,
      nonce: '1',
      target: lab.target,
      launch: containerLaunch(
        {
          image: 'local/busybox:1',
          command: ['sh', '-c', 'cat "$SLUICE_PARAMS_FILE"; echo'],
          env: ENV,
        },
        { params: PARAMS },
      ),
    });
    const job = await cluster.createJob(built);
    await cluster.createConfig(config, job);
    await cluster.unsuspend(job);
    const pod = await until('the Job has ended', async () => {
      const { jobs, pods } = await cluster.list(run_id);
      return jobs[0]?.end?.type === 'Complete' && pods[0];
    });
    const log = await text(cluster.readLog(pod.name, 'driver', {}));
    const lines = log.split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
    expect(lines.join('\n').trim()).toBe(PARAMS);
    await cluster.deleteJob(job);
    const { namespace } = lab;
    await until('the ConfigMap is gone', async () => {
      const { items } = await lab.core.listNamespacedConfigMap({ namespace });
      return items.every(({ metadata }) => metadata?.name !== config.name);
    });
  });

  test('a pod over the quota is told of by warnings of its Job', async () => {
    await lab.apply(await manifest('runs/quota.yaml', lab.namespace));
    await until('the quota is in force', async () => {
      const { status } = await lab.core.readNamespacedResourceQuota({
        name: 'sluice',
        namespace: lab.namespace,
      });
      return status?.hard;
    });
    const manifestOfMuch = scriptJob(lab.target, 'true', {
      resources: { cpu: '900', memory: '1Gi' },
    });
    const job = await cluster.createJob(manifestOfMuch);
    await cluster.unsuspend(job);
    const refused = await until('there is a warning', async () => {
      const events = await cluster.events('Job', job.name);
      return events.find(({ warning }) => warning);
    });
    expect(refused.reason).toBe('FailedCreate');
    expect(refused.message).toContain('exceeded quota: sluice');
    expect(await cluster.list(job.run_id ?? '')).toMatchObject({
      jobs: [{ active: 0, end: null, suspended: false }],
      pods: [],
    });
    await cluster.deleteJob(job);
  });

  test('a pod that fits on no node says what is missing', async () => {
    const target = { ...lab.target, node_selector: { 'example.org/none': 'x' } };
    const job = await cluster.createJob(scriptJob(target, 'true'));
    await cluster.unsuspend(job);
    const pod = await until('the scheduler has spoken', async () => {
      const { pods } = await cluster.list(job.run_id ?? '');
      return pods[0]?.unscheduled === null ? undefined : pods[0];
    });
    expect(pod).toMatchObject({ phase: 'Pending', containers: [] });
    expect(pod.unscheduled).toMatchObject({
      reason: 'Unschedulable',
      message: expect.stringContaining('node'),
    });
    await cluster.deleteJob(job);
  });

  test("no pod where runs are can act as the controller, whatever its maker's rights", async () => {
    const { spec } = scriptJob(lab.target, 'true').spec['template'] as {
      spec: { containers: V1Container[] };
    };
    const made = lab.core.createNamespacedPod({
      namespace: lab.namespace,
      body: {
        metadata: { generateName: 'thief-' },
        spec: { ...spec, serviceAccountName: 'sluice-controller' },
      },
    });
    await expect(made).rejects.toThrow(/service account .*sluice-controller.* not found/);
  });

  test('a namespace where we have no rights denies, with the rights that are missing', async () => {
    const clusters = createClusters({
      connections: {
        lab: { server: lab.server, caData: lab.caData, token: () => lab.controllerToken() },
      },
    });
    const elsewhere = clusters.connect({ ...lab.target, namespace: 'kube-system' });
    expect(await rejection(elsewhere.list())).toMatchObject({
      code: 'denied',
      status: 403,
      message: expect.stringContaining('sluice-controller'),
    });
    await clusters.close();
  });

  test('a token that is none is denied; an unknown CA, and a token that does not come, are unavailable', async () => {
    const clusters = createClusters(
      {
        connections: {
          token: { server: lab.server, caData: lab.caData, token: async () => 'x.y.z' },
          ca: {
            server: lab.server,
            caData: rootCertificates[0] ?? '',
            token: async () => 'secret-token',
          },
          failing: {
            server: lab.server,
            caData: lab.caData,
            token: () => Promise.reject(new Error('no identity here')),
          },
          hanging: {
            server: lab.server,
            caData: lab.caData,
            token: () => new Promise(() => undefined),
          },
        },
      },
      { deadlineMs: 1_000 },
    );
    const on = (connection: string) => clusters.connect({ ...lab.target, connection });
    expect(await rejection(on('token').list())).toMatchObject({ code: 'denied', status: 401 });
    const untrusted = await rejection(on('ca').list());
    expect(untrusted).toMatchObject({ code: 'unavailable', status: 0 });
    expect(untrusted.message).toMatch(/certificate/);
    expect(untrusted.message).not.toContain('secret-token');
    expect(await rejection(on('failing').list())).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no identity here'),
    });
    expect(await rejection(on('hanging').list())).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/did not answer within \d s/),
    });
    const log = on('hanging').readLog('p', 'c', { follow: true });
    expect(await rejection(text(log))).toMatchObject({ code: 'unavailable', status: 0 });
    await clusters.close();
  });
});
