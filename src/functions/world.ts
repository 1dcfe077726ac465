/** The composition root: makes the world of real adapters from the settings. SDKs load at first use. */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import type { ConnectionSettings } from '../adapters/kubernetes/connections.ts';
import type { FollowQueue } from '../ports/follow-queue.ts';
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

/** Connects nothing yet: every adapter does so at its first call. */
export async function createWorld(settings: Settings, outside: Outside): Promise<World> {
  const { credential, log } = outside;
  const [
    { createTableStore },
    { createBlobs },
    { createQueue },
    { createPush },
    { createClusters },
    openid,
  ] = await Promise.all([
    import('../adapters/azure/store.ts'),
    import('../adapters/azure/blobs.ts'),
    import('../adapters/azure/queue.ts'),
    import('../adapters/azure/push.ts'),
    import('../adapters/kubernetes/connections.ts'),
    settings.signIn && import('../adapters/openid/identities.ts'),
  ]);
  const storage =
    'connectionString' in settings.storage
      ? settings.storage
      : { ...settings.storage, credential: await credential() };
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
    store: createTableStore(storage, { prefix: settings.tablePrefix }),
    blobs: createBlobs(storage, settings.blobContainer),
    queue: settings.follow ? createQueue(storage, settings.queueName) : NO_QUEUE,
    dispatchQueue: settings.follow
      ? createQueue(storage, `${settings.queueName}-dispatch`)
      : NO_QUEUE,
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
    random: (count) => randomBytes(count),
    sha256: async (text) => createHash('sha256').update(text).digest('hex'),
  };
}
