/**
 * JSON as it was written: numbers with their digits, members in their order. Params keep this form
 * from the request to the run; JavaScript values would round numbers and move keys such as `10` to the front.
 */
import { type ParseErrorCode, visit } from 'jsonc-parser';
import { JSON_DEPTH_MAX, JSON_NODES_MAX, JSON_NUMBER_MAX } from '../params-limits.ts';

/** A number by its text, such as `1.0` or `9007199254740993`. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type JsonObject = ReadonlyMap<string, JsonTree>;
export type JsonTree =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly JsonTree[]
  | ReadonlyMap<string, JsonTree>;

/** Text that is not JSON (`syntax`), or JSON that is not accepted; line and column begin at 1. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly syntax: boolean;
  /** Keys and indexes that lead there. */
  readonly path: readonly string[];
  readonly line: number;
  readonly column: number;

  constructor(
    message: string,
    at: { syntax: boolean; path: readonly string[]; line: number; column: number },
  ) {
    super(at.line > 0 ? `${message} (line ${at.line}, column ${at.column})` : message);
    this.syntax = at.syntax;
    this.path = at.path;
    this.line = at.line;
    this.column = at.column;
  }
}

/** What the parser expected or met, by its codes (`ParseErrorCode` of jsonc-parser). */
const SYNTAX: Readonly<Record<ParseErrorCode, string>> = {
  1: 'a value has a character too many, or is no value',
  2: 'a number is not written as JSON has it',
  3: 'a name in double quotes is missing',
  4: 'a value is missing',
  5: 'a colon is missing',
  6: 'a comma is missing',
  7: 'a closing brace is missing',
  8: 'a closing bracket is missing',
  9: 'something follows the end',
  10: 'JSON has no comments',
  11: 'a comment does not end',
  12: 'a text does not end',
  13: 'a number does not end',
  14: 'a \\u is not followed by four hexadecimal digits',
  15: 'a backslash is followed by a character that it does not escape',
  16: 'a text holds a control character or line end that is not escaped',
};

type Open =
  | { readonly kind: 'list'; readonly items: JsonTree[] }
  | { readonly kind: 'object'; readonly members: Map<string, JsonTree>; key: string };

/** Builds the tree from the parser's tokens. */
class Builder {
  root: JsonTree = null;
  readonly #open: Open[] = [];
  #rest: number;

  constructor(nodesMax: number) {
    this.#rest = nodesMax;
  }

  path(): string[] {
    return this.#open.map((each) => (each.kind === 'list' ? String(each.items.length) : each.key));
  }

  add(value: JsonTree): void {
    const place = this.#open.at(-1);
    if (place === undefined) this.root = value;
    else if (place.kind === 'list') place.items.push(value);
    else place.members.set(place.key, value);
  }

  /** Counts one more name or value; false when there are too many. */
  mayGrow(): boolean {
    this.#rest -= 1;
    return this.#rest >= 0;
  }

  begin(open: Open): string | undefined {
    if (this.#open.length === JSON_DEPTH_MAX)
      return `is nested more than ${JSON_DEPTH_MAX} levels deep`;
    this.#open.push(open);
    return undefined;
  }

  end(): void {
    const closed = this.#open.pop();
    if (closed) this.add(closed.kind === 'list' ? closed.items : closed.members);
  }

  name(key: string): string | undefined {
    const place = this.#open.at(-1);
    if (place?.kind !== 'object') return undefined;
    const doubled = place.members.has(key);
    place.key = key;
    if (doubled) return 'is there twice';
    return key === '__proto__' ? 'is not a name that can be used' : undefined;
  }
}

/** Such text cannot be written as UTF-8: the run would get something else than what was sent. */
const HALF = 'holds half of a surrogate pair';

/**
 * The tree of a JSON text. Throws JsonFault at the first fault: no JSON, doubled names, half characters, the name
 * `__proto__`, more than 64 levels, 20,000 names and values, or 1,000 characters in a number.
 */
export function parseJson(text: string, nodesMax = JSON_NODES_MAX): JsonTree {
  const builder = new Builder(nodesMax);
  const refuse = (message: string | undefined, line: number, column: number, path?: string[]) => {
    if (message === undefined) return;
    const at = { syntax: false, path: path ?? builder.path(), line: line + 1, column: column + 1 };
    throw new JsonFault(message, at);
  };
  const count = (line: number, column: number) => {
    if (!builder.mayGrow()) refuse(`has more than ${nodesMax} names and values`, line, column, []);
  };
  visit(
    text,
    {
      onObjectBegin(_offset, _length, line, column) {
        count(line, column);
        const path = builder.path();
        refuse(builder.begin({ kind: 'object', members: new Map(), key: '' }), line, column, path);
      },
      onArrayBegin(_offset, _length, line, column) {
        count(line, column);
        const path = builder.path();
        refuse(builder.begin({ kind: 'list', items: [] }), line, column, path);
      },
      onObjectEnd: () => builder.end(),
      onArrayEnd: () => builder.end(),
      onObjectProperty(key, _offset, _length, line, column) {
        count(line, column);
        if (!key.isWellFormed()) {
          refuse(`has a name that ${HALF}`, line, column, builder.path().slice(0, -1));
        }
        refuse(builder.name(key), line, column);
      },
      onLiteralValue(value: string | number | boolean | null, offset, length, line, column) {
        count(line, column);
        if (typeof value === 'string' && !value.isWellFormed()) refuse(HALF, line, column);
        if (typeof value === 'number' && length > JSON_NUMBER_MAX)
          refuse(`is a number of more than ${JSON_NUMBER_MAX} characters`, line, column);
        builder.add(
          typeof value === 'number' ? new JsonNumber(text.slice(offset, offset + length)) : value,
        );
      },
      onError(error, _offset, _length, line, column) {
        throw new JsonFault(SYNTAX[error], {
          syntax: true,
          path: builder.path(),
          line: line + 1,
          column: column + 1,
        });
      },
    },
    { disallowComments: true },
  );
  return builder.root;
}

/** Fields that are kept as trees, at any depth; all others become JavaScript values. */
const AS_WRITTEN = new Set(['params', 'params_schema', 'parameters']);

/**
 * The tree as JavaScript values, except for the fields that stay trees. Throws JsonFault for a number that is too large
 * for JavaScript.
 */
export function plainJson(tree: JsonTree, path: readonly string[] = []): unknown {
  if (tree instanceof JsonNumber) {
    const value = Number(tree.text);
    if (Number.isFinite(value)) return value;
    throw new JsonFault('is a number too large', { syntax: false, path, line: 0, column: 0 });
  }
  if (isList(tree)) return tree.map((item, at) => plainJson(item, [...path, String(at)]));
  if (!isJsonObject(tree)) return tree;
  return Object.fromEntries(
    Array.from(tree, ([key, value]) => [
      key,
      AS_WRITTEN.has(key) ? value : plainJson(value, [...path, key]),
    ]),
  );
}

const isList = (tree: JsonTree): tree is readonly JsonTree[] => Array.isArray(tree);
export const isJsonObject = (value: unknown): value is JsonObject => value instanceof Map;
