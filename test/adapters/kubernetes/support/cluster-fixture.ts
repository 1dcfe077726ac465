/** What tests of the Cluster port share: scripts as Jobs, waiting, reading logs. */

import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { Target } from '../../../../src/core/kinds/target.ts';
import type { JobManifest } from '../../../../src/core/kubernetes/manifest.ts';
import type { ObservedJob, ObservedPod } from '../../../../src/core/kubernetes/observed.ts';
import { jobName, newRunId } from '../../../../src/core/names.ts';
import { buildJob } from '../../../../src/core/runs/build-manifest.ts';
import type { Launch } from '../../../../src/core/runs/request.ts';
import { type Cluster, ClusterError } from '../../../../src/ports/cluster.ts';
import { containerLaunch } from '../../../core/support/launch.ts';

/** The same cluster behind a wire that can be cut. */
export type Wire = {
  readonly cluster: Cluster;
  /** Ends all connections without a word; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
};

export type ClusterFixture = {
  readonly cluster: Cluster;
  readonly cleanup: () => Promise<void>;
  /** Where `cluster` leads; its namespace, user and accounts go into the manifests. */
  readonly target?: Target;
  /** An image with a shell. */
  readonly image?: string;
  readonly wire?: () => Promise<Wire>;
  /** False for one that tells no warnings. */
  readonly mountWarnings?: boolean;
  /** For a cluster that fails only on request: the manifest with that request. */
  readonly provoke?: (manifest: JobManifest, failure: 'oom' | 'image-missing') => JobManifest;
};

export const decoder = new TextDecoder();

export const newId = (): string => newRunId(Date.now(), randomBytes(4));

/** Asks again until the answer is one, for at most 60 s (a busy machine, not a slow cluster). */
export async function until<T>(what: string, ask: () => Promise<T | undefined | false | null>) {
  for (const end = Date.now() + 60_000; ; ) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`still not so after 60 s: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The manifest of a container job that runs a shell script. */
export function scriptJob(
  target: Target,
  script: string,
  more: Partial<NonNullable<Launch['container']>> & {
    readonly run_id?: string;
    readonly attempt?: number;
    /** Digest of a token. */
    readonly token?: string;
  } = {},
) {
  const { run_id = newId(), attempt = 1, token, ...container } = more;
  return buildJob({
    run_id,
    attempt,
    domain: 'default',
    name: jobName(run_id, attempt),
    nonce: randomBytes(8).toString('hex'),
    target,
    ...(token && { trace: { source: 'tower', endpoint: '', token: '', sha256: token } as const }),
    launch: containerLaunch(
      {
        image: 'local/busybox:1',
        command: ['sh', '-c', script],
        resources: { cpu: '10m', memory: '32Mi' },
        ...container,
      },
      { pipeline: 'contract', deadline_seconds: 600 },
    ),
  }).job;
}

/** Creates the Job, and the ConfigMap that it mounts. */
export async function createWhole(cluster: Cluster, manifest: JobManifest): Promise<ObservedJob> {
  const job = await cluster.createJob(manifest);
  await cluster.createConfig({ name: job.config, labels: {}, files: { 'params.json': '{}' } }, job);
  return job;
}

export async function rejection(work: Promise<unknown>): Promise<ClusterError> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(ClusterError);
  return error as ClusterError;
}

export async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  let all = '';
  for await (const chunk of stream) {
    all += decoder.decode(chunk, { stream: true });
  }
  return all;
}

export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/;
export const parseLog = (log: string) =>
  log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({
      time: line.slice(0, line.indexOf(' ')),
      message: line.slice(line.indexOf(' ') + 1),
    }));

/** A fixture's cluster with what its tests do to it all the time. */
export class Bench {
  readonly cluster: Cluster;
  readonly target: Target;
  readonly fixture: ClusterFixture;
  readonly #made: ObservedJob[] = [];

  constructor(fixture: ClusterFixture) {
    this.fixture = fixture;
    this.cluster = fixture.cluster;
    this.target = fixture.target ?? Target.parse({ name: 'default' });
  }

  async close(): Promise<void> {
    await Promise.all(this.#made.map((job) => this.cluster.deleteJob(job)));
    await this.fixture.cleanup();
  }

  script(text: string, more: Parameters<typeof scriptJob>[2] = {}): JobManifest {
    return scriptJob(this.target, text, {
      image: this.fixture.image ?? 'local/busybox:1',
      ...more,
    });
  }

  provoke(failure: 'oom' | 'image-missing', manifest: JobManifest): JobManifest {
    return this.fixture.provoke?.(manifest, failure) ?? manifest;
  }

  async create(manifest: JobManifest): Promise<ObservedJob> {
    const job = await createWhole(this.cluster, manifest);
    this.#made.push(job);
    return job;
  }

  async start(manifest: JobManifest): Promise<ObservedJob & { run_id: string }> {
    const job = await this.create(manifest);
    await this.cluster.unsuspend(job);
    return { ...job, run_id: job.run_id ?? '' };
  }

  async job(runId: string): Promise<ObservedJob | undefined> {
    return (await this.cluster.list(runId)).jobs[0];
  }

  async pod(runId: string): Promise<ObservedPod | undefined> {
    return (await this.cluster.list(runId)).pods[0];
  }

  end(runId: string) {
    return until('the Job has ended', async () => (await this.job(runId))?.end);
  }

  running(runId: string): Promise<ObservedPod> {
    return until('the container runs', async () => {
      const pod = await this.pod(runId);
      return main(pod)?.state === 'running' && pod;
    });
  }

  terminated(runId: string) {
    return until('the container has ended', async () => {
      const pod = await this.pod(runId);
      const container = main(pod);
      return pod && container?.state === 'terminated' && { pod, container };
    });
  }
}

/** The driver's container. */
export const main = (pod: ObservedPod | undefined) =>
  pod?.containers.find(({ kind }) => kind === 'main');
