/** Whether values meet a condition of a schema (`if`), as far as the page knows the words of JSON Schema. */
import { compareNumbers, isWhole, numberKey } from '../../../../core/json/decimal.ts';
import {
  isJsonObject,
  JsonNumber,
  type JsonObject,
  type JsonTree,
} from '../../../../core/json/text.ts';
import { canonicalJson } from '../../../../core/json/write.ts';

/** Undefined: the page cannot tell; the server does. */
export type Answer = boolean | undefined;
/** The schema that a `$ref` names; undefined for one of another document. */
export type Resolve = (ref: string) => JsonTree | undefined;

export const all = (answers: readonly Answer[]): Answer =>
  answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
const any = (answers: readonly Answer[]): Answer =>
  answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
const not = (answer: Answer): Answer => (answer === undefined ? undefined : !answer);

const isList = (tree: JsonTree | undefined): tree is readonly JsonTree[] => Array.isArray(tree);
const keyOf = (tree: JsonTree): string =>
  tree instanceof JsonNumber ? numberKey(tree.text) : canonicalJson(tree);
export const sameTree = (a: JsonTree, b: JsonTree): boolean => keyOf(a) === keyOf(b);

export function typeOf(value: JsonTree): string {
  if (value === null) return 'null';
  if (value instanceof JsonNumber) return isWhole(value.text) ? 'integer' : 'number';
  if (isList(value)) return 'array';
  return typeof value;
}

const hasType = (value: JsonTree, names: readonly JsonTree[]): boolean => {
  const type = typeOf(value);
  return names.includes(type) || (type === 'integer' && names.includes('number'));
};

const eachOf = (tree: JsonTree): readonly JsonTree[] => (isList(tree) ? tree : [tree]);

type Rule = (rule: JsonTree, value: JsonTree, resolve: Resolve) => Answer;

const limit =
  (fits: (sign: number) => boolean): Rule =>
  (rule, value) =>
    !(value instanceof JsonNumber) ||
    (rule instanceof JsonNumber ? fits(compareNumbers(value.text, rule.text)) : undefined);

const RULES: Readonly<Record<string, Rule>> = {
  const: (rule, value) => sameTree(rule, value),
  enum: (rule, value) => eachOf(rule).some((each) => sameTree(each, value)),
  type: (rule, value) => hasType(value, eachOf(rule)),
  required: (rule, value) =>
    !isJsonObject(value) ||
    eachOf(rule).every((name) => typeof name === 'string' && value.has(name)),
  properties: (rule, value, resolve) =>
    !isJsonObject(value) || !isJsonObject(rule)
      ? true
      : all(
          Array.from(rule, ([name, schema]) => {
            const member = value.get(name);
            return member === undefined || fulfils(schema, member, resolve);
          }),
        ),
  not: (rule, value, resolve) => not(fulfils(rule, value, resolve)),
  allOf: (rule, value, resolve) => all(eachOf(rule).map((each) => fulfils(each, value, resolve))),
  anyOf: (rule, value, resolve) => any(eachOf(rule).map((each) => fulfils(each, value, resolve))),
  minimum: limit((sign) => sign >= 0),
  maximum: limit((sign) => sign <= 0),
  exclusiveMinimum: limit((sign) => sign > 0),
  exclusiveMaximum: limit((sign) => sign < 0),
};

/** Words that say nothing about a value. */
const NOTES: ReadonlySet<string> = new Set(
  '$id $schema $comment title description default examples help_text errorMessage'.split(' '),
);

export function fulfils(schema: JsonTree, value: JsonTree, resolve: Resolve): Answer {
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) return undefined;
  return all(
    Array.from(schema, ([word, rule]) => {
      if (NOTES.has(word)) return true;
      if (word === '$ref') {
        const target = typeof rule === 'string' ? resolve(rule) : undefined;
        return target === undefined ? undefined : fulfils(target, value, resolve);
      }
      return Object.hasOwn(RULES, word) ? RULES[word]?.(rule, value, resolve) : undefined;
    }),
  );
}

/** One branch of an `if`: its schema, and whether it has to hold. */
export type Condition = { readonly schema: JsonTree; readonly holds: boolean };
/** Conditions that have to be met together; none: always. */
export type When = readonly Condition[];

export const met = (when: When, params: JsonObject, resolve: Resolve): Answer =>
  all(
    when.map(({ schema, holds }) => {
      const answer = fulfils(schema, params, resolve);
      return holds ? answer : not(answer);
    }),
  );
