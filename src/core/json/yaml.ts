/** YAML as trees of JSON: numbers with their digits, members in their order. JSON is YAML too. Pure. */
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
  type ScalarTag,
  stringify,
} from 'yaml';
import { JSON_DEPTH_MAX, JSON_NODES_MAX } from '../params-limits.ts';
import { JsonFault, JsonNumber, type JsonTree } from './text.ts';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

const fault = (message: string, syntax = false): JsonFault =>
  new JsonFault(message, { syntax, path: [], line: 0, column: 0 });

function scalar({ value, source }: Scalar): JsonTree {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' || typeof value === 'bigint') {
    if (source !== undefined && NUMBER.test(source)) return new JsonNumber(source);
    if (Number.isFinite(Number(value))) return new JsonNumber(String(value));
  }
  throw fault(`${source ?? 'A value'} is none that JSON has`);
}

/** Aliases may repeat a part without end, so what is made of them is counted. */
class Reader {
  readonly #document: Document;
  #rest = JSON_NODES_MAX;

  constructor(document: Document) {
    this.#document = document;
  }

  read(node: unknown, depth = 0): JsonTree {
    this.#rest -= 1;
    if (this.#rest < 0) throw fault(`has more than ${JSON_NODES_MAX} names and values`);
    if (depth > JSON_DEPTH_MAX) throw fault(`is nested more than ${JSON_DEPTH_MAX} levels deep`);
    if (isAlias(node)) return this.read(node.resolve(this.#document), depth + 1);
    if (isScalar(node)) return scalar(node);
    if (isSeq(node)) return node.items.map((item) => this.read(item, depth + 1));
    if (!isMap(node)) return null;
    return new Map(
      node.items.map(({ key, value }) => [
        String(isScalar(key) ? (key.source ?? key.value) : key),
        this.read(value as Node | null, depth + 1),
      ]),
    );
  }
}

/** The documents of a YAML text. Throws JsonFault for what is no YAML, and for values that JSON has not. */
export function parseYaml(text: string): readonly JsonTree[] {
  const documents = parseAllDocuments(text, { intAsBigInt: true, prettyErrors: true });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw fault(error.message, true);
    return new Reader(document).read(document.contents);
  });
}

const AS_WRITTEN: ScalarTag = {
  identify: (value) => value instanceof JsonNumber,
  default: true,
  tag: 'tag:yaml.org,2002:float',
  resolve: (text) => text,
  stringify: ({ value }) => (value as JsonNumber).text,
};

/** Lines are not folded: what is copied stays what it is. */
export const writeYaml = (tree: JsonTree): string =>
  stringify(tree, { customTags: [AS_WRITTEN], lineWidth: 0, aliasDuplicateObjects: false });
