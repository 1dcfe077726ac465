/** What one file does against the rules. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importsOf } from './imports.ts';
import { LAYERS } from './layers.ts';

const LINES_MAX = 300;
/** Files of data, and generated ones. */
const LONG = new Set([
  'test/infra/profiles/cheap.snapshot.json',
  'test/infra/profiles/production.snapshot.json',
  'src/api/openapi/openapi.json',
  'test/openapi/schema.d.ts',
]);

/** The layer of a path below `src/`: the deepest folder that is listed; without one its first folder. */
function layerOf(path: string): string {
  const parts = path.split('/').slice(1, -1);
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const folder = parts.slice(0, depth).join('/');
    if (Object.hasOwn(LAYERS, folder)) return folder;
  }
  return parts[0] ?? '';
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  return (LAYERS[from]?.folders ?? []).some(
    (folder) => to === folder || (to.startsWith(`${folder}/`) && !from.startsWith(`${folder}/`)),
  );
}

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
  'client/watch/push.ts: topics',
  'cli/text/explanation.ts: processes',
  'core/log/reader.ts: rest',
  'core/nextflow/console/make-report.ts: warnings',
  'core/nextflow/trace/values.ts: value',
  'core/tasks/change.ts: list',
  'core/catalogue/nearest.ts: measured',
  'core/schema/params.ts: warnings',

  'engine/events/last-lines.ts: entries',
  'engine/reconcile/kubernetes/log-lines.ts: errors',
  'engine/reconcile/kubernetes/tasks/task-pods.ts: a',
  'engine/lanes/waiting.ts: active',
  'page/screens/start/model/recent.ts: others',
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

/** The one file of the product that reads the environment. */
const ENVIRONMENT = 'src/functions/settings/environment.ts';

/** Files that may name a kind of run: its own, and the legacy paths, which know Nextflow alone. */
const NAMES_KINDS = /^src\/(?:core\/kinds|api\/legacy)\//;
/** A kind's name as a value, which only a decision needs; `['container']` is a column of log lines. */
const KINDS = Array.from(
  readFileSync(join(import.meta.dirname, '../../src/core/kinds/index.ts'), 'utf8').matchAll(
    /^export \{ (\w+) \}/gm,
  ),
  ([, name = '']) => name,
);
const KIND = new RegExp(`(?<!\\[)'(?:${KINDS.join('|')})'(?!:)`, 'g');

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
  const layer = layerOf(path);
  const may = LAYERS[layer];
  if (!may) return [...found, `${path} is in a folder without a rule`];
  for (const name of importsOf(text)) {
    if (!name.startsWith('.')) {
      if (!may.packages.includes(packageOf(name))) found.push(`${path} imports ${name}`);
      continue;
    }
    const target = join(path, '..', name);
    if (!target.startsWith('src/')) {
      found.push(`${path} imports ${target}`);
      continue;
    }
    if (!mayImport(layer, layerOf(target))) found.push(`${path} imports ${target}`);
  }
  // Every setting is described where it is read.
  if (
    !/^(cli|dev|emulators|build|standalone)\b/.test(layer) &&
    path !== ENVIRONMENT &&
    text.includes('process.env')
  )
    found.push(`${path} reads the environment`);
  if (/^(core|ports|engine|api)\b/.test(layer)) {
    // A clock or chance of its own would make a rule impossible to test.
    for (const word of ['Date.now(', 'new Date()', 'Math.random(', 'performance.now('])
      if (text.includes(word)) found.push(`${path} uses ${word}`);
  }
  if (/^(core|engine|api|functions)\b/.test(layer) && !NAMES_KINDS.test(path)) {
    for (const [name] of text.matchAll(KIND)) found.push(`${path} names the kind ${name}`);
  }
  return [
    ...found,
    ...cuts(path, text).map(
      (place) => `${place} is cut without shorten(); a list goes into CUT_OTHERWISE`,
    ),
  ];
}

const FILES_MAX = 12;

/** The folders of `paths` that hold too many files, without those of their own folders, as sentences. */
export function crowdedFolders(paths: readonly string[]): string[] {
  const folders = Map.groupBy(paths, dirname);
  return Array.from(folders)
    .filter(([, inside]) => inside.length > FILES_MAX)
    .map(([folder, inside]) => `${folder} has ${inside.length} files, ${FILES_MAX} at most`);
}
