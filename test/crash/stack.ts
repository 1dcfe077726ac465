/** The local stack as a user starts it, with a proxy before each service and a second instance of the host. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { createSqliteStorage } from '../../src/adapters/sqlite/storage.ts';
import { ROOT } from '../../src/build/build.ts';
import type { StoreName } from '../../src/dev/parts/storage.ts';
import { type Stack, startStack } from '../../src/dev/stack.ts';
import { supervise } from '../../src/emulators/functions-host/process/supervisor.ts';
import type { Store } from '../../src/ports/store.ts';
import { commandOf, descendantsOf } from '../e2e/stack/processes.ts';
import type { Faults, Service } from './faults.ts';

type Settings = Readonly<Record<string, string>>;

export type Instance = {
  readonly name: string;
  readonly url: string;
  /** Undefined while it is being started again. */
  pid(): number | undefined;
  /** Tells it to end. */
  readonly endSignal: NodeJS.Signals;
  /** The app has a process of its own, as on Azure: its id. */
  readonly worker?: () => number | undefined;
};

export type CrashStack = {
  readonly instances: readonly Instance[];
  /** Of SQLite: its process; undefined while it is being started again, and with Azurite. */
  storagePid(): number | undefined;
  /** What is there, asked past the proxies. */
  left(): Promise<readonly string[]>;
  close(): Promise<void>;
};

export type Timings = {
  readonly tickSchedule?: string;
  readonly settings: Settings;
  /** Azurite by default. */
  readonly store?: StoreName;
};

/** Killed every few seconds, an instance would soon be away for longer than it is there. */
const BACKOFF = { minMs: 100, maxMs: 500 };

/**
 * The second instance ends in the order of the real host, its times scaled: told to, it serves on, then breaks what is open, and its
 * app is told last, with little time; killed, its worker lives on for a moment; and it ends when storage refuses for a while.
 */
const STRICT = 0.05;
const FORWARD_IDLE_MS = 60_000;

const ENDPOINTS = [
  ['table', 'TableEndpoint'],
  ['queue', 'QueueEndpoint'],
  ['blob', 'BlobEndpoint'],
] as const satisfies readonly (readonly [Service, string])[];

type Kubeconfig = {
  readonly clusters: { readonly cluster: { server: string } }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
};

/** The same settings with each address replaced by that of a proxy. */
async function behindProxies(faults: Faults, ours: Settings, dir: string): Promise<Settings> {
  const { SLUICE_WEB_PUBSUB = '', KUBECONFIG = '' } = ours;
  let storage = ours['AzureWebJobsStorage'];
  // Between the app and SQLite there is no proxy: its process itself is killed.
  for (const [service, name] of storage === undefined ? [] : ENDPOINTS) {
    const url = new RegExp(`${name}=(http://[^/;]+)`).exec(storage ?? '')?.[1] ?? '';
    storage = storage?.replace(url, await faults.before(service, url));
  }
  const hub = /Endpoint=([^;]+)/.exec(SLUICE_WEB_PUBSUB)?.[1] ?? '';
  const webPubSub = SLUICE_WEB_PUBSUB.replace(hub, await faults.before('webPubSub', hub));
  const kubeconfig = JSON.parse(await readFile(KUBECONFIG, 'utf8')) as Kubeconfig;
  for (const { cluster } of kubeconfig.clusters)
    cluster.server = await faults.before('kubernetes', cluster.server);
  const path = join(dir, 'kubeconfig');
  await writeFile(path, JSON.stringify(kubeconfig));
  return {
    ...(storage !== undefined && { AzureWebJobsStorage: storage }),
    SLUICE_WEB_PUBSUB: webPubSub,
    KUBECONFIG: path,
  };
}

/** Each client holds a connection, of which the process takes so many. */
const clients = new Map<string, Store>();
const storeIn = (folder: string): Store => {
  const store = clients.get(folder) ?? createSqliteStorage(folder).store('');
  clients.set(folder, store);
  return store;
};

async function workLeft({ AzureWebJobsStorage, SLUICE_SQLITE }: Settings): Promise<string[]> {
  if (SLUICE_SQLITE !== undefined)
    return (await storeIn(SLUICE_SQLITE).hasRows('work')) ? ['work'] : [];
  const left: string[] = [];
  const work = TableClient.fromConnectionString(AzureWebJobsStorage ?? '', 'work', {
    allowInsecureConnection: true,
  });
  for await (const row of work.listEntities()) left.push(`work ${row.rowKey}`);
  return left;
}

/**
 * What has to be gone when all runs are over: work, Jobs and pods. Messages may be left: what a killed
 * instance had received shows again only after ten minutes, and means nothing then.
 */
async function whatIsLeft(stack: Stack, ours: Settings): Promise<string[]> {
  const { KUBECONFIG = '' } = ours;
  const left = await workLeft(ours);
  const { users } = JSON.parse(await readFile(KUBECONFIG, 'utf8')) as Kubeconfig;
  const headers = { authorization: `Bearer ${users[0]?.user.token}` };
  for (const path of ['apis/batch/v1/namespaces/sluice/jobs', 'api/v1/namespaces/sluice/pods']) {
    const answer = await fetch(`${stack.kubernetes}/${path}`, { headers });
    const { items } = (await answer.json()) as { items: { metadata: { name: string } }[] };
    for (const { metadata } of items) left.push(`${path.split('/').at(-1)} ${metadata.name}`);
  }
  return left;
}

const workerOf = (host: number | undefined): number | undefined =>
  host === undefined
    ? undefined
    : descendantsOf(host).find((pid) => commandOf(pid).includes('worker-main'));

export async function startCrashStack(
  faults: Faults,
  { settings, tickSchedule, store = 'azurite' }: Timings,
  log: (line: string) => void,
): Promise<CrashStack> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-crash-'));
  let ours: Settings = {};
  let wired: Settings = {};
  const stack = await startStack({
    ...(tickSchedule !== undefined && { tickSchedule }),
    settings,
    store,
    backoff: BACKOFF,
    log: (line) => log(`1 ${line}`),
    overrideSettings: async (given) => {
      ours = given;
      wired = { ...given, ...(await behindProxies(faults, given, dir)) };
      return wired;
    },
  });
  const second = await supervise({
    appDir: ROOT,
    stateDir: join(dir, 'second'),
    backoff: BACKOFF,
    strict: STRICT,
    forwardIdleMs: FORWARD_IDLE_MS,
    settings: wired,
    log: (line) => log(`2 [host] ${line.level} ${line.category}: ${line.message}`),
  }).catch(async (error: unknown) => {
    await stack.close();
    throw error;
  });
  return {
    instances: [
      { name: '1', url: stack.api, pid: () => stack.pids.host, endSignal: 'SIGTERM' },
      {
        name: '2',
        url: second.url(),
        pid: second.pid,
        endSignal: 'SIGINT',
        worker: () => workerOf(second.pid()),
      },
    ],
    storagePid: () => stack.pids.sqlite,
    left: () => whatIsLeft(stack, ours),
    async close() {
      await Promise.all([second.close(), stack.close()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
