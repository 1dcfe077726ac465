/** Application settings (environment variables), read once. All faults are reported together, by name. */
import { isPrivate } from '../../core/access/address/loopback.ts';
import { nearestNames } from '../../core/catalogue/nearest.ts';
import { type Environment, storageName } from './environment.ts';
import { type ClusterSetting, Environment as Schema, type Values } from './schema.ts';
import { readSignIn, type SignIn } from './sign-in.ts';
import { readStorage, type Storage } from './storage.ts';
import { type Level, SETTINGS } from './table.ts';

/** A connection string, or an address for the app's managed identity. */
type Access<T> = { readonly connectionString: string } | T;

export type Settings = {
  readonly storage: Storage;
  readonly tablePrefix: string;
  readonly blobContainer: string;
  readonly queueName: string;
  /** Whether live runs are followed by queue messages; otherwise the timer reads their logs. */
  readonly follow: boolean;
  /** How soon a dead follower is replaced, in seconds. */
  readonly watchdogSeconds: number;
  readonly webPubSub: Access<{ readonly endpoint: string }>;
  /** Its endpoint, also where a connection string names it. */
  readonly webPubSubAddress: string;
  readonly hub: string;
  /** An address before Web PubSub, or `request`. */
  readonly publicUrl: string | undefined;
  /** Address of the app by which pods reach it, without a slash at its end. */
  readonly traceUrl: string | undefined;
  /** Client id of a user-assigned identity; undefined for the system-assigned one. */
  readonly identityClientId: string | undefined;
  readonly clusters: Readonly<Record<string, ClusterSetting>>;
  readonly adminToken: string | undefined;
  /** Sign-in of people and workloads; undefined when it is off. */
  readonly signIn: SignIn | undefined;
  readonly openMode: boolean;
  /** Policy of the domain `default` until one is written. */
  readonly defaultPolicy: 'open' | 'closed';
  /** The connection `default` leads to the local emulator, which runs programs of this machine and no images. */
  readonly emulated: boolean;
  /** Folders with programs, as `PATH` has them. */
  readonly programFolders: string;
  /** Days that things are kept in domains that do not say; absent: for ever. */
  readonly retention: { readonly runsDays?: number; readonly auditDays?: number };
  readonly corsOrigins: readonly string[];
  readonly rateLimit: { readonly perSecond: number; readonly burst: number };
  readonly logLevel: Level;
  /** Where telemetry goes; undefined for nowhere. */
  readonly telemetry:
    | { readonly endpoint: string; readonly headers: string }
    | { readonly connectionString: string; readonly entra: boolean }
    | undefined;
  /** Share of traces that are recorded, 0 to 1. */
  readonly traceRatio: number;
  /** Path of a JSON file `{pipelines?, targets?}`; missing entries are added at the start. */
  readonly cataloguePath: string | undefined;
};

function webPubSubOf(env: Values): Settings['webPubSub'] | undefined {
  if (env.SLUICE_WEB_PUBSUB !== undefined) return { connectionString: env.SLUICE_WEB_PUBSUB };
  const endpoint = env.SLUICE_WEB_PUBSUB_ENDPOINT;
  return endpoint === undefined ? undefined : { endpoint };
}

/** Clients connect to the endpoint of a connection string on the port that it names. */
function addressOf(webPubSub: Settings['webPubSub']): string | undefined {
  if ('endpoint' in webPubSub) return webPubSub.endpoint;
  const part = (name: string): string =>
    new RegExp(`(?:^|;)\\s*${name}=([^;]*)`, 'i').exec(webPubSub.connectionString)?.[1] ?? '';
  const address = URL.parse(part('Endpoint'));
  if (address === null) return undefined;
  if (part('Port') !== '') address.port = part('Port');
  return address.href;
}

const addressesOf = (env: Values): Pick<Settings, 'publicUrl' | 'traceUrl'> => ({
  publicUrl: env.SLUICE_PUBLIC_URL,
  traceUrl: env.SLUICE_TRACE_URL?.replace(/\/+$/, ''),
});

function retentionOf(env: Values): Settings['retention'] {
  const [runsDays, auditDays] = [env.SLUICE_RETENTION_RUNS_DAYS, env.SLUICE_RETENTION_AUDIT_DAYS];
  return {
    ...(runsDays !== undefined && { runsDays }),
    ...(auditDays !== undefined && { auditDays }),
  };
}

function telemetryOf(env: Values): Settings['telemetry'] {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint !== undefined) return { endpoint, headers: env.OTEL_EXPORTER_OTLP_HEADERS };
  const connectionString = env.APPLICATIONINSIGHTS_CONNECTION_STRING;
  const entra = env.APPLICATIONINSIGHTS_AUTHENTICATION_STRING !== undefined;
  return connectionString === undefined ? undefined : { connectionString, entra };
}

/** Whether the key of a collector would go over a network in clear text. */
const leaksHeaders = (env: Values): boolean =>
  env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined &&
  env.OTEL_EXPORTER_OTLP_HEADERS !== '' &&
  !isPrivate(env.OTEL_EXPORTER_OTLP_ENDPOINT);

function fail(problems: readonly string[]): never {
  throw new Error(`settings: ${problems.join('; ')}`);
}

/**
 * Where the platform cannot read a secret, the setting keeps the text of its reference, which is no secret at all: as the
 * admin token it would let in everybody who can guess the name of the vault.
 */
const isUnresolved = (value: string | undefined): boolean =>
  /^\s*@Microsoft\.KeyVault\(/i.test(value ?? '');

/** Settings whose secret in Key Vault the platform could not read; they count as absent. */
export const unresolvedSettings = (environment: Environment): string[] =>
  Object.keys(SETTINGS).filter((name) => isUnresolved(environment[name]));

/** Throws an Error that names every setting that is missing or wrong, without their values. */
export function readSettings(environment: Environment): Settings {
  const given = Object.entries(environment).filter(
    ([, value]) => value !== '' && !isUnresolved(value),
  );
  const parsed = Schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    return fail(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`));
  }
  const env = parsed.data;
  const { storage, clientId } = readStorage(env);
  const webPubSub = webPubSubOf(env);
  const webPubSubAddress = webPubSub && addressOf(webPubSub);
  const signIn = readSignIn(env);
  const problems: string[] = typeof signIn === 'string' ? [signIn] : [];
  if (storage === undefined)
    problems.push(
      'SLUICE_STORAGE or AzureWebJobsStorage is required: a connection string, or __accountName, or the addresses of all three services; or SLUICE_SQLITE',
    );
  if (env.SLUICE_SQLITE !== undefined && storageName(env) === 'SLUICE_STORAGE')
    problems.push('SLUICE_SQLITE and SLUICE_STORAGE are two places for the same state');
  if (env.SLUICE_SQLITE !== undefined && env.WEBSITE_INSTANCE_ID !== undefined)
    problems.push('SLUICE_SQLITE is for one machine or pod, and this is Azure');
  if (webPubSub === undefined)
    problems.push('SLUICE_WEB_PUBSUB or SLUICE_WEB_PUBSUB_ENDPOINT is required');
  else if (webPubSubAddress === undefined)
    problems.push('SLUICE_WEB_PUBSUB is no connection string: it names no Endpoint');
  if (env.SLUICE_OPEN_MODE && env.WEBSITE_INSTANCE_ID !== undefined) {
    problems.push('SLUICE_OPEN_MODE is for one machine only, and this is Azure');
  }
  if (leaksHeaders(env))
    problems.push(
      'OTEL_EXPORTER_OTLP_HEADERS may be a key, so OTEL_EXPORTER_OTLP_ENDPOINT must be an https address; http on this machine',
    );
  if (
    storage === undefined ||
    webPubSub === undefined ||
    webPubSubAddress === undefined ||
    typeof signIn === 'string' ||
    problems.length > 0
  )
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
    webPubSubAddress,
    hub: env.SLUICE_WEB_PUBSUB_HUB,
    ...addressesOf(env),
    identityClientId: clientId ?? env.AZURE_CLIENT_ID,
    clusters: { ...fromKubeconfig, ...env.SLUICE_CLUSTERS },
    adminToken: env.SLUICE_ADMIN_TOKEN,
    signIn,
    openMode: env.SLUICE_OPEN_MODE,
    defaultPolicy: env.SLUICE_DEFAULT_POLICY,
    emulated: env.SLUICE_EMULATED_CLUSTER,
    programFolders: env.PATH ?? '',
    retention: retentionOf(env),
    corsOrigins: env.SLUICE_CORS_ORIGINS,
    rateLimit: { perSecond: env.SLUICE_RATE_PER_SECOND, burst: env.SLUICE_RATE_BURST },
    logLevel: env.SLUICE_LOG_LEVEL,
    telemetry: telemetryOf(env),
    traceRatio: env.OTEL_TRACES_SAMPLER_ARG,
    cataloguePath: env.SLUICE_CATALOGUE,
  };
}

const OURS = 'SLUICE_';

/** Unknown names that look like settings of this app, each with the setting that may be meant. */
export function unknownSettings(
  environment: Environment,
): { readonly name: string; readonly nearest: string | undefined }[] {
  const known = Object.keys(SETTINGS).filter((name) => name.startsWith(OURS));
  const short = (name: string): string => name.slice(OURS.length).toLowerCase();
  return Object.keys(environment)
    .filter((name) => name.startsWith(OURS) && !known.includes(name))
    .map((name) => {
      const [nearest] = nearestNames(short(name), known.map(short));
      return { name, nearest: known.find((each) => short(each) === nearest) };
    });
}
