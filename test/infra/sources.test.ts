/** What stands around the template: its outputs and parameters are used and told, the hook and the workflow do what they say. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './compiler.ts';

const textOf = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const modules = globSync('infra/modules/*.bicep', { cwd: ROOT });
const HOOK = 'infra/hooks/postprovision.sh';
const WORKFLOW = '.github/workflows/azure.yaml';

const outputsOf = (name: string): string[] =>
  [...textOf(name).matchAll(/^output (\w+) /gm)].map(([, output = '']) => output);

it('every output of a module is used by the template', () => {
  const main = textOf('infra/main.bicep');
  const unused = modules.flatMap((name) => {
    const module = basename(name, '.bicep');
    return outputsOf(name).filter(
      (output) => !new RegExp(`\\b${module}!?\\.outputs\\.${output}\\b`).test(main),
    );
  });
  expect(unused).toEqual([]);
});

it('every output of the template is used by azd, the hook, the workflow or a command of the page', () => {
  const users = [HOOK, WORKFLOW, 'infra/main.bicepparam', 'infra/README.md'];
  const text = users.map(textOf).join('\n');
  expect(outputsOf('infra/main.bicep').filter((output) => !text.includes(output))).toEqual([]);
});

it('every variable that the template reads is on the page', () => {
  const page = textOf('infra/README.md');
  const read = [...textOf('infra/main.bicepparam').matchAll(/readEnvironmentVariable\('(\w+)'/g)];
  expect(read.length).toBeGreaterThan(15);
  expect(read.map(([, name = '']) => name).filter((name) => !page.includes(`\`${name}\``))).toEqual(
    [],
  );
});

it('the hook prints the address and the next commands, and no secret', () => {
  const outputs = Object.fromEntries(
    outputsOf('infra/main.bicep').map((name) => [name, `<${name}>`]),
  );
  const print = (env: Record<string, string>): string =>
    execFileSync('sh', [join(ROOT, HOOK)], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...outputs, ...env },
    });
  const attached = print({ SLUICE_CLUSTER_NAME: '', SLUICE_ADMIN_TOKEN: 'a-secret' });
  for (const part of [
    '<SLUICE_API_URL>',
    'sign-in-of-people',
    'attaching-a-cluster',
    '--user=<SLUICE_IDENTITY_OBJECT_ID>',
  ])
    expect(attached).toContain(part);
  expect(attached).not.toContain('a-secret');
  const made = print({ SLUICE_ENTRA_CLIENT_ID: 'given' });
  expect(made).toContain(
    'az aks get-credentials --resource-group <AZURE_RESOURCE_GROUP> --name <SLUICE_CLUSTER_NAME>',
  );
  expect(made).not.toContain('sign-in-of-people');
  // Sections that it names.
  const page = textOf('infra/README.md');
  for (const title of ['## Sign-in of people', '## Attaching a cluster'])
    expect(page).toContain(title);
});

it('azd deploys the folder that the build makes, and runs the hook', () => {
  const text = textOf('azure.yaml');
  expect(text).toMatch(/dist: dist\/app\n/);
  expect(text).toContain(`sh ${HOOK}`);
  // `azd-service-name` is how azd finds the app.
  expect(textOf('infra/modules/app.bicep')).toContain("'azd-service-name': 'api'");
  expect(text).toMatch(/^services:\n {2}api:/m);
});

it('the workflow hands every variable that the template reads to what-if and deployment', () => {
  const text = textOf(WORKFLOW);
  const patterns = [...text.matchAll(/select\(\.key \| test\("([^"]+)"\)\)/g)];
  expect(patterns).toHaveLength(2);
  const read = [...textOf('infra/main.bicepparam').matchAll(/readEnvironmentVariable\('(\w+)'/g)];
  const names = read.map(([, name = '']) => name).filter((name) => !text.includes(`${name}: \${{`));
  expect(names.length).toBeGreaterThan(15);
  for (const [, pattern = ''] of patterns)
    expect(names.filter((name) => !new RegExp(pattern).test(name))).toEqual([]);
});

it('the workflow pins its actions by commit, keeps no secret, and asks for no more rights than it needs', () => {
  const text = textOf(WORKFLOW);
  const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action = '']) => action);
  expect(actions.length).toBeGreaterThan(4);
  expect(actions.filter((action) => !/@[\da-f]{40}$/.test(action))).toEqual([]);
  expect(text).not.toContain('secrets.');
  expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
  expect(text.match(/id-token: write/g)).toHaveLength(2);
  for (const step of [
    'what-if',
    'deployment sub create',
    'config-zip',
    'test/infra',
    'npm run build',
  ])
    expect(text).toContain(step);
});
