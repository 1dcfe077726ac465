/** The whole product, started against a cluster that is reached directly and through a relay. */
import { readFileSync } from 'node:fs';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { expect, vi } from 'vitest';
import { build } from '../../src/build/build.ts';
import { type Client, createClient } from '../../src/client/index.ts';
import { type Stack, startStack } from '../../src/dev/stack.ts';
import type { Driver } from './driver.ts';
import { type LogRelay, startLogRelay } from './log-relay.ts';

/** A cluster with a token that may do what the manifests say. */
export type TestCluster = {
  readonly server: string;
  readonly caData?: string;
  readonly token: string;
  readonly namespace: string;
  readonly image: string;
  /** Makes an empty file where the driver of this pod sees it. */
  touch(pod: string, path: string): Promise<void>;
  /** The log of this pod's driver, read beside the product until it ends; undefined where that proves nothing. */
  listen?(pod: string): Promise<Buffer>;
  close(): Promise<unknown>;
};

export type Place = Pick<TestCluster, 'touch' | 'listen'> & {
  readonly stack: Stack;
  readonly client: Client;
  readonly relay: LogRelay;
  /** Starts a driver in a lane of its own; `relayed`: its log and all else of it goes through the relay. */
  start(name: string, driver: Driver, relayed?: 'relayed'): Promise<string>;
  /** Bytes with which the cluster's own log of a run begins now: the newest file, once it was rotated. */
  headOfLog(pod: string): Promise<string>;
  /** The most memory that the host has had since it was started, in MiB; undefined where nobody tells. */
  peakMiB(): number | undefined;
  /** What the stack printed, for a failure's message. */
  output(): string;
  close(): Promise<void>;
};

const kubeconfig = (server: string, { caData, token, namespace }: TestCluster): string =>
  JSON.stringify({
    clusters: [
      {
        name: 'testCluster',
        cluster: { server, ...(caData && { 'certificate-authority-data': caData }) },
      },
    ],
    users: [{ name: 'testCluster', user: { token } }],
    contexts: [
      { name: 'testCluster', context: { cluster: 'testCluster', user: 'testCluster', namespace } },
    ],
    'current-context': 'testCluster',
  });

/** The supervisor starts it again, now with the option. */
async function restartHost(stack: Stack, heapMiB: number): Promise<void> {
  const { host } = stack.pids;
  process.env['NODE_OPTIONS'] = `--max-old-space-size=${heapMiB} --max-semi-space-size=8`;
  if (host !== undefined) process.kill(host, 'SIGKILL');
  await vi.waitFor(
    async () => {
      expect(stack.pids.host).not.toBe(host);
      expect((await fetch(`${stack.api}/health/ready`)).status).toBe(200);
    },
    { timeout: 30_000, interval: 100 },
  );
}

const OUTPUT_LINES = 200;

/** With `heapMiB` the host gets no larger heap. */
export async function openPlace(
  make: () => Promise<TestCluster>,
  heapMiB?: number,
): Promise<Place> {
  await build();
  const testCluster = await make();
  const ca = testCluster.caData && Buffer.from(testCluster.caData, 'base64').toString();
  const relay = await startLogRelay(testCluster.server, ca);
  const direct = kubeconfig(testCluster.server, testCluster);
  const output: string[] = [];
  const stack = await startStack({
    kubeconfig: direct,
    namespace: testCluster.namespace,
    settings: {
      SLUICE_CLUSTERS: JSON.stringify({
        relayed: { kubeconfig: kubeconfig(relay.url, testCluster) },
      }),
    },
    log: (text) => {
      output.push(text);
      output.splice(0, output.length - OUTPUT_LINES);
    },
  });
  if (heapMiB !== undefined) await restartHost(stack, heapMiB);
  const client = createClient({ url: stack.api });
  await client.targets.create({
    name: 'relayed',
    connection: 'relayed',
    namespace: testCluster.namespace,
  });
  const config = new KubeConfig();
  config.loadFromString(direct);
  config.clusters = config.clusters.map((cluster) => ({
    ...cluster,
    skipTLSVerify: cluster.server.startsWith('http://127.0.0.1:'),
  }));
  const core = config.makeApiClient(CoreV1Api);
  let started = 0;
  return {
    stack,
    client,
    relay,
    touch: testCluster.touch,
    ...(testCluster.listen && { listen: testCluster.listen }),
    async start(what, { script }, relayed) {
      // The stack brings pipelines of its own, and a test may be repeated.
      started += 1;
      const name = `torture-${what}-${started}`;
      await client.pipelines.create({
        name,
        kind: 'container',
        lane: name,
        ...(relayed && { target: relayed }),
        container: {
          image: testCluster.image,
          command: ['sh', '-c'],
          args: [script],
          resources: { cpu: '10m', memory: '64Mi' },
        },
      });
      return (await client.startRun({ pipeline: name })).run_id;
    },
    headOfLog: (pod) =>
      core.readNamespacedPodLog({
        name: pod,
        namespace: testCluster.namespace,
        container: 'driver',
        limitBytes: 100,
      }),
    peakMiB() {
      try {
        const text = readFileSync(`/proc/${stack.pids.host}/status`, 'utf8');
        return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1]) / 1_024);
      } catch {
        return undefined;
      }
    },
    output: () => output.join('\n'),
    async close() {
      await stack.close();
      await relay.close();
      await testCluster.close();
    },
  };
}
