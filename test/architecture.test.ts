/** The rules of the layers: allowed imports and packages, length of files, fullness of folders. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { breaches, crowdedFolders } from './architecture/breaches.ts';
import { arrowsIn, circles, importGraph } from './architecture/imports.ts';
import { literals } from './architecture/literals.ts';

const root = resolve(import.meta.dirname, '..');
const files = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|json)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
);
const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const product = files.filter((path) => path.startsWith('src/'));
const graph = importGraph(new Map(product.map((path) => [path, texts.get(path) ?? ''])));

test('no file breaks the rules of its layer', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(Array.from(texts).flatMap(([path, text]) => breaches(path, text))).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  expect(circles(graph)).toEqual([]);
});

test('few arrows run between the folders of the engine, and none of them in a circle', () => {
  const arrows = arrowsIn('src/engine', graph);
  expect(arrows.length).toBeGreaterThan(20);
  expect(arrows.length).toBeLessThanOrEqual(31);
  const folders = Map.groupBy(arrows, (arrow) => arrow.split(' -> ')[0] ?? '');
  const between = new Map(
    Array.from(folders, ([from, out]) => [from, out.map((arrow) => arrow.split(' -> ')[1] ?? '')]),
  );
  expect(circles(between)).toEqual([]);
});

test('Jobs, pods and their logs are the business of one platform', () => {
  const inside = 'src/engine/reconcile/kubernetes/';
  const about = /^src\/core\/(?:kubernetes\/|runs\/(?:build-manifest|observe)\.ts)/;
  const engine = product.filter((path) => path.startsWith('src/engine/'));
  const arrows = engine
    .filter((path) => !path.startsWith(inside))
    .flatMap((path) => (graph.get(path) ?? []).map((target) => `${path} -> ${target}`));
  const known = arrows.filter((arrow) => {
    const target = arrow.split(' -> ')[1] ?? '';
    return target.startsWith(inside) || about.test(target);
  });
  expect(arrows.length).toBeGreaterThan(100);
  expect(known).toEqual([`src/engine/reconcile/pass.ts -> ${inside}platform.ts`]);
});

test('no folder is crowded', () => {
  expect(crowdedFolders(files)).toEqual([]);
});

test.each([
  ['core imports the engine', 'src/core/a.ts', "import { tick } from '../engine/tick.ts';"],
  [
    'the engine imports an adapter',
    'src/engine/a.ts',
    "import { x } from '../adapters/azure/store.ts';",
  ],
  [
    'the store of the engine imports what stands above it',
    'src/engine/store/a.ts',
    "import type { Pass } from '../reconcile/pass.ts';",
  ],
  [
    'events know who records them',
    'src/engine/events/a.ts',
    "import type { Pass } from '../reconcile/pass.ts';",
  ],
  [
    'folders of one layer import each other',
    'src/engine/events/a.ts',
    "import { readLane } from '../lanes/lane-store.ts';",
  ],
  [
    'a query imports a command',
    'src/engine/queries/a.ts',
    "import { cancelRun } from '../commands/cancel.ts';",
  ],
  ['the engine imports Node', 'src/engine/a.ts', "import { x } from 'node:fs';"],
  [
    'the engine imports lazily what it may not',
    'src/engine/a.ts',
    "const x = await import('undici');",
  ],
  ['the API imports Azure', 'src/api/a.ts', "import { app } from '@azure/functions';"],
  [
    'the client imports the engine as a type',
    'src/client/a.ts',
    "import type { Held } from '../engine/run-store.ts';",
  ],
  [
    'an adapter imports another',
    'src/adapters/azure/a.ts',
    "import { x } from '../kubernetes/cluster.ts';",
  ],
  [
    'the Kubernetes client outside its adapter',
    'src/functions/a.ts',
    "import { x } from '@kubernetes/client-node';",
  ],
  [
    'the product imports a test',
    'src/core/a.ts',
    "import { x } from '../../test/support/world.ts';",
  ],
  ['text is cut anywhere', 'src/core/a.ts', 'const short = message.slice(0, 500);'],
  ['text is cut at a named length', 'src/core/a.ts', 'f((x ?? y()).slice(0, TEXT_MAX * 2));'],
  ['text is cut from its front', 'src/core/a.ts', 'errors = (errors + text).slice(-4_000);'],
  ['a test measures time', 'test/api/a.test.ts', 'const began = performance.now();'],
  [
    'a room of core imports one behind it',
    'src/core/kubernetes/a.ts',
    "import { Run } from '../runs/run.ts';",
  ],
  [
    'a room of core imports one that it does not know, as a type',
    'src/core/lanes/a.ts',
    "import type { Container } from '../kubernetes/rules.ts';",
  ],
  ['a file of core itself imports a room', 'src/core/a.ts', "export { x } from './json/text.ts';"],
  ['a room of core takes a package of another', 'src/core/runs/a.ts', "import Ajv from 'ajv';"],
  [
    'a function reads a setting by itself',
    'src/functions/a.ts',
    "const follow = process.env['SLUICE_FOLLOW'];",
  ],
  [
    'another file decides by the kind of a run',
    'src/engine/a.ts',
    "const image = run.kind === 'shell' ? target.shell_image : launch.image;",
  ],
  ['core has a clock of its own', 'src/core/a.ts', 'const now = Date.now();'],
  ['an emulator imports the product', 'src/emulators/a.ts', "import { x } from '../core/json.ts';"],
  [
    'an emulator imports another',
    'src/emulators/kubernetes/api/a.ts',
    "import { x } from '../../web-pubsub/token.ts';",
  ],
  [
    'an emulator imports the package of another',
    'src/emulators/kubernetes/a.ts',
    "import { WebSocket } from 'ws';",
  ],
  [
    'an emulator imports a port as a type',
    'src/emulators/a.ts',
    "import type { Log } from '../ports/world.ts';",
  ],
  [
    'the stack of one machine imports the engine',
    'src/dev/demo/a.ts',
    "export { x } from '../../engine/tick.ts';",
  ],
  ['the build imports the product', 'src/build/a.ts', "import { HOST } from '../core/names.ts';"],
  ['a file without a folder', 'src/other/a.ts', ''],
  ['a file that is too long', 'test/a.ts', '\n'.repeat(301)],
])('a breach is found: %s', (_sentence, path, text) => {
  expect(breaches(path, text)).toHaveLength(1);
});

test.each<[string, Record<string, string>, readonly string[][]]>([
  [
    'two files, one by a type',
    {
      'src/core/a.ts': "import { b } from './b.ts';",
      'src/core/b.ts': "import type { A } from './a.ts';",
    },
    [['src/core/a.ts', 'src/core/b.ts']],
  ],
  [
    'three files in two folders, one lazily, and one that only leads there',
    {
      'src/core/a.ts': "export { b } from './log/b.ts';",
      'src/core/c.ts': "const a = await import('./a.ts');",
      'src/core/log/b.ts': "import '../c.ts';",
      'src/core/log/d.ts': "import { b } from './b.ts';",
    },
    [['src/core/a.ts', 'src/core/c.ts', 'src/core/log/b.ts']],
  ],
  [
    'two circles apart',
    {
      'src/core/a.ts': "import { b } from './b.ts';",
      'src/core/b.ts': "import { a } from './a.ts';\nimport { c } from './c.ts';",
      'src/core/c.ts': "import { d } from './d.ts';",
      'src/core/d.ts': "import { c } from './c.ts';",
    },
    [
      ['src/core/c.ts', 'src/core/d.ts'],
      ['src/core/a.ts', 'src/core/b.ts'],
    ],
  ],
  ['a file of itself', { 'src/core/a.ts': "import { a } from './a.ts';" }, [['src/core/a.ts']]],
  [
    'none in a diamond',
    {
      'src/core/a.ts': "import { b } from './b.ts';\nimport { c } from './c.ts';",
      'src/core/b.ts': "import { d } from './d.ts';",
      'src/core/c.ts': "import { d } from './d.ts';",
      'src/core/d.ts': '',
    },
    [],
  ],
])('circles of imports are found: %s', (_sentence, sources, found) => {
  expect(circles(importGraph(new Map(Object.entries(sources))))).toEqual(found);
});

test('arrows between folders are counted once a pair', () => {
  const sources = {
    'src/engine/a/one.ts':
      "import { two } from '../b/two.ts';\nimport { c } from '../b/deep/c.ts';",
    'src/engine/a/three.ts':
      "import type { Two } from '../b/two.ts';\nimport { one } from './one.ts';",
    'src/engine/b/two.ts': "import { a } from '../../core/a.ts';",
    'src/engine/b/deep/c.ts': "import { two } from '../two.ts';",
    'src/core/a.ts': '',
  };
  expect(arrowsIn('src/engine', importGraph(new Map(Object.entries(sources))))).toEqual(['a -> b']);
});

test('a crowded folder is found, by the files that lie directly in it', () => {
  const paths = (folder: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${folder}/${n}.ts`);
  const crowded = crowdedFolders([...paths('src/core', 13), ...paths('src/core/log', 12)]);
  expect(crowded).toEqual(['src/core has 13 files, 12 at most']);
});

test('numbers that bound something have names', () => {
  const rooms = /^src\/(core|ports|engine|api|functions|adapters|client)\//;
  const found = product
    .filter((path) => rooms.test(path) && path.endsWith('.ts'))
    .flatMap((path) => literals(path, texts.get(path) ?? ''));
  expect(found).toEqual([]);
  expect(literals('a', 'z.string().max(500)\nawait sleep(1_500);\nf(x, 250);')).toHaveLength(3);
  expect(literals('a', 'const FIELDS = {\n  name: Text(500),\n  most: 500,\n};')).toHaveLength(1);
  const told = '/** 500 */\nconst WAIT_MS = 1_500;\nif (status === 404) ms = seconds * 1_000;';
  expect(literals('a', told)).toEqual([]);
});
