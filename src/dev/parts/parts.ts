/** The parts of the stack that the host needs: storage, Web PubSub, Kubernetes. One that is killed is started again where it was. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOrphanedContainers } from '../../emulators/kubernetes/containers/orphaned-containers.ts';
import type { Child, ChildOptions } from '../child.ts';
import { type KeptChild, keepChild } from './kept-child.ts';
import { type Storage, type StoreName, startStorage } from './storage.ts';

/** What storage, Web PubSub and Kubernetes told about themselves. */
export type Parts = {
  readonly storage: Storage;
  readonly webPubSub: KeptChild;
  readonly kubernetes: KeptChild | undefined;
  readonly kubeconfig: string;
  /** Resolves with a sentence when one has ended that is not started again. */
  readonly failed: Promise<string>;
};

export type PartsOptions = {
  readonly store: StoreName;
  /** The folder of the stack's state; `isKept` beyond its end. */
  readonly dir: string;
  readonly isKept: boolean;
  readonly kubeconfig: string | undefined;
  readonly log: ((line: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
  /** Gets what ends the parts. */
  readonly undo: (step: () => Promise<unknown>) => void;
};

/** Ctrl-C takes 10 s at most: first the host ends, which still needs these, then these together. */
const PART_END_MS = 4_500;

export const textIn = (ready: Child['ready'], name: string): string => {
  const value = ready[name];
  if (typeof value === 'string') return value;
  throw new Error(`A part of the stack is ready without a ${name}`);
};

const portIn = (ready: Child['ready']): string => new URL(textIn(ready, 'url')).port;

export async function startParts(options: PartsOptions): Promise<Parts> {
  const { store, dir, isKept, kubeconfig, log, signal, undo } = options;
  const logAs = (name: string) => (line: string) => log?.(`[${name}] ${line}`);
  // Without --data the temporary files of all parts are in the folder of the stack, which is removed with it.
  const env: Record<string, string> = isKept ? {} : { TMPDIR: dir };
  const limits = { closeMs: PART_END_MS, signal };
  const part = (name: string, more: Partial<ChildOptions> = {}): ChildOptions => {
    const entry = fileURLToPath(new URL(`../../emulators/${name}/main.ts`, import.meta.url));
    return { name, entry, env, log: logAs(name), ...limits, ...more };
  };
  const storing = startStorage({
    ...limits,
    store,
    dir: join(dir, store),
    isKept,
    log: logAs(store),
  });
  const pushing = keepChild(part('web-pubsub'), (ready) => {
    const [, key = ''] = /AccessKey=([^;]+)/.exec(textIn(ready, 'connectionString')) ?? [];
    return { args: ['--port', portIn(ready)], env: { ...env, WEB_PUBSUB_ACCESS_KEY: key } };
  });
  const clusterDir = join(dir, 'kubernetes');
  const data = isKept ? ['--data', clusterDir] : [];
  // By a signal it ends its Jobs too; when its input closes it keeps them, with data. Without data a new one would know no Jobs.
  const cluster = part('kubernetes', { closeSignal: 'SIGTERM', args: data });
  const clustering =
    kubeconfig === undefined
      ? keepChild(
          cluster,
          isKept ? (ready) => ({ args: [...data, '--port', portIn(ready)] }) : null,
        )
      : undefined;
  const starting = [storing, pushing, ...(clustering === undefined ? [] : [clustering])];
  undo(async () => {
    await Promise.allSettled(starting.map(async (part) => (await part).close()));
    endOrphanedContainers(clusterDir);
  });
  // One may fail while another is still starting: only what has started can be ended.
  await Promise.allSettled(starting);
  const [storage, webPubSub, kubernetes] = [await storing, await pushing, await clustering];
  return {
    storage,
    webPubSub,
    kubernetes,
    kubeconfig: kubeconfig ?? textIn(kubernetes?.ready ?? {}, 'kubeconfig'),
    failed: Promise.race([storage.ended, ...(kubernetes === undefined ? [] : [kubernetes.failed])]),
  };
}
