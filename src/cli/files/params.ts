/** Params from the command line and from files, with the digits and order that they are written with. */
import { readFile } from 'node:fs/promises';
import {
  isJsonObject,
  JsonFault,
  type JsonObject,
  type JsonTree,
  parseJson,
} from '../../core/json/text.ts';
import { parseYaml } from '../../core/json/yaml.ts';
import { UsageError } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

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

/** The documents of a JSON or YAML text; JSON is YAML too. `name` is for errors. Throws UsageError. */
export function documentsOf(text: string, name: string): readonly JsonTree[] {
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof JsonFault) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
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
