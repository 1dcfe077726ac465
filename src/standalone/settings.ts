/** What the environment of the pod says, and what the app is told. */
import { BODY_BYTES_MAX } from './limits.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
type Settings = Readonly<Record<string, string>>;

/** Nothing waits for a cold start here, and a tick costs nothing but its reads. */
const TICK = '*/10 * * * * *';

const isGiven = (env: Environment, pattern: RegExp): boolean =>
  Object.entries(env).some(
    ([name, value]) => pattern.test(name) && value !== undefined && value !== '',
  );

/** Whether state is to be in a storage account of Azure. */
export const hasAzureStorage = (env: Environment): boolean =>
  isGiven(env, /^(AzureWebJobsStorage|SLUICE_STORAGE)(__|$)/);

/** Networks of proxies before the installation, such as an ingress. */
export const trustedProxies = (env: Environment): readonly string[] =>
  (env['SLUICE_TRUSTED_PROXIES'] ?? '').split(/[\s,]+/).filter((network) => network !== '');

/** Throws for settings that would open the installation, or that it cannot follow. */
export function checkEnvironment(env: Environment): void {
  if (isGiven(env, /^SLUICE_OPEN_MODE$/) && !/^(0|false)$/.test(env['SLUICE_OPEN_MODE'] ?? '')) {
    throw new Error(
      'SLUICE_OPEN_MODE is for one machine only: others reach this, so it demands tokens',
    );
  }
  if (isGiven(env, /^SLUICE_WEB_PUBSUB(_ENDPOINT)?$/)) {
    throw new Error(
      'SLUICE_WEB_PUBSUB and SLUICE_WEB_PUBSUB_ENDPOINT are not for a standalone installation: it has its own',
    );
  }
}

/** The settings of the app: those of the environment, with defaults of an installation in a cluster. */
export function appSettings(
  env: Environment,
  own: {
    readonly storage: Settings;
    readonly webPubSub: string;
    readonly adminToken: string;
  },
): Settings {
  const byDefault = (name: string, value: string): Settings => ({ [name]: env[name] || value });
  return {
    ...own.storage,
    SLUICE_WEB_PUBSUB: own.webPubSub,
    ...byDefault('SLUICE_ADMIN_TOKEN', own.adminToken),
    // Clients find Web PubSub where they found the API.
    ...byDefault('SLUICE_PUBLIC_URL', 'request'),
    ...byDefault('SLUICE_TICK_SCHEDULE', TICK),
    ...(!env['KUBECONFIG'] && byDefault('SLUICE_CLUSTERS', '{"default": {"inCluster": true}}')),
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(BODY_BYTES_MAX),
    AzureWebJobsDisableHomepage: 'true',
    AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
  };
}
