/** What of a schema made for Nextflow (nf-schema) only the pipeline can check, because it is about files. Pure. */
import { isJsonObject, type JsonTree } from '../json/text.ts';

/** Formats of texts that name files. */
const FILE_FORMATS = new Set(['file-path', 'directory-path', 'path', 'file-path-pattern']);
/** Names of params that one sentence tells. */
const NAMES_MAX = 10;

/** What is left, and by which member of a param's schema it is asked for. */
const LEFT: readonly (readonly [
  what: string,
  asked: (name: string, value: JsonTree) => boolean,
])[] = [
  [
    'whether files and folders are there',
    (name, value) =>
      name === 'exists' ||
      (name === 'format' && typeof value === 'string' && FILE_FORMATS.has(value)),
  ],
  ['what is in sample sheets', (name) => name === 'schema'],
  ['the type of files', (name) => name === 'mimetype'],
  ['whether entries are unique', (name) => name === 'uniqueEntries'],
  ['whether a param is deprecated', (name, value) => name === 'deprecated' && value === true],
];

/** Members of a schema that hold schemas of params by their names. */
const NAMED = 'properties';

/** Every schema of a param, with the names that lead to it. */
function* params(tree: JsonTree, path: readonly string[]): Iterable<readonly [string, JsonTree]> {
  if (Array.isArray(tree))
    for (const part of tree as readonly JsonTree[]) yield* params(part, path);
  if (!isJsonObject(tree)) return;
  for (const [name, member] of tree) {
    if (name !== NAMED || !isJsonObject(member)) {
      yield* params(member, path);
      continue;
    }
    for (const [param, schema] of member) {
      const inner = [...path, param];
      yield [inner.join('.'), schema];
      yield* params(schema, inner);
    }
  }
}

function listed(names: ReadonlySet<string>): string {
  const all = [...names];
  const more = all.length - NAMES_MAX;
  return more > 0
    ? `${all.filter((_, at) => at < NAMES_MAX).join(', ')} and ${more} more`
    : all.join(', ');
}

/** Sentences, one for each kind of check that is left to the pipeline, with the params that it is about. */
export function leftToPipeline(schema: JsonTree): readonly string[] {
  const found = new Map(LEFT.map(([what]) => [what, new Set<string>()]));
  for (const [param, own] of params(schema, [])) {
    if (!isJsonObject(own)) continue;
    for (const [what, asked] of LEFT)
      if ([...own].some(([name, value]) => asked(name, value))) found.get(what)?.add(param);
  }
  return [...found]
    .filter(([, names]) => names.size > 0)
    .map(([what, names]) => `The pipeline itself checks ${what}: ${listed(names)}.`);
}
