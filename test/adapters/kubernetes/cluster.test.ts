/** The Kubernetes adapter on the local emulator. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClusters } from '../../../src/adapters/kubernetes/connections.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import type { JobManifest } from '../../../src/core/kubernetes/manifest.ts';
import { startTcpRelay } from '../../../src/dev/demo/tcp-relay.ts';
import { createKubernetes, type Kubernetes } from '../../../src/emulators/kubernetes/kubernetes.ts';
import { clusterSuite } from './suites/cluster.ts';
import { clusterLogSuite } from './suites/cluster-log.ts';
import { clusterProbeSuite } from './suites/cluster-probe.ts';
import { clusterWatchSuite } from './suites/cluster-watch.ts';
import { Bench } from './support/cluster-fixture.ts';

/** A process has no memory limit here, and images are not pulled: the emulator fails as it is asked to. */
function provoke(manifest: JobManifest, failure: string): JobManifest {
  const { metadata } = manifest;
  const annotations = { ...metadata.annotations, 'emulator.sluice.dev/fail': failure };
  return { ...manifest, metadata: { ...metadata, annotations } };
}

const target = Target.parse({ name: 'default' });
let kubernetes: Kubernetes;
let clusters: ReturnType<typeof createClusters>;

beforeAll(async () => {
  kubernetes = await createKubernetes({ namespaces: [target.namespace] });
  const { kubeconfig } = kubernetes;
  clusters = createClusters({ connections: { default: { kubeconfig } } });
});

afterAll(async () => {
  await clusters.close();
  await kubernetes.close();
});

async function wire() {
  const relay = await startTcpRelay(kubernetes.url);
  const kubeconfig = kubernetes.kubeconfig.replace(kubernetes.url, relay.url);
  const wired = createClusters({ connections: { default: { kubeconfig } } });
  return {
    cluster: wired.connect(target),
    cut: relay.cut,
    close: async () => {
      await wired.close();
      await relay.close();
    },
  };
}

const make = async () => ({
  cluster: clusters.connect(target),
  target,
  provoke,
  wire,
  cleanup: async () => undefined,
});

clusterSuite('emulator', make);
clusterLogSuite('emulator', make);
clusterProbeSuite('emulator', make);
clusterWatchSuite('emulator', make);

test('a namespace that is not there, and a server that is none, are told apart', async () => {
  const away = { ...target, namespace: 'nowhere' };
  await expect(clusters.connect(away).probe.tryJob()).rejects.toMatchObject({ code: 'not_found' });
  const { probe } = clusters.connect(target);
  const account = { kind: 'ServiceAccount', name: 'sluice-driver' } as const;
  // The emulator has no accounts: that is not the same as one that is missing.
  await expect(probe.has(account)).rejects.toMatchObject({ code: 'refused' });
  const stranger = kubernetes.kubeconfig.replaceAll(/"token":\s*"[^"]*"/g, '"token":"wrong"');
  const refused = createClusters({ connections: { default: { kubeconfig: stranger } } });
  const asked = refused.connect(target).probe;
  expect(await asked.version()).toMatch(/^v1/);
  const right = { group: '', resource: 'pods', verb: 'list' };
  await expect(asked.allows(right)).rejects.toMatchObject({ code: 'denied' });
  await refused.close();
});

test('an overloaded API server is asked again for each step of a start, and makes nothing twice', async () => {
  const bench = new Bench(await make());
  const { cluster } = bench;
  const manifest = bench.script('true');
  const overloaded = (match: RegExp) =>
    kubernetes.faults.failNext(2, { match, status: 429, retryAfter: 0 });
  try {
    overloaded(/^POST .*\/jobs/);
    overloaded(/^POST .*\/configmaps/);
    const job = await bench.create(manifest);
    expect(await cluster.hasConfig(job)).toBe(true);
    overloaded(/^PATCH .*\/jobs/);
    await cluster.unsuspend(job);
    const { jobs } = await cluster.list(job.run_id ?? '');
    expect(jobs.map(({ uid, suspended }) => [uid, suspended])).toEqual([[job.uid, false]]);
  } finally {
    kubernetes.faults.clear();
    await bench.close();
  }
});
