/** Application settings (environment variables), read once. What is wrong is told by name, all at once. */
import { z } from 'zod';
import { ADMIN_TOKEN_MIN } from '../../core/access/token-limits.ts';
import { WATCHDOG_SECONDS } from '../../core/limits.ts';
import { levelOf } from '../log.ts';
import { readStorage, type Storage, storageForms } from './storage.ts';

const flag = z
  .enum(['0', '1', 'false', 'true'])
  .default('false')
  .transform((text) => text === '1' || text === 'true');

const positive = (fallback: number) =>
  z.coerce.number().positive().max(1_000_000).default(fallback);

/** How to reach one cluster. `identity` is the app's managed identity, for AKS with Entra ID. */
const ClusterSetting = z.union([
  z.strictObject({ kubeconfig: z.string().min(1), context: z.string().min(1).optional() }),
  z.strictObject({ inCluster: z.literal(true) }),
  z.strictObject({
    server: z.url({ protocol: /^https$/ }),
    caData: z.string().min(1),
    identity: z.literal(true),
  }),
]);
export type ClusterSetting = z.infer<typeof ClusterSetting>;

const clusters = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string().regex(/^[a-z0-9-]{1,63}$/), ClusterSetting));

const origins = z
  .string()
  .default('')
  .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''))
  .pipe(
    z.array(
      z
        .string()
        .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'is not an origin'),
    ),
  );

const Environment = z.object({
  ...storageForms('AzureWebJobsStorage'),
  ...storageForms('SLUICE_STORAGE'),
  SLUICE_STORAGE_ACCOUNT: z
    .never('is not a setting any more: SLUICE_STORAGE__accountName is')
    .optional(),
  AZURE_CLIENT_ID: z.string().min(1).optional(),
  SLUICE_TABLE_PREFIX: z
    .string()
    .regex(/^([A-Za-z][A-Za-z0-9]{0,39})?$/)
    .default(''),
  SLUICE_BLOB_CONTAINER: z
    .string()
    .regex(/^[a-z0-9](-?[a-z0-9]){2,62}$/)
    .default('sluice'),
  // Room for the end of a second name, of the queue of dispatches.
  SLUICE_QUEUE: z
    .string()
    .max(54)
    .regex(/^[a-z0-9](-?[a-z0-9]){2,62}$/)
    .default('sluice-follow'),
  SLUICE_WEB_PUBSUB: z.string().min(1).optional(),
  SLUICE_WEB_PUBSUB_ENDPOINT: z.url().optional(),
  SLUICE_WEB_PUBSUB_HUB: z
    .string()
    .regex(/^[A-Za-z]\w{0,126}$/)
    .default('sluice'),
  SLUICE_FOLLOW: z
    .enum(['0', '1', 'false', 'true'])
    .default('true')
    .transform((text) => text === '1' || text === 'true'),
  SLUICE_WATCHDOG_SECONDS: z.coerce.number().int().min(3).max(300).default(WATCHDOG_SECONDS),
  KUBECONFIG: z.string().min(1).optional(),
  SLUICE_CLUSTERS: clusters,
  SLUICE_ADMIN_TOKEN: z
    .string()
    .min(ADMIN_TOKEN_MIN, `must have at least ${ADMIN_TOKEN_MIN} characters`)
    .max(512)
    .optional(),
  SLUICE_OPEN_MODE: flag,
  SLUICE_EMULATED_CLUSTER: flag,
  SLUICE_DEFAULT_POLICY: z.enum(['open', 'closed']).default('closed'),
  SLUICE_CORS_ORIGINS: origins,
  SLUICE_RATE_PER_SECOND: positive(200),
  SLUICE_RATE_BURST: positive(400),
  SLUICE_LOG_LEVEL: z.string().optional(),
  SLUICE_CATALOGUE: z.string().min(1).optional(),
  WEBSITE_INSTANCE_ID: z.string().optional(),
});
type Environment = z.infer<typeof Environment>;

/** A connection string, or an address that the app's managed identity is let into. */
type Access<T> = { readonly connectionString: string } | T;

export type Settings = {
  readonly storage: Storage;
  readonly tablePrefix: string;
  readonly blobContainer: string;
  readonly queueName: string;
  /** Live runs are followed by queue messages; without, by the timer alone. */
  readonly follow: boolean;
  /** How soon a dead follower is replaced, in seconds. */
  readonly watchdogSeconds: number;
  readonly webPubSub: Access<{ readonly endpoint: string }>;
  readonly hub: string;
  /** Client id of a user-assigned identity; undefined for the system-assigned one. */
  readonly identityClientId: string | undefined;
  readonly clusters: Readonly<Record<string, ClusterSetting>>;
  readonly adminToken: string | undefined;
  readonly openMode: boolean;
  /** What the default domain may start until its policy is written. */
  readonly defaultPolicy: 'open' | 'closed';
  /** The connection `default` leads to the local emulator, which runs programs of this machine and no images. */
  readonly emulated: boolean;
  readonly corsOrigins: readonly string[];
  readonly rateLimit: { readonly perSecond: number; readonly burst: number };
  readonly logLevel: ReturnType<typeof levelOf>;
  /** Path of a JSON file `{pipelines?, targets?}`; entries that are absent are put at the start. */
  readonly cataloguePath: string | undefined;
};

function webPubSubOf(env: Environment): Settings['webPubSub'] | undefined {
  if (env.SLUICE_WEB_PUBSUB !== undefined) return { connectionString: env.SLUICE_WEB_PUBSUB };
  const endpoint = env.SLUICE_WEB_PUBSUB_ENDPOINT;
  return endpoint === undefined ? undefined : { endpoint };
}

function fail(problems: readonly string[]): never {
  throw new Error(`settings: ${problems.join('; ')}`);
}

/** Throws an Error that names every setting that is missing or wrong, without their values. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  // A setting that is there but empty means the same as none.
  const given = Object.entries(environment).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  const parsed = Environment.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    return fail(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  }
  const env = parsed.data;
  const { storage, clientId } = readStorage(env);
  const webPubSub = webPubSubOf(env);
  const problems: string[] = [];
  if (storage === undefined)
    problems.push(
      'SLUICE_STORAGE or AzureWebJobsStorage is required: a connection string, or __accountName, or the addresses of all three services',
    );
  if (webPubSub === undefined) {
    problems.push('SLUICE_WEB_PUBSUB or SLUICE_WEB_PUBSUB_ENDPOINT is required');
  }
  if (env.SLUICE_OPEN_MODE && env.WEBSITE_INSTANCE_ID !== undefined) {
    problems.push('SLUICE_OPEN_MODE is for one machine only, and this is Azure');
  }
  if (storage === undefined || webPubSub === undefined || problems.length > 0)
    return fail(problems);
  const fromKubeconfig = env.KUBECONFIG && { default: { kubeconfig: env.KUBECONFIG } };
  return {
    storage,
    tablePrefix: env.SLUICE_TABLE_PREFIX,
    blobContainer: env.SLUICE_BLOB_CONTAINER,
    queueName: env.SLUICE_QUEUE,
    follow: env.SLUICE_FOLLOW,
    watchdogSeconds: env.SLUICE_WATCHDOG_SECONDS,
    webPubSub,
    hub: env.SLUICE_WEB_PUBSUB_HUB,
    identityClientId: clientId ?? env.AZURE_CLIENT_ID,
    clusters: { ...fromKubeconfig, ...env.SLUICE_CLUSTERS },
    adminToken: env.SLUICE_ADMIN_TOKEN,
    openMode: env.SLUICE_OPEN_MODE,
    defaultPolicy: env.SLUICE_DEFAULT_POLICY,
    emulated: env.SLUICE_EMULATED_CLUSTER,
    corsOrigins: env.SLUICE_CORS_ORIGINS,
    rateLimit: { perSecond: env.SLUICE_RATE_PER_SECOND, burst: env.SLUICE_RATE_BURST },
    logLevel: levelOf(env.SLUICE_LOG_LEVEL),
    cataloguePath: env.SLUICE_CATALOGUE,
  };
}
