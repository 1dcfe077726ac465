/** Two patch formats of the API: JSON Patch (RFC 6902), of which there is `test` and `replace`, and merge patch (RFC 7386). */
import { isDeepStrictEqual } from 'node:util';
import { isTable, type Table } from '../objects/object.ts';
import { badRequest, patchRejected } from '../objects/status.ts';

type Operation = { op: string; path: string; value?: unknown };
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

function replace(document: unknown, parts: readonly string[], value: unknown): void {
  const last = parts.at(-1);
  if (last === undefined || last === '__proto__') throw patchRejected();
  const parent = read(document, parts.slice(0, -1));
  if (Array.isArray(parent)) parent[index(last, parent.length - 1)] = value;
  // Unlike in the RFC, a key that is not there yet is added, as the API server does.
  else if (isTable(parent)) parent[last] = value;
  else throw patchRejected();
}

function operate(document: unknown, { op, path, value }: Operation): void {
  const parts = pointer(path);
  if (op === 'test') {
    if (!isDeepStrictEqual(read(document, parts), value)) throw patchRejected();
  } else if (op === 'replace') replace(document, parts, value);
  else throw badRequest('the emulator knows the JSON Patch operations test and replace');
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
