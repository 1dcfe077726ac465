/** What a program has of params beside those that it is sent: defaults that its schema names. Pure. */
import { isJsonObject, type JsonObject, type JsonTree } from '../json/text.ts';

/**
 * What is sent of the params that the program has in the end: `all`; all `but defaults`, which it adds before it checks them; or
 * only `in part`, so that nothing can be told to be missing.
 */
export type Given = 'all' | 'but defaults' | 'in part';

/** What is said of a schema whose required params are not told to be missing. */
export const REQUIRED_LEFT =
  'The pipeline itself checks whether required params are there: a profile or a configuration may set them.';

/** Keywords with schemas of the same value. Not `oneOf`: with the defaults of one, others might hold too. */
const SAME = ['then', 'else'];
const SAME_LISTS = ['allOf', 'anyOf'];

function referred(root: JsonObject, ref: JsonTree | undefined): JsonTree | undefined {
  if (typeof ref !== 'string' || !ref.startsWith('#/')) return undefined;
  let place: JsonTree | undefined = root;
  for (const part of ref.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    place = isJsonObject(place) ? place.get(name) : undefined;
  }
  return place;
}

/** A schema and all that are about the same value: groups, branches. */
function* ofSame(
  tree: JsonTree | undefined,
  root: JsonObject,
  seen = new Set<JsonObject>(),
): Iterable<JsonObject> {
  if (!isJsonObject(tree) || seen.has(tree)) return;
  seen.add(tree);
  yield tree;
  const inner: (JsonTree | undefined)[] = [referred(root, tree.get('$ref'))];
  for (const keyword of SAME) inner.push(tree.get(keyword));
  for (const keyword of SAME_LISTS) {
    const list = tree.get(keyword);
    if (Array.isArray(list)) inner.push(...(list as readonly JsonTree[]));
  }
  for (const each of inner) yield* ofSame(each, root, seen);
}

/** Names a place among params. */
const placeOf = (path: readonly string[]): string => JSON.stringify(path);

export type Filled = {
  readonly params: JsonObject;
  /** Whether a default was put at this place, or around it. */
  readonly isFilled: (path: readonly string[]) => boolean;
};

/** The params as the program checks them: with the defaults of those that are not there. */
export function withDefaults(schema: JsonObject, given: JsonObject): Filled {
  const places = new Set<string>();
  const fill = (params: JsonObject, tree: readonly JsonTree[], path: readonly string[]) => {
    const full = new Map(params);
    const inner = new Map<string, JsonTree[]>();
    for (const each of tree.flatMap((one) => [...ofSame(one, schema)])) {
      const named = each.get('properties');
      if (!isJsonObject(named)) continue;
      for (const [name, own] of named) inner.set(name, [...(inner.get(name) ?? []), own]);
    }
    for (const [name, schemas] of inner) {
      const value = params.get(name);
      if (isJsonObject(value)) full.set(name, fill(value, schemas, [...path, name]));
      if (params.has(name)) continue;
      const known = schemas.flatMap((one) => [...ofSame(one, schema)]);
      // Null is no value to Nextflow.
      const preset = known.map((one) => one.get('default') ?? null).find((one) => one !== null);
      if (preset === undefined) continue;
      full.set(name, preset);
      places.add(placeOf([...path, name]));
    }
    return full;
  };
  const params = fill(given, [schema], []);
  return {
    params,
    isFilled: (path) => path.some((_, at) => places.has(placeOf(path.slice(0, at + 1)))),
  };
}

/** Whether the schema requires anything, wherever that stands in it. */
export function requiresAny(tree: JsonTree): boolean {
  if (Array.isArray(tree)) return (tree as readonly JsonTree[]).some(requiresAny);
  if (!isJsonObject(tree)) return false;
  const names = tree.get('required');
  return (Array.isArray(names) && names.length > 0) || [...tree.values()].some(requiresAny);
}
