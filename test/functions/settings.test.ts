/** What the settings mean, what is said of wrong ones, and their table in `infra/README.md`, which `npm run settings` writes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRegistration, storageName } from '../../src/functions/settings/environment.ts';
import { settingsTable } from '../../src/functions/settings/markdown.ts';
import {
  readSettings,
  unknownSettings,
  unresolvedSettings,
} from '../../src/functions/settings/settings.ts';
import { SETTINGS } from '../../src/functions/settings/table.ts';
import { ADMIN } from '../api/support.ts';

const CLIENT_ID = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
const TENANT = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

const ENVIRONMENT = {
  SLUICE_STORAGE: 'UseDevelopmentStorage=true',
  SLUICE_WEB_PUBSUB:
    'Endpoint=http://127.0.0.1:1;AccessKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
};

describe('settings', () => {
  it('have defaults, and take connection strings or identities', () => {
    expect(readSettings(ENVIRONMENT)).toMatchObject({
      storage: { connectionString: 'UseDevelopmentStorage=true' },
      webPubSubAddress: 'http://127.0.0.1:1/',
      hub: 'sluice',
      openMode: false,
      corsOrigins: [],
      clusters: {},
      watchdogSeconds: 20,
      logLevel: 'info',
    });
    const identity = readSettings({
      AzureWebJobsStorage__accountName: 'account',
      SLUICE_WEB_PUBSUB_ENDPOINT: 'https://x.webpubsub.azure.com',
      AZURE_CLIENT_ID: 'client',
      KUBECONFIG: '/kube/config',
      SLUICE_CLUSTERS: '{"aks":{"server":"https://aks:443","caData":"Y2E=","identity":true}}',
      SLUICE_CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      SLUICE_OPEN_MODE: '',
    });
    expect(identity).toMatchObject({
      storage: { accountName: 'account' },
      webPubSub: { endpoint: 'https://x.webpubsub.azure.com' },
      identityClientId: 'client',
      clusters: { default: { kubeconfig: '/kube/config' }, aks: { identity: true } },
      corsOrigins: ['https://a.example', 'http://localhost:5173'],
    });
  });

  it('take SQLite in place of an account, and then need none', () => {
    const { SLUICE_STORAGE, ...rest } = ENVIRONMENT;
    const sqlite = { ...rest, SLUICE_SQLITE: '/data/sqlite' };
    expect(readSettings(sqlite)).toMatchObject({ storage: { sqliteFolder: '/data/sqlite' } });
    expect(readRegistration(sqlite).connection).toBe('SLUICE_SQLITE');
    // The host's own account is no place for state then.
    const both = { ...sqlite, AzureWebJobsStorage: 'UseDevelopmentStorage=true' };
    expect(readSettings(both)).toMatchObject({ storage: { sqliteFolder: '/data/sqlite' } });
    expect(() => readSettings({ ...sqlite, SLUICE_STORAGE })).toThrow(
      'SLUICE_SQLITE and SLUICE_STORAGE are two places for the same state',
    );
    expect(() => readSettings({ ...sqlite, WEBSITE_INSTANCE_ID: 'i' })).toThrow(
      'SLUICE_SQLITE is for one machine or pod, and this is Azure',
    );
    expect(() => readSettings({ ...sqlite, SLUICE_SQLITE: 'data' })).toThrow(
      'SLUICE_SQLITE must be of an absolute path',
    );
  });

  const uris = (name: string) => ({
    [`${name}__tableServiceUri`]: 'https://x.table.core.windows.net',
    [`${name}__queueServiceUri`]: 'https://x.queue.core.windows.net',
    [`${name}__blobServiceUri`]: 'https://x.blob.core.windows.net',
  });
  const account = { accountName: 'state' };
  it.each([
    [
      'SLUICE_STORAGE',
      { AzureWebJobsStorage: 'a', SLUICE_STORAGE: 'b' },
      { connectionString: 'b' },
    ],
    [
      'AzureWebJobsStorage',
      { AzureWebJobsStorage: 'a', SLUICE_STORAGE: '' },
      { connectionString: 'a' },
    ],
    ['SLUICE_STORAGE', { AzureWebJobsStorage: 'a', SLUICE_STORAGE__accountName: 'state' }, account],
    ['AzureWebJobsStorage', { AzureWebJobsStorage__accountName: 'state' }, account],
    [
      'SLUICE_STORAGE',
      { AzureWebJobsStorage__accountName: 'other', ...uris('SLUICE_STORAGE') },
      { endpoints: { queue: 'https://x.queue.core.windows.net' } },
    ],
  ])(
    'let the queue trigger and the app look at one account: %s %j',
    (name, environment, storage) => {
      expect(storageName(environment)).toBe(name);
      const { SLUICE_WEB_PUBSUB } = ENVIRONMENT;
      expect(readSettings({ SLUICE_WEB_PUBSUB, ...environment }).storage).toMatchObject(storage);
    },
  );

  it.each([
    ['SLUICE_STORAGE', { SLUICE_STORAGE: '' }],
    ['SLUICE_STORAGE', { SLUICE_STORAGE: '', SLUICE_STORAGE__queueServiceUri: 'https://x' }],
    ['SLUICE_WEB_PUBSUB', { SLUICE_WEB_PUBSUB: undefined }],
    ['SLUICE_ADMIN_TOKEN', { SLUICE_ADMIN_TOKEN: 'short-secret' }],
    ['SLUICE_ADMIN_TOKEN', { SLUICE_ADMIN_TOKEN: 'short-secret'.padEnd(31, 'x') }],
    ['SLUICE_CLUSTERS', { SLUICE_CLUSTERS: '{' }],
    ['SLUICE_CLUSTERS.a', { SLUICE_CLUSTERS: '{"a":{}}' }],
    ['SLUICE_CORS_ORIGINS', { SLUICE_CORS_ORIGINS: '*' }],
    ['SLUICE_CORS_ORIGINS', { SLUICE_CORS_ORIGINS: 'https://a.example/' }],
    ['SLUICE_RATE_PER_SECOND', { SLUICE_RATE_PER_SECOND: '0' }],
    ['SLUICE_WATCHDOG_SECONDS', { SLUICE_WATCHDOG_SECONDS: '2' }],
    ['SLUICE_LOG_LEVEL', { SLUICE_LOG_LEVEL: 'loud' }],
    ['SLUICE_QUEUE', { SLUICE_QUEUE: 'x'.repeat(55) }],
    ['SLUICE_TABLE_PREFIX', { SLUICE_TABLE_PREFIX: '1a' }],
    ['SLUICE_WEB_PUBSUB_ENDPOINT', { SLUICE_WEB_PUBSUB_ENDPOINT: 'http://x.example' }],
    ['SLUICE_OPEN_MODE', { SLUICE_OPEN_MODE: 'true', WEBSITE_INSTANCE_ID: 'x' }],
    ['SLUICE_ENTRA_TENANT', { SLUICE_ENTRA_CLIENT_ID: CLIENT_ID }],
    ['SLUICE_ENTRA_TENANT', { SLUICE_ENTRA_AUDIENCE: 'api://x' }],
    // Every tenant of Entra, and so everybody.
    ['SLUICE_ENTRA_TENANT', { SLUICE_ENTRA_CLIENT_ID: CLIENT_ID, SLUICE_ENTRA_TENANT: 'common' }],
    ['SLUICE_ENTRA_ISSUER', { SLUICE_ENTRA_ISSUER: 'http://login.example.org' }],
    ['SLUICE_ENTRA_ISSUER', { SLUICE_ENTRA_ISSUER: 'login' }],
    ['SLUICE_ENTRA_CLIENT_ID', { SLUICE_PLATFORM_SIGN_IN: 'true' }],
    [
      'SLUICE_PLATFORM_SIGN_IN needs SLUICE_ENTRA_TENANT',
      {
        SLUICE_PLATFORM_SIGN_IN: 'true',
        SLUICE_ENTRA_CLIENT_ID: CLIENT_ID,
        SLUICE_ENTRA_ISSUER: 'https://login.example.org',
      },
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a.example:4318', OTEL_EXPORTER_OTLP_HEADERS: 'k=v' },
    ],
    ['SLUICE_ENTRA_ROLES', { SLUICE_ENTRA_ROLES: '{' }],
    ['SLUICE_ENTRA_ROLES.7', { SLUICE_ENTRA_ROLES: '{"7":{"domain":"a","scopes":["read"]}}' }],
    ['SLUICE_ENTRA_ROLES.a', { SLUICE_ENTRA_ROLES: '{"a":{"domain":"a","scopes":["all"]}}' }],
    ['SLUICE_ENTRA_ROLES.a', { SLUICE_ENTRA_ROLES: '{"a":{"domain":"a","scopes":[]}}' }],
  ])('that are wrong are named: %s', (name, change) => {
    const read = () => readSettings({ ...ENVIRONMENT, ...change });
    expect(read).toThrow(name);
    expect(read).not.toThrow('short-secret');
  });
});

it.each(['https://a.example', 'http://127.0.0.1:4318', 'http://localhost:4318'])(
  'the key of a collector goes to %s',
  (endpoint) => {
    const otlp = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'k=v' };
    expect(readSettings({ ...ENVIRONMENT, ...otlp }).telemetry).toMatchObject({ headers: 'k=v' });
  },
);

describe('sign-in', () => {
  const read = (change: Record<string, string>) =>
    readSettings({ ...ENVIRONMENT, ...change }).signIn;

  it('is off until a client id or an audience is given, also with a tenant', () => {
    expect(read({})).toBeUndefined();
    expect(read({ SLUICE_ENTRA_TENANT: TENANT, SLUICE_ENTRA_CLIENT_ID: '' })).toBeUndefined();
  });

  it('takes tokens of the tenant for the client by default', () => {
    const env = { SLUICE_ENTRA_TENANT: TENANT, SLUICE_ENTRA_CLIENT_ID: CLIENT_ID };
    expect(read(env)).toEqual({
      issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      audiences: [`api://${CLIENT_ID}`, CLIENT_ID],
      tenant: TENANT,
      admins: [],
      grants: {},
      platform: false,
      browser: {
        clientId: CLIENT_ID,
        scope: `openid profile offline_access api://${CLIENT_ID}/access`,
      },
    });
  });

  it('takes tokens of another issuer, and of workloads alone', () => {
    const roles = '{"group":{"domain":"a","scopes":["read","launch"]}}';
    const env = {
      SLUICE_ENTRA_ISSUER: 'http://127.0.0.1:8443/tenant',
      SLUICE_ENTRA_AUDIENCE: 'sluice, other',
      SLUICE_ENTRA_ADMINS: `${TENANT} ${CLIENT_ID}`,
      SLUICE_ENTRA_ROLES: roles,
    };
    expect(read(env)).toMatchObject({
      issuer: 'http://127.0.0.1:8443/tenant',
      audiences: ['sluice', 'other'],
      tenant: undefined,
      admins: [TENANT, CLIENT_ID],
      grants: JSON.parse(roles),
      browser: undefined,
    });
  });
});

it('a reference to Key Vault that the platform did not resolve is no secret', () => {
  const reference =
    '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/sluice-admin-token)';
  const given = { ...ENVIRONMENT, SLUICE_ADMIN_TOKEN: reference };
  expect(readSettings(given).adminToken).toBeUndefined();
  expect(unresolvedSettings(given)).toEqual(['SLUICE_ADMIN_TOKEN']);
  expect(unresolvedSettings(ENVIRONMENT)).toEqual([]);
});

it('the app roles that are registered are those to which the documentation gives rights', () => {
  const infra = join(import.meta.dirname, '../../infra');
  const registered = JSON.parse(readFileSync(join(infra, 'app-roles.json'), 'utf8'));
  const [, given = ''] =
    /SLUICE_ENTRA_ROLES '(.*)'/.exec(readFileSync(join(infra, 'README.md'), 'utf8')) ?? [];
  const { signIn } = readSettings({
    ...ENVIRONMENT,
    SLUICE_ENTRA_TENANT: TENANT,
    SLUICE_ENTRA_CLIENT_ID: CLIENT_ID,
    SLUICE_ENTRA_ROLES: given,
  });
  const values = registered.map(({ value }: { value: string }) => value);
  expect(Object.keys(signIn?.grants ?? {})).toEqual(values);
});

describe('sign-in by the platform', () => {
  it.each([
    ['true', 'True', true],
    ['true', 'true', false],
    ['true', 'False', false],
    ['true', '', false],
    ['false', 'True', false],
    ['', 'True', false],
  ])('with the setting %j, where Azure says %j, is %s', (own, azure, platform) => {
    const { signIn } = readSettings({
      ...ENVIRONMENT,
      SLUICE_ENTRA_TENANT: TENANT,
      SLUICE_ENTRA_CLIENT_ID: CLIENT_ID,
      SLUICE_PLATFORM_SIGN_IN: own,
      WEBSITE_AUTH_ENABLED: azure,
    });
    expect(signIn).toMatchObject({ platform });
  });
});

describe('the names of settings', () => {
  it('are looked through for those that are mistyped', () => {
    const given = { SLUICE_WATCHDOG_SECOND: '5', SLUICE_folow: '1', OTHER: 'y' };
    expect(unknownSettings({ ...ENVIRONMENT, ...given })).toEqual([
      { name: 'SLUICE_WATCHDOG_SECOND', nearest: 'SLUICE_WATCHDOG_SECONDS' },
      { name: 'SLUICE_folow', nearest: 'SLUICE_FOLLOW' },
    ]);
  });

  it('are all read by the app: none is described in vain', () => {
    const source = (file: string) =>
      readFileSync(join(import.meta.dirname, '../../src/functions/settings', file), 'utf8');
    const readers = ['settings.ts', 'environment.ts', 'sign-in.ts'].map(source).join('\n');
    const own = Object.keys(SETTINGS).filter(
      (name) => !/^(AzureWebJobsStorage|SLUICE_STORAGE)/.test(name),
    );
    expect(own.filter((name) => !new RegExp(`\\b${name}\\b`).test(readers))).toEqual([]);
  });

  it('are in infra/README.md with meaning, bounds and default', () => {
    const path = join(import.meta.dirname, '../../infra/README.md');
    const text = readFileSync(path, 'utf8');
    const old = /^\| setting \| what \|.*\n(?:\|.*\n)+/m.exec(text)?.[0] ?? '';
    if (process.env['UPDATE_SETTINGS'] !== undefined)
      writeFileSync(
        path,
        text.replace(old, () => `${settingsTable()}\n`),
      );
    else expect(old).toBe(`${settingsTable()}\n`);
  });
});

describe('the registration', () => {
  it('has the defaults, or the names of settings that the host looks up', () => {
    expect(readRegistration({ SLUICE_QUEUE: '', SLUICE_TICK_SCHEDULE: '' })).toEqual({
      schedule: '0 * * * * *',
      queues: { follow: 'sluice-follow', dispatch: 'sluice-follow-dispatch' },
      connection: 'AzureWebJobsStorage',
    });
    expect(
      readRegistration({ SLUICE_QUEUE: 'q', SLUICE_TICK_SCHEDULE: '5', SLUICE_STORAGE: 's' }),
    ).toEqual({
      schedule: '%SLUICE_TICK_SCHEDULE%',
      queues: { follow: '%SLUICE_QUEUE%', dispatch: '%SLUICE_QUEUE%-dispatch' },
      connection: 'SLUICE_STORAGE',
    });
    for (const off of ['0', 'false'])
      expect(readRegistration({ SLUICE_FOLLOW: off }).queues).toBeUndefined();
  });
});
