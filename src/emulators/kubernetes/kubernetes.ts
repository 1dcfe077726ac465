/**
 * An emulator for a Kubernetes cluster of one node, for machines that have none: enough of the API
 * for Jobs with their pods, logs, events, ConfigMaps and Secrets. Each container is a local
 * process, without isolation and without limits; images are not pulled.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ApiServer } from './api/api-server.ts';
import { Schema } from './api/schema.ts';
import { shimRuntime } from './containers/shim-runtime.ts';
import { Collector } from './controllers/collector.ts';
import { JobController } from './controllers/job-controller.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { Faults } from './objects/faults.ts';
import { seconds } from './objects/object.ts';
import { inMemory, onDisk, writeWhole } from './objects/persistence.ts';
import { Recorder } from './objects/recorder.ts';
import { NAMESPACES } from './objects/resource.ts';
import { Store } from './objects/store.ts';

export type KubernetesOptions = {
  /** Where objects, logs and claims stay; without it they end with the emulator. */
  readonly dataDir?: string;
  /** 0, the default, for any free one. */
  readonly port?: number;
  readonly hostname?: string;
  readonly namespaces?: readonly string[];
  /**
   * Bearer token that every request needs; without it a random one, the same at each start on a
   * `dataDir`. It allows to run commands on this machine.
   */
  readonly token?: string;
  /** Start a new log file at this size; only the newest is served. Never without it. */
  readonly logMaxBytes?: number;
  /** Gets one sentence per internal error. */
  readonly log?: (message: string) => void;
};

export type Kubernetes = {
  readonly url: string;
  readonly token: string;
  /** A kubeconfig file's text (JSON, which is YAML). */
  readonly kubeconfig: string;
  /** Where everything is on disk: `dataDir`, or a directory that goes with the emulator. */
  readonly directory: string;
  /** What claims are on the host: `<claimsDir>/<namespace>/<claim>`. */
  readonly claimsDir: string;
  readonly faults: Faults;
  /** Stops and continues the controllers of Jobs and of garbage, as SIGSTOP and SIGCONT do with their process. */
  holdControllers(hold: boolean): void;
  /**
   * Stops serving. Running containers are ended, unless they are to be kept for the next emulator
   * on the same `dataDir`.
   */
  close(options?: { readonly keepProcesses?: boolean }): Promise<void>;
};

/** A container's time between TERM and KILL when the whole emulator ends. */
const CLOSE_GRACE_MS = 2_000;

function kubeconfig(url: string, token: string, namespace: string): string {
  const name = 'local';
  // There is no TLS to skip, but without this the official client refuses plain HTTP.
  const cluster = { server: url, 'insecure-skip-tls-verify': true };
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster }],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      'current-context': name,
    },
    null,
    2,
  )}\n`;
}

function keptToken(root: string): string {
  const file = join(root, 'token');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const token = randomBytes(24).toString('base64url');
    mkdirSync(root, { recursive: true, mode: 0o700 });
    writeWhole(file, token);
    return token;
  }
}

function addNamespaces(store: Store, names: readonly string[]): void {
  for (const name of names) {
    if (store.get(NAMESPACES, '', name) !== undefined) continue;
    store.create(NAMESPACES, {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: {
        name,
        uid: '',
        resourceVersion: '',
        creationTimestamp: seconds(),
        labels: { 'kubernetes.io/metadata.name': name },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  }
}

/** Starts the emulator; adopts what an earlier one on the same `dataDir` has left running. */
export async function createKubernetes(options: KubernetesOptions = {}): Promise<Kubernetes> {
  const { hostname = '127.0.0.1', namespaces = ['sluice'], dataDir } = options;
  const failed = (error: unknown) =>
    options.log?.(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const root = resolve(dataDir ?? mkdtempSync(join(tmpdir(), 'kubernetes-')));
  const token = options.token ?? keptToken(root);
  const podDirectory = join(root, 'pods');
  const claimsDir = join(root, 'claims');
  for (const directory of [podDirectory, claimsDir]) mkdirSync(directory, { recursive: true });

  const [schema, runtime] = await Promise.all([
    Schema.load(['Job', 'Pod', 'ConfigMap', 'Secret']),
    shimRuntime(root),
  ]);
  const store = new Store(dataDir === undefined ? inMemory : onDisk(join(root, 'objects')));
  const recorder = new Recorder(store);
  const kubelet = new Kubelet(
    {
      store,
      recorder,
      runtime,
      keep: dataDir !== undefined,
      logMaxBytes: options.logMaxBytes ?? null,
      paths: ({ metadata }) => ({
        root: join(podDirectory, metadata.uid),
        claims: join(claimsDir, metadata.namespace ?? ''),
      }),
    },
    failed,
  );
  addNamespaces(store, namespaces);
  // Processes first: a controller that did not know of them would draw the wrong conclusions.
  await kubelet.resume(podDirectory);
  const jobs = new JobController(store, recorder, failed);
  const collector = new Collector(store, failed);
  for (const observer of [kubelet, jobs, collector])
    store.onChange((change) => observer.observe(change));

  const server = new ApiServer({ store, schema, kubelet, token, failed });
  const port = await server.listen(options.port ?? 0, hostname);
  const url = `http://${hostname}:${port}`;
  let closing: Promise<void> | undefined;

  const close = async (keepProcesses: boolean) => {
    await server.close();
    jobs.close();
    collector.close();
    if (!keepProcesses) await kubelet.endAll(CLOSE_GRACE_MS);
    kubelet.close();
    runtime.close();
    if (dataDir === undefined && !keepProcesses) rmSync(root, { recursive: true, force: true });
  };
  return {
    url,
    token,
    kubeconfig: kubeconfig(url, token, namespaces[0] ?? 'default'),
    directory: root,
    claimsDir,
    faults: server.faults,
    holdControllers: (hold) => {
      for (const { queue } of [jobs, collector]) {
        if (hold) queue.hold();
        else queue.release();
      }
    },
    close: ({ keepProcesses = false } = {}) => (closing ??= close(keepProcesses)),
  };
}
