/** The composition root: makes the world of real adapters from the settings. SDKs load at first use. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import type { ConnectionSettings } from '../adapters/kubernetes/connections.ts';
import { SCHEMA_FILE_BYTES_MAX } from '../core/params-limits.ts';
import type { FollowQueue } from '../ports/follow-queue.ts';
import type { SourceFiles } from '../ports/source-files.ts';
import type { Clock, World } from '../ports/world.ts';
import type { Outside } from './outside.ts';
import { hasProgram } from './programs.ts';
import type { ClusterSetting } from './settings/schema.ts';
import type { Settings } from './settings/settings.ts';

/** The application id of every AKS cluster with Entra ID: the scope of its tokens. */
const AKS_SCOPE = '6dae42f8-4368-4678-94ff-3960e28e3630/.default';

const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    // An abort ends the sleep without an error.
    await delay(ms, undefined, signal && { signal }).catch(() => undefined);
  },
};

function connectionOf(
  setting: ClusterSetting,
  credential: () => Promise<TokenCredential>,
): ConnectionSettings {
  if (!('identity' in setting)) return setting;
  const { server, caData } = setting;
  const token = async (): Promise<string> => {
    const access = await (await credential()).getToken(AKS_SCOPE);
    if (access === null) throw new Error('the identity gives no token for the cluster');
    return access.token;
  };
  return { server, caData, token };
}

/** The queue of an app with `SLUICE_FOLLOW=false`, in which no function receives messages. */
const NO_QUEUE: FollowQueue = {
  off: true,
  send: async () => ({ id: '', token: '' }),
  postpone: async (receipt) => receipt,
  remove: async () => undefined,
  waiting: async () => false,
};

type Stored = Pick<World, 'store' | 'blobs' | 'queue' | 'dispatchQueue'>;

/** The storage of the settings. Of SQLite only the client is loaded: the database is in a process of its own. */
async function storageOf(
  settings: Settings,
  credential: () => Promise<TokenCredential>,
): Promise<Stored> {
  const { storage, tablePrefix, blobContainer, queueName } = settings;
  const dispatchName = `${queueName}-dispatch`;
  const followed = (queueOf: (name: string) => FollowQueue) =>
    settings.follow
      ? { queue: queueOf(queueName), dispatchQueue: queueOf(dispatchName) }
      : { queue: NO_QUEUE, dispatchQueue: NO_QUEUE };
  if ('sqliteFolder' in storage) {
    const sqlite = await import('../adapters/sqlite/storage.ts');
    const { store, blobs, queue } = sqlite.createSqliteStorage(storage.sqliteFolder);
    return {
      store: store(tablePrefix),
      blobs: blobs(blobContainer),
      ...followed(queue),
    };
  }
  const [{ createTableStore }, { createBlobs }, { createQueue }] = await Promise.all([
    import('../adapters/azure/store.ts'),
    import('../adapters/azure/blobs.ts'),
    import('../adapters/azure/queue.ts'),
  ]);
  const account =
    'connectionString' in storage ? storage : { ...storage, credential: await credential() };
  return {
    store: createTableStore(account, { prefix: tablePrefix }),
    blobs: createBlobs(account, blobContainer),
    ...followed((name) => createQueue(account, name)),
  };
}

let opened: Promise<SourceFiles> | undefined;
const sourceFiles = (): Promise<SourceFiles> =>
  (opened ??= import('../adapters/source/https.ts').then(({ createSourceFiles }) =>
    createSourceFiles(SCHEMA_FILE_BYTES_MAX),
  ));

/** Connects nothing yet: every adapter does so at its first call. */
export async function createWorld(settings: Settings, outside: Outside): Promise<World> {
  const { credential, log } = outside;
  const [stored, { createPush }, { createClusters }, openid] = await Promise.all([
    storageOf(settings, credential),
    import('../adapters/azure/push.ts'),
    import('../adapters/kubernetes/connections.ts'),
    settings.signIn && import('../adapters/openid/identities.ts'),
  ]);
  const webPubSub =
    'connectionString' in settings.webPubSub
      ? settings.webPubSub
      : { ...settings.webPubSub, credential: await credential() };
  const connections = Object.fromEntries(
    Object.entries(settings.clusters).map(([name, setting]) => [
      name,
      connectionOf(setting, credential),
    ]),
  );
  return {
    instance: {},
    ...stored,
    push: createPush(webPubSub, settings.hub),
    clusters: createClusters({ connections }),
    ...(settings.signIn &&
      openid && {
        identities: openid.createIdentities({ ...settings.signIn, clock: systemClock }),
      }),
    clock: systemClock,
    log,
    watchdogSeconds: settings.watchdogSeconds,
    defaultPolicy: settings.defaultPolicy,
    retention: settings.retention,
    ...(settings.emulated && {
      hasProgram: (program: string) => hasProgram(settings.programFolders, program),
    }),
    ...(settings.traceUrl !== undefined && { traceUrl: settings.traceUrl }),
    // Few installations ever fetch: its client is loaded by the first that does.
    sourceFiles: { read: async (address) => (await sourceFiles()).read(address) },
    random: (count) => randomBytes(count),
    sha256: async (text) => createHash('sha256').update(text).digest('hex'),
  };
}
