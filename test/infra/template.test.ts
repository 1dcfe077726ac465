/** The template under the real compiler: no finding, the resources that are checked in, and what must hold of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Setting } from '../../src/functions/settings/setting.ts';
import { SETTINGS } from '../../src/functions/settings/table.ts';
import { bicep, COMPILER, diagnosticsIn, PROFILES, predict, ROOT, withCopy } from './compiler.ts';
import { undescribed } from './described.ts';
import { faultsOf } from './rules.ts';
import { settingsModule, settingsParameter } from './settings-bicep.ts';

const update = process.env['UPDATE_SETTINGS'] !== undefined;
const path = (name: string): string => join(ROOT, name);
const textOf = (name: string): string => readFileSync(path(name), 'utf8');

describe('the settings of the template', () => {
  const AGAIN = 'the table of settings has changed: `npm run settings`, and commit what it writes';
  it('are those of the table, with their bounds', () => {
    const name = 'infra/modules/settings.bicep';
    if (update) writeFileSync(path(name), settingsModule());
    expect(textOf(name), AGAIN).toBe(settingsModule());
  });
  it('are each read from the environment of azd', () => {
    const name = 'infra/main.bicepparam';
    const pattern = /^param settings = \{\n[^}]*\}\n/m;
    if (update) writeFileSync(path(name), textOf(name).replace(pattern, settingsParameter));
    expect(pattern.exec(textOf(name))?.[0], AGAIN).toBe(settingsParameter());
  });
  it('say why where they are not for Azure', () => {
    for (const [name, { azure }] of Object.entries<Setting>(SETTINGS))
      expect(azure ?? 'template', name).toMatch(/^(template|no, [a-z].{5,})$/);
  });
});

describe.skipIf(COMPILER === undefined)('the template', { timeout: 300_000 }, () => {
  it('builds and lints without a finding, and describes and bounds what it takes', async () => {
    const built = await bicep(['build', path('infra/main.bicep'), '--stdout']);
    const linted = await bicep(['lint', path('infra/main.bicep')]);
    expect(diagnosticsIn(built.stderr + linted.stdout + linted.stderr)).toEqual([]);
    expect([built.code, linted.code]).toEqual([0, 0]);
    expect(undescribed(JSON.parse(built.stdout))).toEqual([]);
  });

  it.each(PROFILES)(
    'makes what is checked in, and nothing that must not be: %s',
    async (profile) => {
      const { messages, ...found } = await withCopy((folder) => predict(folder, profile));
      expect(messages).toEqual([]);
      expect(found.diagnostics).toEqual([]);
      expect(faultsOf(found, profile)).toEqual([]);
      const name = `test/infra/profiles/${profile}.snapshot.json`;
      if (update) writeFileSync(path(name), `${JSON.stringify(found, null, 2)}\n`);
      // By meaning: the order of outputs changes from call to call.
      expect(found, 'look at the difference, then `npm run settings` writes it').toEqual(
        JSON.parse(textOf(name)),
      );
    },
  );

  it('closes app and cluster where that is asked for, and refuses a cluster without administrators', async () => {
    await withCopy(async (folder) => {
      const file = join(folder, 'test/infra/profiles/cheap.bicepparam');
      const text = `${readFileSync(file, 'utf8')}\nparam inbound = 'private'\nparam cluster = 'aks'\n`;
      writeFileSync(file, `${text}param clusterOptions = { adminGroupIds: ['group'] }\n`);
      const { predictedResources: all } = await predict(folder, 'cheap');
      const of = (kind: string) =>
        all.filter(({ type }) => type.endsWith(kind)).map(({ properties }) => properties);
      expect(of('/sites')).toMatchObject([{ publicNetworkAccess: 'Disabled' }]);
      expect(of('/privateEndpoints')).toMatchObject([
        { privateLinkServiceConnections: [{ properties: { groupIds: ['sites'] } }] },
      ]);
      expect(of('/managedClusters')).toMatchObject([
        { apiServerAccessProfile: { enablePrivateCluster: true } },
      ]);
      writeFileSync(file, text);
      await expect(predict(folder, 'cheap')).rejects.toThrow(
        'name a group that administers the cluster',
      );
    });
  });

  it('gets each of its parameters from the environment of azd', async () => {
    const given = {
      SLUICE_PROFILE: 'production',
      SLUICE_ENTRA_ADMINS: 'a,b',
      SLUICE_LOG_LEVEL: 'warn',
    };
    const { stdout, stderr } = await bicep(
      ['build-params', path('infra/main.bicepparam'), '--stdout'],
      given,
    );
    expect(diagnosticsIn(stderr)).toEqual([]);
    const { parametersJson, templateJson } = JSON.parse(stdout) as Record<string, string>;
    const { parameters } = JSON.parse(parametersJson ?? '');
    expect(parameters).toMatchObject({
      profile: { value: 'production' },
      adminObjectIds: { value: ['a', 'b'] },
      settings: { value: { SLUICE_LOG_LEVEL: 'warn', SLUICE_QUEUE: '' } },
    });
    // The region is that of the deployment, which azd asks for.
    expect(['location', ...Object.keys(parameters)].toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      Object.keys(JSON.parse(templateJson ?? '').parameters).toSorted((a, b) => (a < b ? -1 : 1)),
    );
  });
});
