/** Requests that were started from this browser lately, by pipeline; never their secrets. */
import {
  isJsonObject,
  type JsonObject,
  type JsonTree,
  parseJson,
} from '../../../../core/json/text.ts';
import { writeJson } from '../../../../core/json/write.ts';
import { withValue } from './request.ts';
import { isSecretName } from './schema.ts';

export type Recent = {
  /** When it was started: RFC 3339. */
  readonly at: string;
  readonly request: JsonObject;
};

/** So many can be told apart in a list. */
const KEPT = 8;
/** A larger request is not kept: a browser keeps some megabytes in all. */
const CHARS_MAX = 100_000;

/** Names of secrets that the cluster has are no secrets. */
const BY_NAME = 'secret_env';

/** Without members that look like secrets, and params in `secrets`. */
export function withoutSecrets(request: JsonObject, secrets: ReadonlySet<string>): JsonObject {
  const clean = (tree: JsonTree, within: string): JsonTree => {
    if (!isJsonObject(tree) || within === BY_NAME) return tree;
    const kept = Array.from(tree).filter(
      ([name]) =>
        // What is started with these values later repeats another run, or none.
        (within !== '' || name !== 'rerun_of') &&
        (name === BY_NAME || !(isSecretName(name) || (within === 'params' && secrets.has(name)))),
    );
    return new Map(kept.map(([name, value]) => [name, clean(value, name)]));
  };
  return clean(withValue(request, ['nextflow', 'resume'], undefined), '') as JsonObject;
}

export function readRecent(storage: Pick<Storage, 'getItem'>, key: string): readonly Recent[] {
  try {
    const list = parseJson(storage.getItem(key) ?? '[]', Number.POSITIVE_INFINITY);
    if (!Array.isArray(list)) return [];
    return (list as readonly JsonTree[]).flatMap((each) => {
      const request = isJsonObject(each) ? each.get('request') : undefined;
      const at = isJsonObject(each) ? each.get('at') : undefined;
      return isJsonObject(request) && typeof at === 'string' ? [{ at, request }] : [];
    });
  } catch {
    // Somebody else wrote there, or the browser allows no storage.
    return [];
  }
}

/** `request` has no secrets. The same request is kept once. */
export function remember(storage: Storage, key: string, recent: Recent): void {
  const text = writeJson(recent.request);
  if (text.length > CHARS_MAX) return;
  const others = readRecent(storage, key).filter(({ request }) => writeJson(request) !== text);
  try {
    storage.setItem(key, writeJson([recent, ...others].slice(0, KEPT)));
  } catch {
    // It is full, or not allowed: the start matters, not this.
  }
}
