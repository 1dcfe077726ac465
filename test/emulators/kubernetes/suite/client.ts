/** What the suite asks a cluster with: the official client, and plain requests for what it hides. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  type V1Job,
  type V1JobSpec,
  type V1Pod,
} from '@kubernetes/client-node';
import { Agent, request } from 'undici';

/** A cluster under test: two namespaces, in the second of which no pod may be made. */
export type TestCluster = {
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly quotaNamespace: string;
  close(): Promise<void>;
};

export type Answer<T = Record<string, unknown>> = {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly body: T;
};

export type StatusBody = {
  kind: string;
  apiVersion: string;
  metadata: object;
  status: string;
  message: string;
  reason?: string;
  details?: { name?: string; kind?: string; group?: string; causes?: { field: string }[] };
  code: number;
};

export type WatchLine = {
  type: string;
  object: V1Job & { code?: number; reason?: string };
};

/** How long a cluster may take for anything: an eviction needs half a minute. */
const DEADLINE_MS = 90_000;

/** Resolves with the first result that is not undefined. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** Whether the process runs; one that has ended and waits for its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // No /proc here, or it ended just now.
    return process.platform !== 'linux';
  }
}

export const newName = (prefix: string) => `${prefix}-${randomBytes(4).toString('hex')}`;

type ContainerDraft = Record<string, unknown> & { name?: string; command?: string[] };

/** A Job of one container that runs `script` in a shell, suspended unless `spec` says otherwise. */
export function job(
  name: string,
  script: string,
  options: {
    spec?: Partial<V1JobSpec>;
    container?: ContainerDraft;
    pod?: Record<string, unknown>;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  } = {},
) {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels: options.labels ?? {}, annotations: options.annotations ?? {} },
    spec: {
      backoffLimit: 0,
      suspend: false,
      ...options.spec,
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 2,
          automountServiceAccountToken: false,
          ...options.pod,
          containers: [shell('main', script, options.container)],
        },
      },
    },
  };
}

export const shell = (name: string, script: string, more: ContainerDraft = {}) => ({
  name,
  image: 'local/busybox:1',
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '-c', script],
  ...more,
});

/** A client of the emulator's namespace, with another token when one is given. */
export function connect(emulator: { kubeconfig: string; token: string }, token = emulator.token) {
  const config = new KubeConfig();
  config.loadFromString(emulator.kubeconfig.replaceAll(emulator.token, token));
  return new Client({ config, namespace: 'sluice' });
}

export class Client {
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;
  readonly namespace: string;
  readonly #server: string;
  readonly #authorization: string | undefined;
  readonly #agent: Agent;

  constructor({ config, namespace }: Pick<TestCluster, 'config' | 'namespace'>) {
    this.namespace = namespace;
    this.batch = config.makeApiClient(BatchV1Api);
    this.core = config.makeApiClient(CoreV1Api);
    const cluster = config.getCurrentCluster();
    const user = config.getCurrentUser();
    const pem = (data: string | undefined) =>
      data === undefined ? undefined : Buffer.from(data, 'base64').toString();
    this.#server = cluster?.server ?? '';
    this.#authorization = user?.token === undefined ? undefined : `Bearer ${user.token}`;
    const tls = { ca: pem(cluster?.caData), cert: pem(user?.certData), key: pem(user?.keyData) };
    const given = Object.entries(tls).filter(([, value]) => value !== undefined);
    this.#agent = new Agent({ connect: Object.fromEntries(given), bodyTimeout: 0 });
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  jobs(name = ''): string {
    return `/apis/batch/v1/namespaces/${this.namespace}/jobs${name && `/${name}`}`;
  }

  objects(plural: string, name = ''): string {
    return `/api/v1/namespaces/${this.namespace}/${plural}${name && `/${name}`}`;
  }

  open(method: string, path: string, body?: unknown, type = 'application/json') {
    return request(`${this.#server}${path}`, {
      dispatcher: this.#agent,
      method: method as 'GET',
      headers: {
        ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): Promise<Answer<T>> {
    const { statusCode, headers, body: stream } = await this.open(method, path, body, type);
    const text = await stream.text();
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = undefined;
    }
    return { status: statusCode, headers, text, body: parsed as T };
  }

  createJob(body: ReturnType<typeof job>): Promise<Answer<V1Job>> {
    return this.ask('POST', this.jobs(), body);
  }

  getJob(name: string): Promise<Answer<V1Job>> {
    return this.ask('GET', this.jobs(name));
  }

  deleteJob(name: string, options: object = { propagationPolicy: 'Background' }) {
    return this.ask<StatusBody & V1Job>('DELETE', this.jobs(name), options);
  }

  async podsOf(name: string): Promise<V1Pod[]> {
    const { body } = await this.ask<{ items: V1Pod[] }>(
      'GET',
      `${this.objects('pods')}?labelSelector=job-name%3D${name}`,
    );
    return body.items;
  }

  /** The Job's first pod, once it is as wanted. */
  pod(name: string, wanted: (pod: V1Pod) => boolean = () => true): Promise<V1Pod> {
    return until(`the pod of ${name}`, async () => (await this.podsOf(name)).find(wanted));
  }

  runningPod(name: string): Promise<V1Pod> {
    return this.pod(
      name,
      ({ status }) =>
        status?.containerStatuses?.some(({ state }) => state?.running !== undefined) === true,
    );
  }

  /** The Job once it has ended. */
  ended(name: string): Promise<V1Job> {
    return until(`the end of ${name}`, async () => {
      const { body } = await this.getJob(name);
      return (this.condition(body, 'Complete') ?? this.condition(body, 'Failed'))
        ? body
        : undefined;
    });
  }

  condition(body: V1Job, type: string) {
    return body.status?.conditions?.find((one) => one.type === type && one.status === 'True');
  }

  /** Runs the Job to its end; its pod too. */
  async run(body: ReturnType<typeof job>): Promise<{ job: V1Job; pod: V1Pod }> {
    const created = await this.createJob(body);
    if (created.status !== 201) throw new Error(created.text);
    const ended = await this.ended(body.metadata.name);
    const [pod] = await this.podsOf(body.metadata.name);
    return { job: ended, pod: pod ?? {} };
  }

  log(pod: V1Pod, query = ''): Promise<Answer<StatusBody>> {
    return this.ask('GET', `${this.objects('pods', pod.metadata?.name)}/log?${query}`);
  }

  /** Bytes of a log, once the API serves it. */
  async logBytes(pod: V1Pod, query = ''): Promise<Buffer> {
    const path = `${this.objects('pods', pod.metadata?.name)}/log?${query}`;
    const { body } = await this.open('GET', path);
    return Buffer.from(await body.arrayBuffer());
  }

  async events(uid: string | undefined) {
    const selector = encodeURIComponent(`involvedObject.uid=${uid}`);
    const { body } = await this.ask<{
      items: { type: string; reason: string; message: string; involvedObject: object }[];
    }>('GET', `${this.objects('events')}?fieldSelector=${selector}`);
    return body.items;
  }

  patchJob<T = V1Job>(name: string, patch: unknown, kind = 'merge-patch'): Promise<Answer<T>> {
    return this.ask<T>('PATCH', this.jobs(name), patch, `application/${kind}+json`);
  }
}
