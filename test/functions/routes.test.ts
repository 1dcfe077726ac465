/** The HTTP functions follow from the routes of the app. `npm run openapi` writes their paths. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PATHS } from '../../src/functions/paths.ts';
import { ROUTES } from '../../src/functions/routes.ts';
import { testApi } from '../api/support.ts';

/** What the app answers, by the paths of functions: files of a folder are one, and `/` is left to the last function. */
function pathsOfApp(): string[][] {
  const paths = new Map<string, Set<string>>();
  for (const { method, path } of testApi().app.routes) {
    if (method === 'ALL' || path === '/') continue;
    const template = path
      .replaceAll(/:(\w+)/g, '{$1}')
      .replace(/\*$/, '{*path}')
      .replace(/(.\/)[^/{]+\.\w+$/, (_, folder: string) => `${folder}{file}`);
    paths.set(template, (paths.get(template) ?? new Set()).add(method));
  }
  return Array.from(paths, ([path, methods]) => [path, ...[...methods].sort()]).sort(
    ([a = ''], [b = '']) => (a < b ? -1 : 1),
  );
}

it('are one for each path of the app, with its methods', () => {
  const wanted = pathsOfApp();
  if (process.env['UPDATE_OPENAPI'] !== undefined) {
    const file = join(import.meta.dirname, '../../src/functions/paths.ts');
    const rows = wanted.map((row) => `  [${row.map((text) => `'${text}'`).join(', ')}],\n`);
    const text = readFileSync(file, 'utf8').replace(
      /= \[[\s\S]*\];/,
      () => `= [\n${rows.join('')}];`,
    );
    writeFileSync(file, text);
  } else expect(PATHS).toEqual(wanted);
});

it('have names that the host takes, in its order, the last one for all the rest', () => {
  const names = ROUTES.map(({ name }) => name);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z-]{0,126}$/);
  expect(new Set(names).size).toBe(names.length);
  // The host compares them without their case.
  const upper = names.map((name) => name.toUpperCase());
  expect([...upper].sort()).toEqual(upper);
  expect(ROUTES.at(-1)).toMatchObject({ route: '{*path}' });
});

it('have the names that dashboards and alerts of infra/README.md use', () => {
  const names = ROUTES.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['run-events', 'run-log', 'runs', 'legacy-run']));
});
