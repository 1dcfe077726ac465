/** The stack as `npm start` gives it, on a real cluster, with a client to measure by. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { Client, RunEvent } from '../../../src/client/index.ts';
import { checkCluster } from '../../../src/dev/cluster-check.ts';
import { onStack, type Bench as Started } from '../support/stack.ts';
import { setClock, uptime } from './clock.ts';

export const NAMESPACE = 'sluice';
const IMAGE = process.env['BENCH_IMAGE'] ?? 'local/busybox:1';
const TOKEN_SECONDS = 7_200;
export const RUN_LABEL = 'app.kubernetes.io/instance';

/** Administration of the cluster, beside the product and with other rights. */
export type Admin = {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly server: string;
  readonly ca: Buffer;
};

export function openAdmin(): Admin {
  const path = process.env['KUBECONFIG'] ?? '';
  if (path === '') throw new Error('KUBECONFIG names no cluster');
  const config = new KubeConfig();
  config.loadFromFile(path);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('KUBECONFIG has no current cluster');
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    batch: config.makeApiClient(BatchV1Api),
    server: cluster.server,
    ca: Buffer.from(cluster.caData ?? '', 'base64'),
  };
}

/** A kubeconfig with the rights of `k8s-manifests` and no more; through another address where one is given. */
async function controllerKubeconfig(admin: Admin, via?: string): Promise<string> {
  const answer = await admin.core.createNamespacedServiceAccountToken({
    name: 'sluice-controller',
    namespace: 'sluice-system',
    body: { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } },
  });
  const cluster = {
    server: via ?? admin.server,
    ...(via === undefined && { 'certificate-authority-data': admin.ca.toString('base64') }),
  };
  return JSON.stringify({
    clusters: [{ name: 'bench', cluster }],
    users: [{ name: 'bench', user: { token: answer.status?.token ?? '' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  });
}

/** What is made before a stack and goes after it. */
export type Ground = {
  readonly admin: Admin;
  /** Path of the kubeconfig for the product. */
  readonly kubeconfig: string;
  readonly dir: string;
  /** Runs whose Jobs are deleted at the end, should the product not have got to it. */
  readonly started: string[];
  close(): Promise<void>;
};

/** `via`: an address of the API server that somebody listens at. Rejects when the cluster is not prepared. */
export async function prepare(via?: string): Promise<Ground> {
  const admin = openAdmin();
  await checkCluster(process.env['KUBECONFIG'] ?? '', NAMESPACE);
  setClock();
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const kubeconfig = join(dir, 'kubeconfig');
  await writeFile(kubeconfig, await controllerKubeconfig(admin, via), { mode: 0o600 });
  const started: string[] = [];
  return {
    admin,
    kubeconfig,
    dir,
    started,
    async close() {
      for (const runId of started) {
        await admin.batch
          .deleteCollectionNamespacedJob({
            namespace: NAMESPACE,
            labelSelector: `${RUN_LABEL}=${runId}`,
            propagationPolicy: 'Background',
          })
          .catch(() => undefined);
      }
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What a driver does, as a shell script, and where it queues. */
export type Driver = { readonly script: string; readonly lane: string; readonly image?: string };

/** Starts a run of that script. Small requests, so that only the cluster's own speed is seen. */
export async function start(
  client: Client,
  { started }: Pick<Ground, 'started'>,
  { script, lane, image = IMAGE }: Driver,
): Promise<string> {
  const { run_id } = await client.startRun({
    pipeline: 'bench',
    kind: 'container',
    lane,
    container: {
      image,
      command: ['sh', '-c', script],
      resources: { cpu: '10m', memory: '32Mi' },
    },
  });
  started.push(run_id);
  return run_id;
}

export type Bench = Ground & Started;

/** Runs the use with a stack of its own; everything is gone when this settles. */
export async function withBench<T>(use: (bench: Bench) => Promise<T>, via?: string): Promise<T> {
  const ground = await prepare(via);
  try {
    const { kubeconfig } = ground;
    return await onStack({ kubeconfig, namespace: NAMESPACE }, (started) =>
      use({ ...ground, ...started }),
    );
  } finally {
    await ground.close();
  }
}

/** An event with the moment when the client had it, in milliseconds of uptime. */
export type Received = { readonly event: RunEvent; readonly at: number };

/**
 * Everything that a client gets of a run, from now to its end; `onEvent` may look on. Rejects when
 * the run has not ended in time.
 */
export async function receive(
  client: Client,
  runId: string,
  seconds: number,
  onEvent: (received: Received) => void = () => undefined,
): Promise<Received[]> {
  const signal = AbortSignal.timeout(seconds * 1_000);
  const all: Received[] = [];
  for await (const event of client.watch(runId, { signal })) {
    const received = { event, at: uptime() };
    all.push(received);
    onEvent(received);
    if (event.type === 'complete') return all;
  }
  const { state, reason } = await client.getRun(runId);
  throw new Error(`${runId} is ${state} (${reason?.message ?? 'no reason'}) after ${seconds} s`);
}

/** A line of the driver with the moment when the client had it. */
export type Line = { readonly text: string; readonly at: number };

export const linesOf = (received: readonly Received[]): Line[] =>
  received.flatMap(({ event, at }) =>
    event.type === 'log' ? event.data.lines.map(({ message }) => ({ text: message, at })) : [],
  );

/** The log of a run over HTTP, as lines that came at once. */
export async function textLines(client: Client, runId: string): Promise<Line[]> {
  const log = await client.log(runId);
  const at = uptime();
  return log
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => ({ text, at }));
}

/** When the client had the end. */
export function endOf(received: readonly Received[]): number {
  const last = received.at(-1);
  if (last?.event.type !== 'complete') throw new Error('the run has no end');
  return last.at;
}

/** The stamp of the first line that starts with this word: `word stamp …`. */
export function wordOf(lines: readonly Line[], word: string): string {
  const line = lines.find(({ text }) => text.startsWith(`${word} `));
  if (line === undefined) {
    const seen = lines.slice(0, 20).map(({ text }) => text);
    throw new Error(`no line ${word} in the log: ${seen.join(' | ')}`);
  }
  return line.text.split(' ')[1] ?? '';
}
