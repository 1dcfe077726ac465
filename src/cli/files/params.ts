/** Params from the command line and from files, with the digits and order that they are written with. */
import { readFile } from 'node:fs/promises';
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
  parseJson,
} from '../../core/json/text.ts';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The value of `-p name=value`: JSON where it is JSON, else the text as it is. */
function valueOf(text: string): JsonTree {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** `name=value` pairs; the last one of a name counts. Throws UsageError. */
export function pairs(option: string, given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`${option} ${pair} is not NAME=VALUE.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

export const paramsOf = (given: readonly string[]): JsonObject =>
  new Map([...pairs('-p', given)].map(([name, text]) => [name, valueOf(text)]));

function scalar({ value, source }: Scalar): JsonTree {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (source !== undefined && NUMBER.test(source)) return new JsonNumber(source);
    if (Number.isFinite(Number(value))) return new JsonNumber(String(value));
  }
  throw new UsageError(`${source ?? 'A value'} is none that JSON has.`);
}

function treeOf(node: unknown, document: Document): JsonTree {
  if (isAlias(node)) return treeOf(node.resolve(document), document);
  if (isScalar(node)) return scalar(node);
  if (isSeq(node)) return node.items.map((item) => treeOf(item, document));
  if (isMap(node))
    return new Map(
      node.items.map(({ key, value }) => [
        String(isScalar(key) ? (key.source ?? key.value) : key),
        treeOf(value as Node | null, document),
      ]),
    );
  return null;
}

/** The documents of a JSON or YAML text; JSON is YAML too. `name` is for errors. Throws UsageError. */
export function documentsOf(text: string, name: string): readonly JsonTree[] {
  const documents = parseAllDocuments(text, { intAsBigInt: true, prettyErrors: true });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw new UsageError(`${name}: ${error.message}`);
    return treeOf(document.contents, document);
  });
}

/** Reads a file, or standard input for `-`. Throws UsageError. */
export async function readText(terminal: Terminal, path: string): Promise<string> {
  if (path === '-') return terminal.readAll();
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new UsageError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

/** One object of a JSON or YAML file. Throws UsageError. */
export async function readObject(terminal: Terminal, path: string): Promise<JsonObject> {
  const documents = documentsOf(await readText(terminal, path), path);
  const [only = null] = documents;
  if (documents.length <= 1 && isJsonObject(only)) return only;
  if (documents.length === 0 || (documents.length === 1 && only === null)) return new Map();
  throw new UsageError(`${path} has to hold one object.`);
}
