/**
 * Keywords of JSON Schema that compare numbers by their digits and replace Ajv's, which compare JavaScript values;
 * and a `uniqueItems` that takes linear time.
 */
import type { Ajv, FuncKeywordDefinition } from 'ajv';
import type { DataValidationCxt } from 'ajv/dist/types/index.js';
import { compareNumbers, isMultiple, isWhole, numberKey } from '../json/decimal.ts';
import { isJsonObject, JsonNumber, type JsonTree } from '../json/text.ts';
import { toTree } from '../json/write.ts';

/** The placeholder that Ajv is given, and its tree. */
const trees = new WeakMap<object, JsonTree>();

/**
 * A placeholder of JavaScript values for a tree: Ajv needs it for types and counts. A number in it may be rounded or
 * capped, but is an integer if and only if the real one is.
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

/** A member of a placeholder's tree. */
export function memberOf(parent: object, key: string | number): JsonTree | undefined {
  const tree = trees.get(parent);
  if (isJsonObject(tree)) return tree.get(String(key));
  return (tree as readonly JsonTree[] | undefined)?.[Number(key)];
}

/** The tree of a placeholder that Ajv checks; texts, booleans and null are their own. */
function exactOf(value: unknown, at: DataValidationCxt | undefined): JsonTree {
  if (typeof value === 'number')
    return (at && memberOf(at.parentData, at.parentDataProperty)) ?? toTree(value);
  if (typeof value !== 'object' || value === null) return value as string | boolean | null;
  return trees.get(value) ?? toTree(value);
}

/** One text for all values that are equal by JSON Schema. */
function equalKey(tree: JsonTree): string {
  if (tree instanceof JsonNumber) return numberKey(tree.text);
  if (typeof tree !== 'object' || tree === null) return JSON.stringify(tree);
  if (!isJsonObject(tree)) return `[${tree.map(equalKey).join()}]`;
  const members = [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => JSON.stringify(key) + equalKey(member)).join()}}`;
}

/** The value of a keyword; Ajv's own meta-schemas have no tree. */
const exactIn = (schema: object, keyword: string, value: unknown): JsonTree =>
  memberOf(schema, keyword) ?? toTree(value);

/** A keyword for numbers; `holds` gets the texts of both. */
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
    // Ajv compares each with all others: 40,000 items would take seconds.
    compile: (wanted: boolean) => (items: readonly unknown[]) =>
      !wanted ||
      new Set((exactOf(items, undefined) as readonly JsonTree[]).map(equalKey)).size ===
        items.length,
  },
];

/** Replaces Ajv's keywords by the exact ones. Schemas and values have to come from `toPlainValue`. */
export function compareExactly(ajv: Ajv): void {
  for (const check of CHECKS) ajv.removeKeyword(String(check.keyword)).addKeyword(check);
}
