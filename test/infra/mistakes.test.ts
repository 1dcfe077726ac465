/**
 * Mistakes in a copy of the template: each turns a rule or the compiler red with a sentence of its own, whatever is checked
 * in. Those of one set are made together, because a compilation takes seconds; none of them can tell of another's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPILER, type Profile, predict, withCopy } from './compiler.ts';
import { faultsOf } from './rules.ts';

type Mistake = {
  readonly what: string;
  readonly file:
    | 'modules/app'
    | 'modules/core'
    | 'modules/aks'
    | 'modules/monitor'
    | 'modules/network';
  readonly from: string;
  readonly to: string;
  /** Part of the sentence that tells of it. */
  readonly told: string;
};
type MistakeSet = { readonly profile: Profile; readonly mistakes: readonly Mistake[] };

const SETS: Readonly<Record<string, MistakeSet>> = {
  'what the compiler sees': {
    profile: 'cheap',
    mistakes: [
      {
        what: 'the switch of the keys is misspelt',
        file: 'modules/core',
        from: 'allowSharedKeyAccess: false',
        to: 'allowSharedKeyAcess: false',
        told: 'BCP089',
      },
      {
        what: 'a version of a resource that does not exist',
        file: 'modules/app',
        from: 'serverfarms@2024-11-01',
        to: 'serverfarms@2024-11-31',
        told: 'BCP081',
      },
    ],
  },
  'keys, a role, settings, the plan': {
    profile: 'cheap',
    mistakes: [
      {
        what: 'storage takes keys again',
        file: 'modules/core',
        from: 'allowSharedKeyAccess: false',
        to: 'allowSharedKeyAccess: true',
        told: 'keys: storage takes keys',
      },
      {
        what: 'Application Insights takes keys',
        file: 'modules/monitor',
        from: 'DisableLocalAuth: true',
        to: 'DisableLocalAuth: false',
        told: 'keys: Application Insights takes keys',
      },
      {
        what: 'the deployment site takes a password',
        file: 'modules/app',
        from: "name: 'scm'\n    properties: { allow: false }",
        to: "name: 'scm'\n    properties: { allow: true }",
        told: 'keys: the deployment site takes passwords',
      },
      {
        what: 'a wider role: Storage Queue Data Contributor becomes Contributor',
        file: 'modules/core',
        from: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
        to: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
        told: 'roles: app: Storage Queue Data Contributor on st: missing',
      },
      {
        what: 'a setting that nobody reads',
        file: 'modules/app',
        from: 'SLUICE_WEB_PUBSUB_ENDPOINT:',
        to: 'SLUICE_WEBPUBSUB_ENDPOINT:',
        told: 'settings: SLUICE_WEBPUBSUB_ENDPOINT is not a setting',
      },
      {
        what: 'a setting that is not written',
        file: 'modules/app',
        from: '  AzureWebJobsStorage__clientId: identity.properties.clientId\n',
        to: '',
        told: 'settings: AzureWebJobsStorage__clientId is not written',
      },
      {
        what: 'a value that the app refuses at its start',
        file: 'modules/app',
        from: "'Authorization=AAD;ClientId=",
        to: "'Authorization=AAD; ClientId=",
        told: 'settings: settings: APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
      },
      {
        what: 'the worker refuses long headers',
        file: 'modules/app',
        from: "  languageWorkers__node__arguments: '--max-http-header-size=65536'\n",
        to: '',
        told: 'plan: the worker takes short headers only',
      },
      {
        what: 'a plan that does not exist',
        file: 'modules/app',
        from: "name: 'FC1'",
        to: "name: 'FC2'",
        told: 'skus: serverfarms: FC2',
      },
    ],
  },
  'scopes of roles, TLS, CORS': {
    profile: 'cheap',
    mistakes: [
      {
        what: 'old TLS',
        file: 'modules/core',
        from: "minimumTlsVersion: 'TLS1_2'",
        to: "minimumTlsVersion: 'TLS1_0'",
        told: 'tls: storage takes old TLS',
      },
      {
        what: 'a role on the whole resource group',
        file: 'modules/core',
        from: '    scope: storage\n',
        to: '',
        told: 'roles: app: Storage Blob Data Owner on',
      },
      {
        what: 'the app reads every secret of the vault',
        file: 'modules/core',
        from: '  scope: vault::secret\n',
        to: '  scope: vault\n',
        told: 'roles: app: Key Vault Secrets User on kv: not needed',
      },
      {
        what: 'CORS is open to everybody',
        file: 'modules/app',
        from: 'allowedOrigins: []',
        to: "allowedOrigins: ['*']",
        told: 'cors: the platform answers CORS',
      },
    ],
  },
  'what is reached from where': {
    profile: 'production',
    mistakes: [
      {
        what: 'storage is public in production',
        file: 'modules/core',
        from: "publicNetworkAccess: publicAccess\n    networkAcls: { bypass: 'None'",
        to: "publicNetworkAccess: 'Enabled'\n    networkAcls: { bypass: 'None'",
        told: 'reach: storage is not closed',
      },
      {
        what: 'anybody may publish',
        file: 'modules/core',
        from: "deny: ['RESTAPI', 'ServerConnection', 'Trace']",
        to: "deny: ['ServerConnection', 'Trace']",
        told: 'reach: Web PubSub is open for more than clients',
      },
      {
        what: 'a private endpoint is forgotten',
        file: 'modules/core',
        from: "['blob', 'queue', 'table']",
        to: "['blob', 'table']",
        told: 'reach: private endpoints: blob, table, vault, webpubsub',
      },
      {
        what: 'drivers keep a node all the time',
        file: 'modules/aks',
        from: 'minCount: 0\n        maxCount: driverNodes',
        to: 'minCount: 1\n        maxCount: driverNodes',
        told: 'cluster: a pool for runs keeps nodes',
      },
    ],
  },
};

describe.skipIf(COMPILER === undefined)('mistakes are caught:', () => {
  it.each(Object.entries(SETS))(
    '%s',
    async (_name, { profile, mistakes }) => {
      const found = await withCopy(async (folder) => {
        for (const { what, file, from, to } of mistakes) {
          const path = join(folder, 'infra', `${file}.bicep`);
          const text = readFileSync(path, 'utf8');
          expect(text.split(from), `the place of: ${what}`).toHaveLength(2);
          writeFileSync(
            path,
            text.replace(from, () => to),
          );
        }
        const { messages, ...snapshot } = await predict(folder, profile);
        return messages.length > 0 ? messages : faultsOf(snapshot, profile);
      });
      const untold = mistakes.filter(({ told }) => !found.some((fault) => fault.includes(told)));
      expect(
        untold.map(({ what }) => what),
        found.join('\n'),
      ).toEqual([]);
    },
    300_000,
  );

  it('ten at least', () => {
    expect(Object.values(SETS).flatMap(({ mistakes }) => mistakes).length).toBeGreaterThanOrEqual(
      10,
    );
  });
});
