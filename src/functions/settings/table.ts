/**
 * Every setting (application setting, environment variable) of the app, described once: meaning, values, default. The
 * schema (`schema.ts`), the table in `infra/README.md` and the search for mistyped names are made from it. Without
 * packages, because the registrations need it at a cold start.
 */
import { ADMIN_TOKEN_MIN, TOKEN_CHARS_MAX } from '../../core/access/token-limits.ts';
import { WATCHDOG_SECONDS, WATCHDOG_SECONDS_MAX, WATCHDOG_SECONDS_MIN } from '../../core/limits.ts';
import { AUDIT_DAYS_MIN, RETENTION_DAYS_MAX } from '../../core/retention-limits.ts';
import type { Setting } from './setting.ts';
import { SIGN_IN_SETTINGS } from './sign-in-table.ts';
import { TELEMETRY_SETTINGS } from './telemetry-table.ts';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** More requests than any app serves: catches typing errors. */
const RATE_MAX = 1_000_000;
const RATE_MIN = 0.001;
/** Azure's rules for names of tables, containers and queues; a queue's leaves room for the suffix of the second queue. */
const TABLE_PREFIX_MAX = 40;
const NAME_MIN = 3;
const NAME_MAX = 63;
const QUEUE_NAME_MAX = NAME_MAX - '-dispatch'.length;
const HUB_MAX = 127;
/** The kernel takes 107 bytes for the path of a socket, which is in the folder. */
const SQLITE_FOLDER_MAX = 100;

const RESOURCE = {
  kind: 'text',
  pattern: /^[a-z0-9](-?[a-z0-9])*$/,
  takes: 'a-z, 0-9 and single hyphens',
  min: NAME_MIN,
} as const;

/** The suffixes by which the Functions host takes a connection, without those of its identity. */
export const PARTS = [
  '',
  '__accountName',
  '__tableServiceUri',
  '__queueServiceUri',
  '__blobServiceUri',
] as const;

export type StorageName = 'SLUICE_STORAGE' | 'AzureWebJobsStorage';
/** A setting that names the storage of queues. */
export type ConnectionName = StorageName | 'SLUICE_SQLITE';
type StoragePart = (typeof PARTS)[number] | '__clientId' | '__credential';

function storage<N extends StorageName>(name: N, of: string) {
  // The template gives the host's account by its name, without a key, and no second one.
  const given = name === 'AzureWebJobsStorage' ? 'template' : 'no, one account holds all';
  const uri = (service: string) =>
    ({
      kind: 'https',
      meaning: `${of}: address of its ${service}, with those of the others`,
      azure: 'no, the name says it',
    }) as const;
  return {
    [name]: {
      kind: 'plain',
      meaning: `${of}: connection string`,
      azure: 'no, keys are switched off',
    },
    [`${name}__accountName`]: {
      kind: 'text',
      meaning: `${of}: name of the account, for a managed identity`,
      min: NAME_MIN,
      max: NAME_MAX,
      azure: given,
    },
    [`${name}__tableServiceUri`]: uri('tables'),
    [`${name}__queueServiceUri`]: uri('queues'),
    [`${name}__blobServiceUri`]: uri('blobs'),
    [`${name}__credential`]: {
      kind: 'word',
      meaning: `${of}: by an identity; the Functions host asks for it beside the client id`,
      words: ['managedidentity'],
      azure: given,
    },
    [`${name}__clientId`]: {
      kind: 'plain',
      meaning: `${of}: client id of a user-assigned identity; it counts before \`AZURE_CLIENT_ID\``,
      azure: given,
    },
  } as Record<
    `${N}${Exclude<StoragePart, '__credential'>}`,
    Setting & { readonly kind: 'plain' | 'text' | 'https' }
  > &
    Record<`${N}__credential`, Setting & { readonly kind: 'word' }>;
}

export const SETTINGS = {
  ...storage('AzureWebJobsStorage', "The host's storage, which is required"),
  ...storage('SLUICE_STORAGE', "Storage of state and queues, by default the host's"),
  SLUICE_SQLITE: {
    kind: 'text',
    meaning:
      'Storage of state and queues without Azure: the folder of the storage process (`src/adapters/sqlite`). For one machine or pod, refused on Azure; no storage account is needed then',
    pattern: /^\//,
    takes: 'an absolute path',
    min: 1,
    max: SQLITE_FOLDER_MAX,
    azure: 'no, its disks go with the instance',
  },
  AZURE_CLIENT_ID: {
    kind: 'plain',
    meaning: 'Client id of a user-assigned identity; without it the system-assigned one is used',
    azure: 'template',
  },
  SLUICE_TABLE_PREFIX: {
    kind: 'text',
    meaning:
      'Prefix of each table name, for an app of another version, or a second one, on the same account',
    default: '',
    pattern: /^([A-Za-z][A-Za-z0-9]*)?$/,
    takes: 'letters and digits, first a letter',
    min: 0,
    max: TABLE_PREFIX_MAX,
  },
  SLUICE_BLOB_CONTAINER: {
    ...RESOURCE,
    meaning: 'Container of blobs for the logs of finished runs',
    default: 'sluice',
    max: NAME_MAX,
  },
  SLUICE_QUEUE: {
    ...RESOURCE,
    meaning:
      'Queue of the runs to follow; a second queue, with `-dispatch` after its name, has the runs to start',
    default: 'sluice-follow',
    max: QUEUE_NAME_MAX,
  },
  SLUICE_WEB_PUBSUB: {
    kind: 'plain',
    meaning: 'Web PubSub by connection string; this or the endpoint is required',
    azure: 'no, keys are switched off',
  },
  SLUICE_WEB_PUBSUB_ENDPOINT: {
    kind: 'https',
    meaning: 'Web PubSub by address, for a managed identity',
    azure: 'template',
  },
  SLUICE_WEB_PUBSUB_HUB: {
    kind: 'text',
    meaning: 'Hub of Web PubSub',
    default: 'sluice',
    pattern: /^[A-Za-z]\w*$/,
    takes: 'letters, digits and _, first a letter',
    min: 1,
    max: HUB_MAX,
  },
  SLUICE_PUBLIC_URL: {
    kind: 'address',
    meaning:
      'Where callers reach Web PubSub when it stands behind the address of the app, as in a standalone installation',
    azure: 'no, there it has an address of its own',
  },
  SLUICE_TRACE_URL: {
    kind: 'base',
    meaning:
      'Address of the app by which pods reach it, to which Nextflow sends what its tasks do (`trace` of an entry). Without it nothing is sent, and tasks are read from the trace file',
  },
  SLUICE_CLUSTERS: {
    kind: 'clusters',
    meaning:
      'Connections by name, each `{kubeconfig, context?}` (path or text), `{inCluster: true}` or `{server, caData, identity: true}`',
    default: '{}',
    azure: 'template',
  },
  KUBECONFIG: {
    kind: 'path',
    meaning: 'The connection `default`: path of a kubeconfig, or its text',
    azure: 'no, clusters take the identity',
  },
  SLUICE_ADMIN_TOKEN: {
    kind: 'text',
    meaning:
      'The first admin token. Only it and `SLUICE_ENTRA_ADMINS` can write domains, policies and targets',
    min: ADMIN_TOKEN_MIN,
    max: TOKEN_CHARS_MAX,
    azure: 'template',
  },
  ...SIGN_IN_SETTINGS,
  SLUICE_OPEN_MODE: {
    kind: 'flag',
    meaning: 'No tokens: for one machine only, refused on Azure',
    default: 'false',
    azure: 'no, for one machine',
  },
  SLUICE_DEFAULT_POLICY: {
    kind: 'word',
    meaning:
      'What the domain `default` may start until its policy is written: anything in any lane, or entries in declared lanes',
    words: ['open', 'closed'],
    default: 'closed',
  },
  SLUICE_CORS_ORIGINS: {
    kind: 'origins',
    meaning: 'Origins whose pages may call',
    default: '',
  },
  SLUICE_RATE_PER_SECOND: {
    kind: 'number',
    meaning: 'Requests a second of one token, for each instance',
    min: RATE_MIN,
    max: RATE_MAX,
    default: '200',
  },
  SLUICE_RATE_BURST: {
    kind: 'number',
    meaning: 'Requests of one token at once, for each instance',
    min: RATE_MIN,
    max: RATE_MAX,
    default: '400',
  },
  SLUICE_FOLLOW: {
    kind: 'flag',
    meaning:
      'Follow live runs, and dispatch bursts of starts, by queue messages; otherwise the timer does it',
    default: 'true',
  },
  SLUICE_WATCHDOG_SECONDS: {
    kind: 'whole',
    meaning:
      'How soon a follower that died is replaced; a living one postpones its watchdog message three times in that time',
    min: WATCHDOG_SECONDS_MIN,
    max: WATCHDOG_SECONDS_MAX,
    default: String(WATCHDOG_SECONDS),
  },
  SLUICE_TICK_SCHEDULE: {
    kind: 'schedule',
    meaning:
      'When the timer runs: at least every two minutes, or requests and messages do its work. With a schedule of every minute the host stores no status',
    default: '0 * * * * *',
  },
  SLUICE_RETENTION_RUNS_DAYS: {
    kind: 'whole',
    meaning:
      'Days that finished runs, their logs, events and idempotency keys are kept in domains that do not say; without it for ever',
    min: 1,
    max: RETENTION_DAYS_MAX,
  },
  SLUICE_RETENTION_AUDIT_DAYS: {
    kind: 'whole',
    meaning:
      'Days that entries of the audit log are kept in domains that do not say; without it for ever',
    min: AUDIT_DAYS_MIN,
    max: RETENTION_DAYS_MAX,
  },
  SLUICE_CATALOGUE: {
    kind: 'path',
    meaning: 'JSON file `{pipelines, targets}`; missing entries are added at the start',
    azure: 'no, the package has no such file',
  },
  SLUICE_LOG_LEVEL: {
    kind: 'word',
    meaning: 'Lowest level that is logged',
    words: LEVELS,
    default: 'info',
  },
  ...TELEMETRY_SETTINGS,
  SLUICE_EMULATED_CLUSTER: {
    kind: 'flag',
    meaning:
      'Set by `npm start`: the connection `default` leads to the emulator, which runs programs of this machine',
    default: 'false',
    azure: 'no, for one machine',
  },
  PATH: {
    kind: 'path',
    meaning: 'Set by the system: folders that are searched for programs of the emulated cluster',
    azure: 'no, the system sets it',
  },
  WEBSITE_INSTANCE_ID: {
    kind: 'plain',
    meaning: 'Set by Azure: the app runs there',
    azure: 'no, the platform sets it',
  },
} as const satisfies Readonly<Record<string, Setting>>;
