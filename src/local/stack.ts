/** The whole product on one machine: storage, Web PubSub, Kubernetes and the Functions host. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_TARGET } from '../core/names.ts';
import { startAzurite } from './azurite.ts';
import { HOST, ROOT } from './build.ts';
import { readCatalogue } from './catalogue.ts';
import { type Child, type ChildOptions, startChild } from './child.ts';
import { type SuperviseOptions, supervise } from './host/supervisor.ts';
import { untilReady } from './ready.ts';

type Settings = Readonly<Record<string, string>>;

export type StackOptions = {
  /** Port of the API; a free one by default. */
  readonly port?: number;
  /** Keeps state there; without it everything is gone at the end. */
  readonly dataDir?: string;
  /** A real cluster instead of the stand-in. */
  readonly kubeconfig?: string;
  /** Namespace that runs go to, `sluice` by default. */
  readonly namespace?: string;
  /** Admin token of at least 16 characters; without one the API is open to this machine. */
  readonly token?: string;
  /** When the reconciler runs, NCRONTAB with seconds; every second by default. */
  readonly tickSchedule?: string;
  /** Further settings of the app. */
  readonly settings?: Settings;
  /** The last word on the settings, for who puts something between the app and the parts of the stack. */
  readonly rewire?: (settings: Settings) => Promise<Settings>;
  /** Pauses before the host is started again after it ended by itself. */
  readonly backoff?: SuperviseOptions['backoff'];
  /** Gets every line that a part of the stack prints. */
  readonly log?: (line: string) => void;
};

export type Stack = {
  readonly api: string;
  readonly docs: string;
  readonly webPubSub: string;
  /** Address of the stand-in; null with a cluster of your own. */
  readonly kubernetes: string | null;
  readonly kubeconfig: string;
  readonly token: string | null;
  /** Process ids; the host has none while it is being restarted. */
  readonly pids: {
    readonly azurite: number;
    readonly webPubSub: number;
    readonly kubernetes: number | undefined;
    readonly host: number | undefined;
  };
  /** Resolves with a sentence when a part that is not started again has ended by itself. */
  readonly failed: Promise<string>;
  /** Ends everything in order; resolves when no process is left. May be called again. */
  close(): Promise<void>;
};

/** Oftener than in a cloud, where each execution costs: what a follower leaves undone is soon done. */
const TICK = '*/5 * * * * *';

/** Followers and event streams run for minutes: who presses Ctrl-C does not wait for them, only for requests. */
const DRAIN_MS = 1_000;

const text = (child: Child, name: string): string => {
  const value = child.ready[name];
  if (typeof value === 'string') return value;
  throw new Error(`A part of the stack is ready without a ${name}`);
};

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

/** What storage, Web PubSub and Kubernetes told about themselves. */
type Parts = {
  readonly storage: string;
  readonly webPubSub: Child;
  readonly kubernetes: Child | undefined;
  readonly kubeconfig: string;
  readonly azuritePid: number;
  readonly ended: readonly Promise<string>[];
};

async function startParts(options: StackOptions, dir: string, undo: Undo): Promise<Parts> {
  const logAs = (name: string) => (line: string) => options.log?.(`[${name}] ${line}`);
  const start = async (name: string, more: Partial<ChildOptions> = {}): Promise<Child> => {
    const entry = fileURLToPath(new URL(`./${name}/main.ts`, import.meta.url));
    const child = await startChild({ name, entry, log: logAs(name), ...more });
    undo.add(() => child.close());
    return child;
  };
  const { kubeconfig, dataDir } = options;
  const storing = startAzurite(dataDir === undefined ? {} : { dir: join(dir, 'azurite') });
  const pushing = start('web-pubsub');
  // Told by a signal to end it ends its Jobs too; left alone, with data, it keeps them.
  const clustering =
    kubeconfig === undefined
      ? start('kubernetes', {
          closeSignal: 'SIGTERM',
          args: dataDir === undefined ? [] : ['--data', join(dir, 'kubernetes')],
        })
      : undefined;
  undo.add(async () => (await storing).close());
  // One may fail while another is still starting: only what has started can be ended.
  await Promise.allSettled([storing, pushing, clustering ?? pushing]);
  const [azurite, webPubSub, kubernetes] = [await storing, await pushing, await clustering];
  return {
    storage: azurite.connectionString,
    webPubSub,
    kubernetes,
    kubeconfig: kubeconfig ?? text(kubernetes as Child, 'kubeconfig'),
    azuritePid: azurite.pid,
    ended: [azurite, webPubSub, ...(kubernetes ? [kubernetes] : [])].map((part) => part.ended),
  };
}

/** The examples, and where they run, as the file that the app reads at its start. */
async function writeCatalogue(dir: string, namespace: string | undefined): Promise<string> {
  const catalogue = await readCatalogue(join(ROOT, 'examples', 'catalogue.json'));
  const targets = namespace === undefined ? [] : [{ name: DEFAULT_TARGET, namespace }];
  const path = join(dir, 'catalogue.json');
  await writeFile(path, JSON.stringify({ ...catalogue, targets }));
  return path;
}

async function settingsOf(options: StackOptions, parts: Parts, dir: string): Promise<Settings> {
  const settings = {
    AzureWebJobsStorage: parts.storage,
    SLUICE_WEB_PUBSUB: text(parts.webPubSub, 'connectionString'),
    KUBECONFIG: parts.kubeconfig,
    SLUICE_CATALOGUE: await writeCatalogue(dir, options.namespace),
    SLUICE_TICK_SCHEDULE: options.tickSchedule ?? TICK,
    // Who sits at the machine may try whatever comes to mind.
    SLUICE_DEFAULT_POLICY: 'open',
    ...(options.token === undefined
      ? { SLUICE_OPEN_MODE: 'true' }
      : { SLUICE_ADMIN_TOKEN: options.token }),
    ...options.settings,
  };
  return options.rewire?.(settings) ?? settings;
}

/**
 * Starts everything on loopback addresses; needs `dist/` to be built. Rejects with nothing left
 * running when a part does not start. All processes end with this one, also when it is killed.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const undo = new Undo();
  const { log, port, token, dataDir, backoff } = options;
  let dir: string;
  if (dataDir === undefined) {
    dir = await mkdtemp(join(tmpdir(), 'sluice-'));
    undo.add(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  } else {
    dir = dataDir;
    await mkdir(dir, { recursive: true });
  }
  try {
    const parts = await startParts(options, dir, undo);
    const host = await supervise({
      program: HOST,
      appDir: ROOT,
      stateDir: join(dir, 'host'),
      drainMs: DRAIN_MS,
      settings: await settingsOf(options, parts, dir),
      ...(port !== undefined && { port }),
      ...(backoff && { backoff }),
      ...(log && { log: (line) => log(`[host] ${line.level} ${line.category}: ${line.message}`) }),
    });
    undo.add(() => host.close());
    await untilReady(host.url());
    return {
      api: host.url(),
      docs: `${host.url()}/docs`,
      webPubSub: text(parts.webPubSub, 'url'),
      kubernetes: parts.kubernetes ? text(parts.kubernetes, 'url') : null,
      kubeconfig: parts.kubeconfig,
      token: token ?? null,
      pids: {
        azurite: parts.azuritePid,
        webPubSub: parts.webPubSub.pid,
        kubernetes: parts.kubernetes?.pid,
        get host() {
          return host.pid();
        },
      },
      failed: Promise.race(parts.ended),
      close: () => undo.run(),
    };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
