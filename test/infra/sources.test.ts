/** Nothing of the template is for nobody: its outputs are used. The hook and the workflow do what they say. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './compiler.ts';

const textOf = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const modules = globSync('infra/modules/*.bicep', { cwd: ROOT });

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

it('every output of the template is used by azd, the hooks or the commands of the page', () => {
  const users = [
    'infra/hooks/postprovision.sh',
    'infra/main.bicepparam',
    '.github/workflows/azure.yaml',
    'infra/README.md',
  ];
  const text = users.map(textOf).join('\n');
  expect(outputsOf('infra/main.bicep').filter((output) => !text.includes(output))).toEqual([]);
});
