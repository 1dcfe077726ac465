/**
 * Checks of JSON Schema that compare numbers by their digits, in the place of those that Ajv makes of values of
 * JavaScript; and one for equal items that takes linear time.
 */
import type { Ajv, FuncKeywordDefinition } from 'ajv';
import type { DataValidationCxt } from 'ajv/dist/types/index.js';
import { compareNumbers, isMultiple, isWhole, numberKey } from '../json/decimal.ts';
import { isJsonObject, JsonNumber, type JsonTree } from '../json/text.ts';
import { toTree } from '../json/write.ts';

/** What Ajv is given for a tree, and the tree that it stands for. */
const trees = new WeakMap<object, JsonTree>();

/**
 * Values of JavaScript in the place of a tree: Ajv tells types and counts by them. A number is only as large as it can
 * be, but whole if and only if the one that it stands for is.
 */
export function toPlainValue(tree: JsonTree): unknown {
  if (tree instanceof JsonNumber) return numberFor(tree.text);
  if (typeof tree !== 'object' || tree === null) return tree;
  const value = isJsonObject(tree)
    ? Object.fromEntries(Array.from(tree, ([key, member]) => [key, toPlainValue(member)]))
    : tree.map(toPlainValue);
  trees.set(value, tree);
  return value;
}

function numberFor(text: string): number {
  const value = Number(text);
  const sign = text.startsWith('-') ? -1 : 1;
  if (isWhole(text)) return Number.isFinite(value) ? value : sign * Number.MAX_VALUE;
  return Number.isInteger(value) || !Number.isFinite(value) ? sign / 2 : value;
}

/** The member of what an emulator stands for. */
export function memberOf(parent: object, key: string | number): JsonTree | undefined {
  const tree = trees.get(parent);
  if (isJsonObject(tree)) return tree.get(String(key));
  return (tree as readonly JsonTree[] | undefined)?.[Number(key)];
}

/** What a value that Ajv checks stands for; text, truth and null for themselves. */
function exactOf(value: unknown, at: DataValidationCxt | undefined): JsonTree {
  if (typeof value === 'number')
    return (at && memberOf(at.parentData, at.parentDataProperty)) ?? toTree(value);
  if (typeof value !== 'object' || value === null) return value as string | boolean | null;
  return trees.get(value) ?? toTree(value);
}

/** The same for values that JSON Schema calls equal. */
function equalKey(tree: JsonTree): string {
  if (tree instanceof JsonNumber) return numberKey(tree.text);
  if (typeof tree !== 'object' || tree === null) return JSON.stringify(tree);
  if (!isJsonObject(tree)) return `[${tree.map(equalKey).join()}]`;
  const members = [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => JSON.stringify(key) + equalKey(member)).join()}}`;
}

/** The value of a keyword; Ajv's own schemas, by which it checks others, stand for nothing but themselves. */
const exactIn = (schema: object, keyword: string, value: unknown): JsonTree =>
  memberOf(schema, keyword) ?? toTree(value);

/** A check of numbers; `holds` is given the texts of both. */
const ofNumbers = (
  keyword: string,
  holds: (text: string, bound: string) => boolean,
): FuncKeywordDefinition => ({
  keyword,
  type: 'number',
  schemaType: 'number',
  errors: false,
  compile: (plain: unknown, schema) => {
    const bound = exactIn(schema, keyword, plain);
    return (value: unknown, at?: DataValidationCxt) => {
      const number = exactOf(value, at);
      return !(number instanceof JsonNumber && bound instanceof JsonNumber)
        ? false
        : holds(number.text, bound.text);
    };
  },
});

const ofValues = (
  keyword: string,
  valuesIn: (value: JsonTree) => readonly JsonTree[],
): FuncKeywordDefinition => ({
  keyword,
  errors: false,
  ...(keyword === 'enum' && { schemaType: 'array' as const }),
  compile: (plain: unknown, schema) => {
    const keys = new Set(valuesIn(exactIn(schema, keyword, plain)).map(equalKey));
    return (value: unknown, at?: DataValidationCxt) => keys.has(equalKey(exactOf(value, at)));
  },
});

const CHECKS: readonly FuncKeywordDefinition[] = [
  ofNumbers('minimum', (text, bound) => compareNumbers(text, bound) >= 0),
  ofNumbers('maximum', (text, bound) => compareNumbers(text, bound) <= 0),
  ofNumbers('exclusiveMinimum', (text, bound) => compareNumbers(text, bound) > 0),
  ofNumbers('exclusiveMaximum', (text, bound) => compareNumbers(text, bound) < 0),
  ofNumbers('multipleOf', isMultiple),
  ofValues('const', (value) => [value]),
  ofValues('enum', (value) => value as readonly JsonTree[]),
  {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    errors: false,
    // Compared one with all others, as Ajv does it, 40,000 items take seconds.
    compile: (wanted: boolean) => (items: readonly unknown[]) =>
      !wanted ||
      new Set((exactOf(items, undefined) as readonly JsonTree[]).map(equalKey)).size ===
        items.length,
  },
];

/** Puts the exact checks in the place of Ajv's own. Schemas and values have to come from `toPlainValue`. */
export function compareExactly(ajv: Ajv): void {
  for (const check of CHECKS) ajv.removeKeyword(String(check.keyword)).addKeyword(check);
}
