/** The rules of the layers: who may import whom, which package lives where, how long a file may be. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** What each folder may import: folders of `src/`, and packages (`node:` for all of Node's own). */
const MAY: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly packages: readonly string[] }>
> = {
  core: { folders: [], packages: ['zod', 'ajv', 'ajv-formats', 'jsonc-parser', 'leven', 're2js'] },
  ports: { folders: ['core'], packages: [] },
  engine: { folders: ['core', 'ports'], packages: [] },
  api: { folders: ['core', 'ports', 'engine'], packages: ['hono', '@hono/zod-openapi', 'zod'] },
  client: { folders: ['core'], packages: ['@azure/web-pubsub-client', 'zod'] },
  'adapters/checks': { folders: ['core', 'ports'], packages: [] },
  'adapters/memory': { folders: ['core', 'ports', 'adapters/checks'], packages: [] },
  'adapters/azure': {
    folders: ['core', 'ports', 'adapters/checks'],
    packages: [
      '@azure/data-tables',
      '@azure/storage-blob',
      '@azure/storage-queue',
      '@azure/web-pubsub',
      '@azure/core-rest-pipeline',
      '@azure/core-auth',
      '@azure/identity',
      'undici',
      'node:',
    ],
  },
  'adapters/kubernetes': {
    folders: ['core', 'ports'],
    packages: ['@kubernetes/client-node', 'undici', 'node:'],
  },
  functions: {
    folders: ['core', 'ports', 'engine', 'api', 'adapters/azure', 'adapters/kubernetes'],
    packages: ['@azure/functions', '@azure/identity', 'zod', 'node:'],
  },
  build: { folders: [], packages: ['esbuild', 'node:'] },
  dev: {
    folders: ['core', 'build', 'client', 'emulators'],
    packages: ['@kubernetes/client-node', 'azurite', 'zod', 'node:'],
  },
  emulators: {
    folders: ['core', 'ports'],
    packages: [
      '@azure/functions',
      '@azure/storage-queue',
      '@azure/web-pubsub',
      'azurite',
      'croner',
      'esbuild',
      'jose',
      'tinyglobby',
      'undici',
      'ws',
      'zod',
      '@kubernetes/client-node',
      'node:',
    ],
  },
};
const LINES_MAX = 300;
/** Files of data, and generated ones. */
const LONG = new Set(['src/api/openapi/openapi.json', 'test/openapi/schema.d.ts']);

const folderOf = (path: string): string => {
  const [, first = '', second = ''] = path.split('/');
  return first === 'adapters' ? `adapters/${second}` : first;
};
const packageOf = (name: string): string => {
  if (name.startsWith('node:')) return 'node:';
  const [first = '', second = ''] = name.split('/');
  return name.startsWith('@') ? `${first}/${second}` : first;
};

/** What is cut to a length and is no text for people: lists, and times and ids of plain ASCII. */
const CUT_OTHERWISE = new Set([
  'adapters/kubernetes/cluster.ts: events',
  'adapters/memory/simulated-job.ts: bytes',
  'adapters/memory/simulated-job.ts: endsAt',
  'api/http/problem.ts: fields',
  'client/watch/push.ts: keys',
  'core/log/reader.ts: rest',
  'core/catalogue/nearest.ts: measured',
  'core/schema/params.ts: warnings',

  'engine/events/last-lines.ts: entries',
  'engine/events/log-lines.ts: errors',
  'engine/lanes/waiting.ts: active',
  'functions/redact.ts: entries',
  'functions/redact.ts: items',
  'emulators/kubernetes/api/body.ts: hex',
  'emulators/kubernetes/controllers/job-pod.ts: name',
  'emulators/kubernetes/kubelet/termination-message.ts: entries',
]);

/** Places where something may be cut at a number: half a character stays of text that is cut so. */
function cuts(path: string, text: string): string[] {
  const cut =
    /(\w+)[\])(]*\s*\.(?:slice|substr|substring)\(\s*(?:0\s*,\s*|-\s*)(?:[A-Z][A-Z_]+|[\d_]{3,}|[3-9]\d)\b/g;
  return Array.from(text.matchAll(cut), ([, what = '']) => `${path.slice(4)}: ${what}`).filter(
    (place) => !CUT_OTHERWISE.has(place),
  );
}

/** Static, type-only, side-effect and lazy imports, and re-exports. */
function importsOf(text: string): string[] {
  const patterns = [
    /^(?:import|export)\s[\w*\s{},$]*?from '([^']+)'/gm,
    /^import '([^']+)'/gm,
    /\bimport\(\s*'([^']+)'/g,
  ];
  return patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), ([, name = '']) => name));
}

/** Every breach in one file, as sentences. */
export function breaches(path: string, text: string): string[] {
  const found: string[] = [];
  const lines = text.split('\n').length - 1;
  if (lines > LINES_MAX && !LONG.has(path))
    found.push(`${path} has ${lines} lines, ${LINES_MAX} at most`);
  // Only the benchmark measures: a test waits for what it needs, as long as that takes.
  if (/^test\/(?!bench\/|architecture)/.test(path) && text.includes('performance.now('))
    found.push(`${path} measures time`);
  if (!path.startsWith('src/')) return found;
  const folder = folderOf(path);
  const may = MAY[folder];
  if (!may) return [...found, `${path} is in a folder without a rule`];
  for (const name of importsOf(text)) {
    if (!name.startsWith('.')) {
      if (!may.packages.includes(packageOf(name))) found.push(`${path} imports ${name}`);
      continue;
    }
    const target = relative(root, resolve(root, path, '..', name));
    if (!target.startsWith('src/')) {
      found.push(`${path} imports ${target}`);
      continue;
    }
    const other = folderOf(target);
    if (other !== folder && !may.folders.includes(other)) found.push(`${path} imports ${target}`);
  }
  if (['core', 'ports', 'engine', 'api'].includes(folder)) {
    // A clock or chance of its own would make a rule impossible to test.
    for (const word of ['Date.now(', 'new Date()', 'Math.random(', 'performance.now('])
      if (text.includes(word)) found.push(`${path} uses ${word}`);
  }
  return [
    ...found,
    ...cuts(path, text).map(
      (place) => `${place} is cut without shorten(); a list goes into CUT_OTHERWISE`,
    ),
  ];
}

const files = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs|json)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
);

test('no file breaks the rules of its layer', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((path) => breaches(path, readFileSync(join(root, path), 'utf8')))).toEqual(
    [],
  );
});

test.each([
  ['core imports the engine', 'src/core/a.ts', "import { tick } from '../engine/tick.ts';"],
  [
    'the engine imports an adapter',
    'src/engine/a.ts',
    "import { x } from '../adapters/azure/store.ts';",
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
  ['core has a clock of its own', 'src/core/a.ts', 'const now = Date.now();'],
  ['a file without a folder', 'src/other/a.ts', ''],
  ['a file that is too long', 'test/a.ts', '\n'.repeat(301)],
])('a breach is found: %s', (_sentence, path, text) => {
  expect(breaches(path, text)).toHaveLength(1);
});
