/** The product in one container: storage, Web PubSub and the Functions host as processes of their own, behind one port. */
import { join } from 'node:path';
import { type KeptChild, keepChild } from '../dev/parts/kept-child.ts';
import { lockFolder } from '../emulators/folder-lock.ts';
import type { HostLogLine } from '../emulators/functions-host/log.ts';
import { type Supervised, supervise } from '../emulators/functions-host/process/supervisor.ts';
import { makeKey } from './keys.ts';
import { DRAIN_MS, HOST_END_MS, HOST_HEAP_MB, PART_END_MS, WEB_PUBSUB_HEAP_MB } from './limits.ts';
import { appSettings, checkEnvironment, type Environment, trustedProxies } from './settings.ts';
import { startStorage } from './storage.ts';

export type RuntimeOptions = {
  /** Folder of the app: package.json, host.json and the bundle. */
  readonly appDir: string;
  /** Folder of the programs of the parts. */
  readonly programs: string;
  /** The claim: keys, state and the status of timers. It is made when missing. */
  readonly dataDir: string;
  readonly hostname: string;
  /** The one port that is reached from outside; 0 for a free one. */
  readonly port: number;
  readonly environment: Environment;
  /** Gets every line that a part prints, and what is told of the parts. Never a key. */
  readonly log: (line: string) => void;
  /** Gives up the start. */
  readonly signal: AbortSignal;
};

export type Runtime = {
  readonly url: string;
  /** Ends everything in order, by force what does not end in time. */
  close(): Promise<void>;
};

/** What Kubernetes asks. */
const PROBES = ['/health/live', '/health/ready'];

/** What the app prints is a line of its log already. */
const lineOf = (line: HostLogLine): string =>
  line.category === 'Host.Console' ? line.message : JSON.stringify(line);

async function startWebPubSub(options: RuntimeOptions): Promise<KeptChild> {
  const { programs, dataDir, log, signal } = options;
  const child = {
    name: 'Web PubSub',
    entry: join(programs, 'web-pubsub.js'),
    env: {
      WEB_PUBSUB_ACCESS_KEY: await makeKey(dataDir, 'web-pubsub-key'),
      NODE_OPTIONS: `--max-old-space-size=${WEB_PUBSUB_HEAP_MB}`,
    },
    log: (line: string) => log(JSON.stringify({ category: 'Web PubSub', message: line })),
    closeMs: PART_END_MS,
    signal,
  };
  // Addresses that clients were given stay good.
  return keepChild(child, ({ url }) => ({ args: ['--port', new URL(String(url)).port] }));
}

async function startHost(
  options: RuntimeOptions,
  storage: Readonly<Record<string, string>>,
  webPubSub: KeptChild,
): Promise<Supervised> {
  const { appDir, programs, dataDir, environment, hostname, port, log, signal } = options;
  const { url, connectionString } = webPubSub.ready;
  return supervise({
    program: join(programs, 'functions-host', 'main.js'),
    appDir,
    hostname,
    port,
    stateDir: join(dataDir, 'host'),
    enableAuth: true,
    keys: { master: await makeKey(dataDir, 'host-master-key') },
    outside: {
      sockets: { prefix: '/client/hubs/', port: Number(new URL(String(url)).port) },
      probes: PROBES,
      trustedProxies: trustedProxies(environment),
    },
    settings: appSettings(environment, {
      storage,
      webPubSub: String(connectionString),
      adminToken: await makeKey(dataDir, 'admin-token'),
    }),
    heapMb: HOST_HEAP_MB,
    drainMs: DRAIN_MS,
    endMs: HOST_END_MS,
    log: (line) => log(lineOf(line)),
    signal,
  });
}

/** Rejects, with nothing left running, when a part does not start or another process works on the same data. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { dataDir, environment } = options;
  checkEnvironment(environment);
  const { release } = await lockFolder(dataDir);
  // The last is ended first: the host still needs the others while it ends.
  const parts: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    for (const part of parts.toReversed()) await part.close();
    release();
  };
  try {
    const storage = await startStorage(options);
    parts.push(storage);
    const webPubSub = await startWebPubSub(options);
    parts.push(webPubSub);
    const host = await startHost(options, storage.settings, webPubSub);
    parts.push(host);
    return {
      url: host.url(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
