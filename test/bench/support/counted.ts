/** The stack with its own parts behind counting relays: Azurite and the Kubernetes emulator. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startAzurite } from '../../../src/dev/azurite.ts';
import { startChild } from '../../../src/dev/child.ts';
import type { StackOptions } from '../../../src/dev/stack.ts';
import { type Cluster, clusterOf } from './emulator.ts';
import { type Relay, type Request, startRelay } from './relay.ts';
import { type Bench, onStack } from './stack.ts';

const KUBERNETES = fileURLToPath(
  new URL('../../../src/emulators/kubernetes/main.ts', import.meta.url),
);
const SERVICES = ['Blob', 'Queue', 'Table'] as const;

export type Counted = Bench & {
  /** Requests of the app to each part since the start, growing. */
  readonly calls: {
    readonly kubernetes: readonly Request[];
    readonly blob: readonly Request[];
    readonly queue: readonly Request[];
    readonly table: readonly Request[];
  };
  /** The emulator itself, past the relay. */
  readonly cluster: Cluster;
  /** For rows that write to storage what takes too long to make otherwise. */
  readonly storage: string;
};

/** Steps to undo, the last one first, each whatever the others do. */
async function undoing<T>(act: (undo: (step: () => Promise<unknown>) => void) => Promise<T>) {
  const steps: (() => Promise<unknown>)[] = [];
  try {
    return await act((step) => steps.unshift(step));
  } finally {
    for (const step of steps) await step().catch(() => undefined);
  }
}

/** Starts everything, hands it to `act`, ends it whatever happens. */
export const onCounted = <T>(
  options: StackOptions,
  act: (counted: Counted) => Promise<T>,
): Promise<T> =>
  undoing(async (undo) => {
    const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    undo(() => rm(dir, { recursive: true, force: true }));
    const azurite = await startAzurite();
    undo(azurite.close);
    const child = await startChild({
      name: 'kubernetes',
      entry: KUBERNETES,
      closeSignal: 'SIGTERM',
    });
    undo(child.close);
    const relay = async (to: string): Promise<Relay> => {
      const started = await startRelay(to);
      undo(started.close);
      return started;
    };

    let storage = azurite.connectionString;
    const [blob, queue, table] = await Promise.all(
      SERVICES.map(async (service) => {
        const [, url = ''] = new RegExp(`${service}Endpoint=(http://[^/]+)`).exec(storage) ?? [];
        const relayed = await relay(url);
        storage = storage.replace(url, relayed.url);
        return relayed.requests;
      }),
    );
    const url = String(child.ready['url']);
    const text = await readFile(String(child.ready['kubeconfig']), 'utf8');
    const kubernetes = await relay(url);
    const kubeconfig = join(dir, 'kubeconfig');
    await writeFile(kubeconfig, text.replaceAll(url, kubernetes.url), { mode: 0o600 });
    const settings = { AzureWebJobsStorage: storage, ...options.settings };
    return onStack({ ...options, kubeconfig, settings }, (bench) =>
      act({
        ...bench,
        calls: {
          kubernetes: kubernetes.requests,
          blob: blob ?? [],
          queue: queue ?? [],
          table: table ?? [],
        },
        cluster: clusterOf(text),
        storage: azurite.connectionString,
      }),
    );
  });
