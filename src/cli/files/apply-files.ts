/** What `apply` reads: files of targets, lanes and pipelines, and the note of what it wrote before. */
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonTree } from '../../core/json/text.ts';
import { KIND_NAMES } from '../../core/kinds/all.ts';
import { isAbsent, UsageError } from '../failure.ts';
import { documentsOf } from './params.ts';

/** In the order in which they are written: a pipeline needs its target. */
export const SORTS = ['targets', 'lanes', 'pipelines'] as const;
export type Sort = (typeof SORTS)[number];

/** One thing of a file, as it is written there. */
export type Wanted = {
  readonly sort: Sort;
  readonly name: string;
  readonly body: JsonObject;
  readonly file: string;
};

const isSort = (name: string): name is Sort => SORTS.some((sort) => sort === name);

function wantedOf(document: JsonTree, file: string): Wanted[] {
  if (document === null) return [];
  if (!isJsonObject(document))
    throw new UsageError(`${file} has to hold an object with ${SORTS.join(', ')}.`);
  return [...document].flatMap(([sort, list]) => {
    if (!isSort(sort)) throw new UsageError(`${file}: ${sort} is none of ${SORTS.join(', ')}.`);
    if (!Array.isArray(list)) throw new UsageError(`${file}: ${sort} has to be a list.`);
    return list.map((body: JsonTree, at) => {
      const name = isJsonObject(body) ? body.get('name') : undefined;
      if (!isJsonObject(body) || typeof name !== 'string')
        throw new UsageError(`${file}: ${sort}.${at} has no name.`);
      return { sort, name, body, file };
    });
  });
}

async function filesOf(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`There is no file or folder ${path}.`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^[^.].*\.(json|ya?ml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** A script or schema is a file of its own, named as `@path` from the file that has the pipeline. */
async function withScripts(tree: JsonTree, file: string): Promise<JsonTree> {
  if (Array.isArray(tree))
    return Promise.all(tree.map((item: JsonTree) => withScripts(item, file)));
  if (typeof tree !== 'string' || !tree.startsWith('@')) return tree;
  const path = join(dirname(file), tree.slice(1));
  return readFile(path, 'utf8').catch(() => {
    throw new UsageError(`${file} names ${tree}, and there is no file ${path}.`);
  });
}

/** The schema of the params, where `params_schema` names a file that has it, such as a pipeline's `nextflow_schema.json`. */
async function schemaOf(name: JsonTree | undefined, file: string): Promise<JsonTree | undefined> {
  if (typeof name !== 'string' || !name.startsWith('@')) return name;
  const [schema, ...more] = documentsOf((await withScripts(name, file)) as string, name.slice(1));
  if (schema === undefined || more.length > 0)
    throw new UsageError(`${file} names the schema ${name}, which is not one document.`);
  return schema;
}

/** The pipeline with its schema, and the scripts that the key of its kind names. */
async function complete(wanted: Wanted): Promise<Wanted> {
  if (wanted.sort !== 'pipelines') return wanted;
  const body = new Map(wanted.body);
  const schema = await schemaOf(body.get('params_schema'), wanted.file);
  if (schema !== undefined) body.set('params_schema', schema);
  for (const kind of KIND_NAMES) {
    const own = body.get(kind);
    if (!isJsonObject(own)) continue;
    const read = Array.from(own, async ([name, value]) => {
      return [name, await withScripts(value, wanted.file)] as const;
    });
    body.set(kind, new Map(await Promise.all(read)));
  }
  return { ...wanted, body };
}

/** All that the files of a folder want, or one file. Throws UsageError, also for a name that is there twice. */
export async function readWanted(path: string): Promise<readonly Wanted[]> {
  const all: Wanted[] = [];
  for (const file of await filesOf(path)) {
    const documents = documentsOf(await readFile(file, 'utf8'), file);
    const found = documents.flatMap((document) => wantedOf(document, file));
    all.push(...(await Promise.all(found.map(complete))));
  }
  for (const [at, { sort, name, file }] of all.entries()) {
    const other = all.findIndex((each) => each.sort === sort && each.name === name);
    if (other < at) throw new UsageError(`${file}: ${sort} ${name} is in ${all[other]?.file} too.`);
  }
  return all;
}

const Names = z.record(z.enum(SORTS), z.array(z.string()));
/** By server, domain and path, each of which has things of its own. */
const Note = z.array(
  z.strictObject({ server: z.string(), domain: z.string(), path: z.string(), wrote: Names }),
);
/** Where things were written to: a server, and a domain of it. */
export type Place = { readonly server: string; readonly domain: string };
export type Names = z.infer<typeof Names>;

const NOTE = '.sluice-applied.json';
async function notePath(path: string): Promise<string> {
  return join((await stat(path)).isDirectory() ? path : dirname(path), NOTE);
}
/** What a folder's note calls the path: a file's name, or `.` for the folder itself. */
const nameIn = async (path: string): Promise<string> =>
  (await stat(path)).isDirectory() ? '.' : basename(path);

async function readNote(path: string): Promise<z.infer<typeof Note>> {
  try {
    const text = await readFile(await notePath(path), 'utf8');
    return Note.parse(JSON.parse(text));
  } catch (error) {
    // Only a note that is not there is none: another one would be written over.
    if (isAbsent(error)) return [];
    throw new UsageError(`${await notePath(path)} cannot be read: ${String(error)}`);
  }
}

const NONE: Names = { targets: [], lanes: [], pipelines: [] };

const isAt =
  ({ server, domain }: Place, name: string) =>
  (note: z.infer<typeof Note>[number]): boolean =>
    note.server === server && note.domain === domain && note.path === name;

/** Names that an earlier apply of this very path wrote to that place. */
export async function readApplied(path: string, place: Place): Promise<Names> {
  const found = (await readNote(path)).find(isAt(place, await nameIn(path)));
  return { ...NONE, ...found?.wrote };
}

export async function noteApplied(path: string, place: Place, wrote: Names): Promise<void> {
  const note = await notePath(path);
  const draft = `${note}.${process.pid}.new`;
  const name = await nameIn(path);
  const isThis = isAt(place, name);
  const others = (await readNote(path)).filter((each) => !isThis(each));
  const all = [...others, { ...place, path: name, wrote }];
  await writeFile(draft, `${JSON.stringify(all, null, 2)}\n`);
  await rename(draft, note);
}
