/** The map and the READMEs of the rooms name files and symbols that exist. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { CLUSTER_STATES, RUN_TABLE } from '../src/core/runs/state-table.ts';

const root = resolve(import.meta.dirname, '..');
const MAP = 'src/README.md';
const pages = [
  'README.md',
  'infra/README.md',
  'k8s-manifests/README.md',
  'examples/README.md',
  'test/README.md',
  ...globSync('src/**/README.md', { cwd: root }),
];
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const isThere = (path: string): boolean => existsSync(join(root, path));
const sources = globSync('{src,test}/**/*.ts', { cwd: root });
const names = new Set(sources.map((path) => basename(path)));
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.(?:ts|yaml))`/g)].map(([, path = '']) => path);

/** A path from the page's folder or one of its rooms, from `src/`, `test/` or the root. */
const found = (page: string, path: string): string | undefined =>
  [path, join(dirname(page), path), join('src', path), join('test', path)].find(isThere) ??
  sources.find((each) => each.startsWith(`${dirname(page)}/`) && each.endsWith(`/${path}`));

test.each(pages)('%s names files that exist', (page) => {
  const text = textOf(page);
  const absent = pathsIn(text).filter((path) => !found(page, path) && !names.has(path));
  expect(absent).toEqual([]);
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !isThere(normalize(join(dirname(page), link))))).toEqual([]);
});

test('the map says where to change what by symbols that its files have', () => {
  const [, table = ''] = /## Where to change what\n\n([\s\S]*?)\n\n/.exec(textOf(MAP)) ?? [];
  const rows = table.split('\n').slice(2);
  expect(rows.length).toBeGreaterThanOrEqual(10);
  for (const row of rows) {
    const files = pathsIn(row).flatMap((path) => found(MAP, path) ?? []);
    const text = files.map(textOf).join('\n');
    const symbols = [...row.matchAll(/`([A-Za-z]\w+(?:\.\w+)?)`/g)].map(([, name = '']) => name);
    expect(
      symbols.flatMap((name) => name.split('.')).filter((name) => !text.includes(name)),
    ).toEqual([]);
  }
});

test('the state table of the page is the one of the code', () => {
  const rows = textOf('src/core/README.md').matchAll(/^\| (\w+): [^|]+\|(.*)\|$/gm);
  const told = new Map([...rows].map(([, name = '', steps = '']) => [name, steps.split('|')]));
  expect([...told.keys()].sort()).toEqual(Object.keys(CLUSTER_STATES).sort());
  for (const [name, steps] of told)
    expect(steps.map((step) => step.trim())).toEqual(
      Object.values(RUN_TABLE).map((row) => row[name as keyof typeof CLUSTER_STATES]),
    );
});
