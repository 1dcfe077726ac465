import { describe, expect, it } from 'vitest';
import {
  appSettings,
  checkEnvironment,
  hasAzureStorage,
  trustedProxies,
} from '../../src/standalone/settings.ts';

const own = { storage: { AzureWebJobsStorage: 'inside' }, webPubSub: 'push', adminToken: 'made' };

describe('a standalone installation', () => {
  it.each(['true', '1', 'TRUE', 'yes'])('is never open: SLUICE_OPEN_MODE=%s', (value) => {
    expect(() => checkEnvironment({ SLUICE_OPEN_MODE: value })).toThrow('demands tokens');
  });

  it.each(['SLUICE_WEB_PUBSUB', 'SLUICE_WEB_PUBSUB_ENDPOINT'])('has its own %s', (name) => {
    expect(() => checkEnvironment({ [name]: 'x' })).toThrow('it has its own');
  });

  it('takes settings that change nothing of that', () => {
    expect(() =>
      checkEnvironment({ SLUICE_OPEN_MODE: 'false', SLUICE_WEB_PUBSUB: '' }),
    ).not.toThrow();
  });

  it('has defaults of a cluster, which the environment changes', () => {
    expect(appSettings({}, own)).toMatchObject({
      AzureWebJobsStorage: 'inside',
      SLUICE_ADMIN_TOKEN: 'made',
      SLUICE_PUBLIC_URL: 'request',
      SLUICE_CLUSTERS: '{"default": {"inCluster": true}}',
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '8388608',
    });
    const given = { SLUICE_ADMIN_TOKEN: 'mine', SLUICE_PUBLIC_URL: 'https://x', KUBECONFIG: '/k' };
    const settings = appSettings(given, own);
    expect(settings).toMatchObject({ SLUICE_ADMIN_TOKEN: 'mine', SLUICE_PUBLIC_URL: 'https://x' });
    expect(settings).not.toHaveProperty('SLUICE_CLUSTERS');
  });

  it.each([
    [{}, false],
    [{ SLUICE_STORAGE: '' }, false],
    [{ AzureWebJobsStorageX: 'x' }, false],
    [{ AzureWebJobsStorage__accountName: 'x' }, true],
    [{ SLUICE_STORAGE: 'x' }, true],
  ])('knows storage of Azure: %j', (env, expected) => {
    expect(hasAzureStorage(env)).toBe(expected);
  });

  it('reads networks of proxies', () => {
    expect(trustedProxies({})).toEqual([]);
    expect(trustedProxies({ SLUICE_TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8' })).toEqual([
      '10.0.0.0/8',
      'fd00::/8',
    ]);
  });
});
