/** The three patch formats of the API: JSON Patch (RFC 6902), merge patch (RFC 7386), strategic merge. */
import { isDeepStrictEqual } from 'node:util';
import { badRequest, patchRejected } from '../objects/status.ts';

type Operation = { op: string; path: string; from?: string; value?: unknown };
type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function pointer(path: unknown): string[] {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) throw patchRejected();
  const parts = path === '' ? [] : path.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A place in a list, 0 to `end`. */
function index(part: string, end: number): number {
  if (!/^(0|[1-9]\d*)$/.test(part) || Number(part) > end) throw patchRejected();
  return Number(part);
}

function read(document: unknown, parts: readonly string[]): unknown {
  let value = document;
  for (const part of parts) {
    if (Array.isArray(value)) value = value[index(part, value.length - 1)] as unknown;
    else if (isTable(value) && Object.hasOwn(value, part)) value = value[part];
    else throw patchRejected();
  }
  return value;
}

function place(document: unknown, parts: readonly string[]): { parent: unknown; last: string } {
  const last = parts.at(-1);
  if (last === undefined || last === '__proto__') throw patchRejected();
  return { parent: read(document, parts.slice(0, -1)), last };
}

function add(document: unknown, parts: readonly string[], value: unknown): void {
  const { parent, last } = place(document, parts);
  if (Array.isArray(parent)) {
    parent.splice(last === '-' ? parent.length : index(last, parent.length), 0, value);
  } else if (isTable(parent)) parent[last] = value;
  else throw patchRejected();
}

function remove(document: unknown, parts: readonly string[]): unknown {
  const { parent, last } = place(document, parts);
  const old = read(document, parts);
  if (Array.isArray(parent)) parent.splice(index(last, parent.length - 1), 1);
  else if (isTable(parent)) delete parent[last];
  return old;
}

function operate(document: unknown, operation: Operation): void {
  const parts = pointer(operation.path);
  switch (operation.op) {
    case 'test':
      if (!isDeepStrictEqual(read(document, parts), operation.value)) throw patchRejected();
      return;
    case 'add':
      return add(document, parts, operation.value);
    case 'replace':
      read(document, parts);
      remove(document, parts);
      return add(document, parts, operation.value);
    case 'remove':
      remove(document, parts);
      return;
    case 'move':
      return add(document, parts, remove(document, pointer(operation.from)));
    case 'copy':
      return add(document, parts, structuredClone(read(document, pointer(operation.from))));
    default:
      throw patchRejected();
  }
}

/** All operations or none. A failed `test`, like any other fault, is 422 without detail. */
export function jsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) {
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value');
  }
  const copy = structuredClone(document);
  for (const operation of operations as unknown[]) {
    if (!isTable(operation)) throw patchRejected();
    operate(copy, operation as Operation);
  }
  return copy;
}

export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isTable(patch)) return patch;
  const merged: Table = isTable(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

/** Lists that a strategic merge patch joins by a key, with that key; all others are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  ownerReferences: 'uid',
  conditions: 'type',
};

function mergeLists(name: string, old: unknown, patch: readonly unknown[]): unknown {
  if (name === 'finalizers' && Array.isArray(old)) return [...new Set([...old, ...patch])];
  const key = MERGE_KEYS[name];
  if (key === undefined || !Array.isArray(old)) return patch;
  const merged = [...(old as unknown[])];
  for (const item of patch) {
    if (!isTable(item)) return patch;
    const at = merged.findIndex((one) => isTable(one) && one[key] === item[key]);
    const { $patch: directive, ...rest } = item;
    if (directive === 'delete') {
      if (at >= 0) merged.splice(at, 1);
    } else if (at >= 0) merged[at] = strategicMerge(merged[at], rest);
    else merged.push(rest);
  }
  return merged;
}

export function strategicMerge(document: unknown, patch: unknown): unknown {
  if (!isTable(patch)) return patch;
  if (patch['$patch'] === 'delete') return undefined;
  const { $patch: directive, ...fields } = patch;
  const merged: Table = isTable(document) && directive !== 'replace' ? { ...document } : {};
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete merged[key];
    else if (Array.isArray(value)) merged[key] = mergeLists(key, merged[key], value);
    else merged[key] = strategicMerge(merged[key], value);
  }
  return merged;
}
