/** The whole product on one machine: storage, Web PubSub, Kubernetes and the Functions host. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST, ROOT } from '../build/build.ts';
import { writeJson } from '../core/json/write.ts';
import { DEFAULT_TARGET } from '../core/names.ts';
import { lockFolder } from '../emulators/folder-lock.ts';
import {
  type Supervised,
  type SuperviseOptions,
  supervise,
} from '../emulators/functions-host/process/supervisor.ts';
import { signalProcess } from '../emulators/kubernetes/containers/process-tree.ts';
import { readCatalogue } from './catalogue.ts';
import { type Parts, startParts, textIn } from './parts/parts.ts';
import type { Storage, StoreName } from './parts/storage.ts';
import { untilReady } from './ready.ts';

type Settings = Readonly<Record<string, string>>;

export type StackOptions = {
  /** Port of the API; a free one by default. */
  readonly port?: number;
  /** Keeps state there, for one stack at a time; without it everything is gone at the end. */
  readonly dataDir?: string;
  /** Where state is: Azurite by default, or SQLite, which loses nothing when its process is killed. */
  readonly store?: StoreName;
  /** A real cluster instead of the emulator. */
  readonly kubeconfig?: string;
  /** Namespace that runs go to, `sluice` by default. */
  readonly namespace?: string;
  /** Admin token, also the key of the host's `/admin`; without one both are open to this machine. */
  readonly token?: string;
  /** When the reconciler runs, NCRONTAB with seconds; every second by default. */
  readonly tickSchedule?: string;
  /** Further settings of the app. */
  readonly settings?: Settings;
  /** Changes the finished settings: to put a proxy between the app and a part of the stack. */
  readonly overrideSettings?: (settings: Settings) => Promise<Settings>;
  /** Pauses before the host is started again after it ended by itself. */
  readonly backoff?: SuperviseOptions['backoff'];
  /** Gets every line that a part of the stack prints. */
  readonly log?: (line: string) => void;
  /** Gives up the start. Means nothing once the stack is there. */
  readonly signal?: AbortSignal;
};

export type Stack = {
  readonly api: string;
  readonly docs: string;
  /** The page to watch and steer from. */
  readonly page: string;
  readonly webPubSub: string;
  /** Address of the emulator; null with a cluster of your own. */
  readonly kubernetes: string | null;
  readonly kubeconfig: string;
  readonly token: string | null;
  /** Process ids; a part has none while it is being started again. */
  readonly pids: Storage['pids'] & {
    readonly webPubSub: number | undefined;
    readonly kubernetes: number | undefined;
    readonly host: number | undefined;
  };
  /** Resolves with a sentence when a part that is not started again has ended by itself. */
  readonly failed: Promise<string>;
  /**
   * Ends everything in order, and by force what does not end: drivers are told by TERM and killed after 2 s. Resolves within
   * 10 s, no process being left. May be called again.
   */
  close(): Promise<void>;
};

/** More often than in a cloud, where each execution costs. */
const TICK = '*/5 * * * * *';

/** Ctrl-C waits for requests, but not for followers and event streams, which run for minutes. */
const DRAIN_MS = 1_000;
/** Ctrl-C takes 10 s at most: first the host ends, which still needs the others, then these together. */
const HOST_END_MS = 4_000;

/** For shell scripts that name no image; the emulator runs them with the shell of this machine. */
const SHELL_IMAGE = 'busybox:1.37';

/** Steps to undo, the last one first; each runs whatever the others do. */
class Undo {
  readonly #steps: (() => Promise<unknown>)[] = [];
  #running: Promise<void> | undefined;

  add(step: () => Promise<unknown>): void {
    this.#steps.unshift(step);
  }

  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    for (const step of this.#steps) await step().catch(() => undefined);
  }
}

async function endHost(host: Supervised): Promise<void> {
  const force = (): void => {
    const pid = host.pid();
    if (pid !== undefined) signalProcess(pid, 'SIGKILL');
  };
  const timer = setTimeout(force, HOST_END_MS);
  await host.close().finally(() => clearTimeout(timer));
}

/** The examples, and where they run, as the file that the app reads at its start. */
async function writeCatalogue(dir: string, namespace: string | undefined): Promise<string> {
  const catalogue = await readCatalogue(join(ROOT, 'examples', 'catalogue.json'));
  const target = {
    name: DEFAULT_TARGET,
    shell_image: SHELL_IMAGE,
    ...(namespace !== undefined && { namespace }),
  };
  const path = join(dir, 'catalogue.json');
  await writeFile(path, writeJson({ ...catalogue, targets: [target] }));
  return path;
}

async function settingsOf(options: StackOptions, parts: Parts, dir: string): Promise<Settings> {
  const settings = {
    ...parts.storage.settings,
    SLUICE_WEB_PUBSUB: textIn(parts.webPubSub.ready, 'connectionString'),
    KUBECONFIG: parts.kubeconfig,
    SLUICE_CATALOGUE: await writeCatalogue(dir, options.namespace),
    SLUICE_TICK_SCHEDULE: options.tickSchedule ?? TICK,
    // The user of the machine may start anything.
    SLUICE_DEFAULT_POLICY: 'open',
    ...(options.kubeconfig === undefined && { SLUICE_EMULATED_CLUSTER: 'true' }),
    ...(options.token === undefined
      ? { SLUICE_OPEN_MODE: 'true' }
      : { SLUICE_ADMIN_TOKEN: options.token }),
    ...options.settings,
  };
  return options.overrideSettings?.(settings) ?? settings;
}

/** The folder of the stack's state: the user's, which no other stack works on, or one that goes with the stack. */
async function folderOf(dataDir: string | undefined, undo: Undo) {
  if (dataDir === undefined) {
    const dir = await mkdtemp(join(tmpdir(), 'sluice-'));
    undo.add(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
    return { dir, setAddress: () => undefined };
  }
  await mkdir(dataDir, { recursive: true });
  const { setAddress, release } = await lockFolder(dataDir);
  undo.add(async () => release());
  return { dir: dataDir, setAddress };
}

/**
 * Starts everything on loopback addresses; needs `dist/` to be built. Rejects with nothing left
 * running when a part does not start, or when another stack works on the same data. All processes end with this one, also
 * when it is killed.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const undo = new Undo();
  const { log, port, token, dataDir, kubeconfig, backoff, store = 'azurite' } = options;
  const { signal = new AbortController().signal } = options;
  try {
    const { dir, setAddress } = await folderOf(dataDir, undo);
    const parts = await startParts({
      store,
      dir,
      isKept: dataDir !== undefined,
      kubeconfig,
      log,
      signal,
      undo: (step) => undo.add(step),
    });
    signal.throwIfAborted();
    const host = await supervise({
      program: HOST,
      appDir: ROOT,
      stateDir: join(dir, 'host'),
      drainMs: DRAIN_MS,
      ...(token !== undefined && { enableAuth: true, keys: { master: token } }),
      settings: await settingsOf(options, parts, dir),
      signal,
      ...(port !== undefined && { port }),
      ...(backoff && { backoff }),
      ...(log && { log: (line) => log(`[host] ${line.level} ${line.category}: ${line.message}`) }),
    });
    undo.add(() => endHost(host));
    await untilReady(host.url(), signal);
    setAddress(host.url());
    return {
      api: host.url(),
      docs: `${host.url()}/docs`,
      page: `${host.url()}/ui/`,
      webPubSub: textIn(parts.webPubSub.ready, 'url'),
      kubernetes: parts.kubernetes ? textIn(parts.kubernetes.ready, 'url') : null,
      kubeconfig: parts.kubeconfig,
      token: token ?? null,
      pids: {
        azurite: parts.storage.pids.azurite,
        get sqlite() {
          return parts.storage.pids.sqlite;
        },
        get webPubSub() {
          return parts.webPubSub.pid();
        },
        get kubernetes() {
          return parts.kubernetes?.pid();
        },
        get host() {
          return host.pid();
        },
      },
      failed: parts.failed,
      close: () => undo.run(),
    };
  } catch (error) {
    await undo.run();
    // After an abort the reason is the abort, not what it broke.
    signal.throwIfAborted();
    throw error;
  }
}
