/** What the settings mean, and what is said of wrong ones. */
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/functions/settings/settings.ts';
import { storageName } from '../../src/functions/settings/storage-name.ts';
import { ADMIN } from '../api/support.ts';

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
    ['SLUICE_STORAGE__accountName', { SLUICE_STORAGE_ACCOUNT: 'state' }],
    ['SLUICE_WEB_PUBSUB', { SLUICE_WEB_PUBSUB: undefined }],
    ['SLUICE_ADMIN_TOKEN', { SLUICE_ADMIN_TOKEN: 'short-secret' }],
    ['SLUICE_ADMIN_TOKEN', { SLUICE_ADMIN_TOKEN: 'short-secret'.padEnd(31, 'x') }],
    ['SLUICE_CLUSTERS', { SLUICE_CLUSTERS: '{' }],
    ['SLUICE_CLUSTERS.a', { SLUICE_CLUSTERS: '{"a":{}}' }],
    ['SLUICE_CORS_ORIGINS', { SLUICE_CORS_ORIGINS: '*' }],
    ['SLUICE_CORS_ORIGINS', { SLUICE_CORS_ORIGINS: 'https://a.example/' }],
    ['SLUICE_RATE_PER_SECOND', { SLUICE_RATE_PER_SECOND: '0' }],
    ['SLUICE_WATCHDOG_SECONDS', { SLUICE_WATCHDOG_SECONDS: '2' }],
    ['log level', { SLUICE_LOG_LEVEL: 'loud' }],
    ['SLUICE_OPEN_MODE', { SLUICE_OPEN_MODE: 'true', WEBSITE_INSTANCE_ID: 'x' }],
  ])('that are wrong are named: %s', (name, change) => {
    const read = () => readSettings({ ...ENVIRONMENT, ...change });
    expect(read).toThrow(name);
    expect(read).not.toThrow('short-secret');
  });
});
