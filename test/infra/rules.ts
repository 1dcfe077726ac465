/** What must hold of the resources that a deployment would make. A rule gives one sentence for each fault. */

import { readSettings } from '../../src/functions/settings/settings.ts';
import type { Profile, Resource, Snapshot } from './compiler.ts';
import { rolesFaults } from './roles.ts';
import { PARAMETERS, WRITTEN } from './settings-bicep.ts';
import { resolved } from './stand-ins.ts';

/** Settings that the template writes for the Functions host, which the app does not read. */
const HOST_SETTINGS = ['languageWorkers__node__arguments'];

const ENDPOINTS = ['blob', 'queue', 'table', 'vault', 'webpubsub'];

/** Open enums, which the compiler does not check. */
const SKUS: Readonly<Record<Profile, Readonly<Record<string, string>>>> = {
  cheap: { storageAccounts: 'Standard_LRS', webPubSub: 'Free_F1', serverfarms: 'FC1' },
  production: {
    storageAccounts: 'Standard_ZRS',
    webPubSub: 'Standard_S1',
    serverfarms: 'FC1',
    managedClusters: 'Base',
    natGateways: 'Standard',
    publicIPAddresses: 'Standard',
  },
};

type Rule = (all: readonly Resource[], profile: Profile) => readonly string[];

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

const kind = ({ type }: Resource): string => type.split('/').at(-1) ?? '';
const ofKind = (all: readonly Resource[], name: string): Resource[] =>
  all.filter((each) => kind(each) === name);
const one = (all: readonly Resource[], name: string): Resource => {
  const [found, ...more] = ofKind(all, name);
  if (found === undefined || more.length > 0) throw new Error(`not one ${name}`);
  return found;
};
const settingsOf = (all: readonly Resource[]): Record<string, string> =>
  all.find((each) => each.name.endsWith('/appsettings'))?.properties ?? {};

/** What the app says of its settings when it reads them. */
function read(given: Readonly<Record<string, string>>): string[] {
  try {
    // On Azure the platform sets this one.
    readSettings({ ...resolved(given), WEBSITE_INSTANCE_ID: 'instance' });
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** A sentence for each expectation that does not hold. */
const faults = (expected: Readonly<Record<string, boolean>>): string[] =>
  Object.entries(expected).flatMap(([name, holds]) => (holds ? [] : [name]));

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const keys: Rule = (all) => {
  const [storage, push] = [one(all, 'storageAccounts'), one(all, 'webPubSub')];
  const app = one(all, 'sites').properties;
  const text = JSON.stringify(all);
  return faults({
    'storage takes keys': storage.properties.allowSharedKeyAccess === false,
    'blobs may be public': storage.properties.allowBlobPublicAccess === false,
    'Web PubSub takes keys':
      push.properties.disableLocalAuth === true && !push.properties.disableAadAuth,
    'the hub takes anybody': ofKind(all, 'hubs').every(
      (hub) => hub.properties.anonymousConnectPolicy === 'deny',
    ),
    'the workspace takes keys':
      one(all, 'workspaces').properties.features.disableLocalAuth === true,
    'Application Insights takes keys': one(all, 'components').properties.DisableLocalAuth === true,
    'the vault has access policies': one(all, 'vaults').properties.enableRbacAuthorization === true,
    'the cluster has local accounts': ofKind(all, 'managedClusters').every(
      ({ properties: { disableLocalAccounts, aadProfile } }) =>
        disableLocalAccounts &&
        aadProfile.managed &&
        !aadProfile.enableAzureRBAC &&
        aadProfile.adminGroupObjectIDs.length > 0,
    ),
    'the deployment site takes passwords': same(
      ofKind(all, 'basicPublishingCredentialsPolicies').map((each) => [
        each.name.split('/')[1],
        each.properties.allow,
      ]),
      [
        ['ftp', false],
        ['scm', false],
      ],
    ),
    'packages are read by a key':
      app.functionAppConfig.deployment.storage.authentication.type === 'UserAssignedIdentity',
    'the admin token is not in the vault':
      settingsOf(all)['SLUICE_ADMIN_TOKEN']?.includes('@Microsoft.KeyVault(') === true,
    'a key is read or written': !/listKeys|AccountKey=|AccessKey=|SharedAccess/i.test(text),
  });
};

const tls: Rule = (all) => {
  const storage = one(all, 'storageAccounts').properties;
  const { httpsOnly, siteConfig } = one(all, 'sites').properties;
  return faults({
    'storage takes old TLS':
      storage.minimumTlsVersion === 'TLS1_2' && storage.supportsHttpsTrafficOnly,
    'the app takes http or old TLS':
      httpsOnly &&
      siteConfig.minTlsVersion === '1.2' &&
      siteConfig.scmMinTlsVersion === '1.2' &&
      siteConfig.ftpsState === 'Disabled',
    'an address is not https': !JSON.stringify(all).includes('http://'),
  });
};

const reach: Rule = (all, profile) => {
  if (profile === 'cheap')
    return faults({ 'cheap has a network': ofKind(all, 'virtualNetworks').length === 0 });
  const isOpen = ({ properties }: Resource): boolean =>
    properties?.publicNetworkAccess === 'Enabled';
  const open = all.filter(isOpen).map(kind).toSorted(byText);
  const [storage, vault] = [one(all, 'storageAccounts').properties, one(all, 'vaults').properties];
  const push = one(all, 'webPubSub').properties.networkACLs ?? {};
  const api = one(all, 'managedClusters').properties.apiServerAccessProfile;
  const endpoints = ofKind(all, 'privateEndpoints');
  const groups = endpoints
    .map(({ properties }) => properties.privateLinkServiceConnections[0].properties.groupIds[0])
    .toSorted(byText);
  return faults({
    [`public: ${open.join(', ')}`]: same(open, ['sites', 'webPubSub']),
    'storage is not closed':
      storage.publicNetworkAccess === 'Disabled' &&
      storage.networkAcls.defaultAction === 'Deny' &&
      storage.networkAcls.bypass === 'None',
    'the vault is not closed':
      vault.publicNetworkAccess === 'Disabled' && vault.networkAcls.defaultAction === 'Deny',
    'Web PubSub is open for more than clients':
      same(push.publicNetwork?.allow, ['ClientConnection']) &&
      same(push.publicNetwork?.deny, ['RESTAPI', 'ServerConnection', 'Trace']),
    [`private endpoints: ${groups.join(', ')}`]: same(groups, ENDPOINTS),
    'an endpoint has no name': ofKind(all, 'privateDnsZoneGroups').length === ENDPOINTS.length,
    'an endpoint is in another subnet': endpoints.every(({ properties }) =>
      properties.subnet.id.endsWith('/subnets/endpoints'),
    ),
    'the app is not in the network':
      one(all, 'sites').properties.virtualNetworkSubnetId?.endsWith('/subnets/app') &&
      one(all, 'sites').properties.outboundVnetRouting?.applicationTraffic,
    'the app takes calls from anywhere':
      one(all, 'sites').properties.siteConfig.ipSecurityRestrictionsDefaultAction === 'Deny',
    'the API of the cluster is open':
      api.enablePrivateCluster ||
      (api.authorizedIPRanges.length > 0 &&
        !JSON.stringify(api.authorizedIPRanges).includes('0.0.0.0')),
  });
};

const cors: Rule = (all, profile) =>
  faults({
    'the platform answers CORS': same(one(all, 'sites').properties.siteConfig.cors, {
      allowedOrigins: [],
      supportCredentials: false,
    }),
    'storage answers CORS': ofKind(all, 'blobServices').every(
      (each) => each.properties.cors === undefined,
    ),
    'pages may call by default':
      profile === 'production' || !('SLUICE_CORS_ORIGINS' in settingsOf(all)),
  });

const settings: Rule = (all) => {
  const given = settingsOf(all);
  const parameters = PARAMETERS.map(([name]) => name);
  const required = [
    ...HOST_SETTINGS,
    ...WRITTEN.map(([name]) => name),
    ...PARAMETERS.flatMap(([name, { default: value }]) => (value ? [name] : [])),
  ];
  return [
    ...Object.keys(given)
      .filter((name) => !required.includes(name) && !parameters.includes(name))
      .map(
        (name) =>
          `${name} is not a setting of src/functions/settings/table.ts, or not one for Azure`,
      ),
    ...required
      .filter((name) => !(name in given))
      .map(
        (name) =>
          `${name} is not written: add it to ownSettings in infra/modules/app.bicep, or say in its row of src/functions/settings/table.ts (\`azure\`) why it is not`,
      ),
    ...read(given),
    ...Object.entries(given).flatMap(([name, value]) => (value === '' ? [`${name} is empty`] : [])),
  ];
};

const plan: Rule = (all, profile) => {
  const production = profile === 'production';
  const { functionAppConfig: config } = one(all, 'sites').properties;
  const { alwaysReady, instanceMemoryMB } = config.scaleAndConcurrency;
  return faults({
    'a name of an always-ready function is wrong': alwaysReady.every(
      (each: { name: string }) => each.name === 'function:follow',
    ),
    'zones want two instances':
      !production ||
      alwaysReady.every((each: { instanceCount: number }) => each.instanceCount >= 2),
    'cheap keeps instances': production || alwaysReady.length === 0,
    'the memory is not one that Flex has': [512, 2048, 4096].includes(instanceMemoryMB),
    'not Node': config.runtime.name === 'node' && ['22', '24'].includes(config.runtime.version),
    'zones are not as the profile says':
      one(all, 'serverfarms').properties.zoneRedundant === production,
    // The host passes on 32 KB of headers: facts of the real host, functionTimeout in host.json.
    'the worker takes short headers only':
      settingsOf(all)['languageWorkers__node__arguments'] === '--max-http-header-size=65536',
  });
};

const skus: Rule = (all, profile) =>
  all.flatMap((each) => {
    const expected = SKUS[profile][kind(each)];
    if (each.sku?.name === expected) return [];
    return [`${kind(each)}: ${each.sku?.name}, not ${expected}`];
  });

const lifecycle: Rule = (all) => {
  const [rule] = one(all, 'managementPolicies').properties.policy.rules;
  return faults({
    'the rule cools other blobs': same(rule.definition.filters.prefixMatch, [
      `${settingsOf(all)['SLUICE_BLOB_CONTAINER']}/`,
    ]),
    'the rule deletes': rule.definition.actions.baseBlob.delete === undefined,
  });
};

const cluster: Rule = (all) =>
  ofKind(all, 'managedClusters').flatMap(({ properties }) => {
    const [, drivers, tasks] = properties.agentPoolProfiles;
    const log = drivers.kubeletConfig ?? {};
    return faults({
      'a pool for runs keeps nodes': [drivers, tasks].every(
        (pool) => pool.minCount === 0 && pool.enableAutoScaling,
      ),
      'logs of drivers are rotated away':
        log.containerLogMaxSizeMB >= 200 && log.containerLogMaxFiles >= 5,
      'no workload identity':
        properties.securityProfile.workloadIdentity.enabled && properties.oidcIssuerProfile.enabled,
    });
  });

const names: Rule = (all) =>
  [
    ...ofKind(all, 'storageAccounts').filter(({ name }) => !/^[a-z0-9]{3,24}$/.test(name)),
    ...ofKind(all, 'vaults').filter(
      ({ name }) => !/^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/.test(name),
    ),
  ].map(({ name }) => `${name} is no name for it`);

const roles: Rule = (all, profile) => rolesFaults(ofKind(all, 'roleAssignments'), profile);

const RULES = { keys, tls, roles, reach, cors, settings, plan, skus, lifecycle, cluster, names };

/** Each fault as `rule: sentence`. */
export const faultsOf = (snapshot: Snapshot, profile: Profile): string[] =>
  Object.entries(RULES).flatMap(([name, rule]) =>
    rule(snapshot.predictedResources, profile).map((fault) => `${name}: ${fault}`),
  );
