/** Removes from a params schema what cannot be checked here, above all patterns; the pipeline checks it itself. */
import { isJsonObject, type JsonObject, type JsonTree } from '../json/text.ts';
import { PATTERNS_SIZE_MAX } from '../params-limits.ts';
import { shorten } from '../shorten.ts';
import type { Given } from './given.ts';
import type { LinearPattern, Unusable } from './linear-pattern.ts';

/** Characters of a pattern that a warning quotes. */
const SHOWN_MAX = 200;

type Engine = (pattern: string) => LinearPattern | Unusable;

export type Runnable = {
  /** The schema without what cannot be run; it accepts everything that the full one accepts. */
  readonly schema: JsonObject;
  readonly patterns: ReadonlyMap<string, LinearPattern>;
  /** What was removed and why: sentences that begin with the place in the schema. */
  readonly warnings: readonly string[];
  /** Places of patterns that are invalid in every dialect. */
  readonly faults: readonly string[];
};

/** Keywords by the kind of value that they have. */
const SCHEMAS_BY_NAME = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
const SCHEMA_LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']);
const SCHEMAS = new Set([
  'items',
  'additionalItems',
  'additionalProperties',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contains',
  'not',
  'if',
  'then',
  'else',
]);
/** With a weaker schema inside, these would refuse what they should accept: they are removed with their content. */
const REVERSED = new Set(['not', 'if', 'oneOf', 'contains']);

/** What refuses params, or decides about others, by what is not there. */
const BY_ABSENCE = new Set([
  ...REVERSED,
  'required',
  'dependentRequired',
  'dependencies',
  'minProperties',
  // What a branch that is removed knows would count as unknown.
  'unevaluatedProperties',
  'unevaluatedItems',
]);

const TOO_MANY: Unusable = { why: 'comes after too many others', broken: false };

/** A keyword that is added to every schema to count the checks. */
export const STEP = 'sluice:step';

class Walk {
  readonly patterns = new Map<string, LinearPattern>();
  readonly warnings: string[] = [];
  readonly faults: string[] = [];
  readonly #engine: Engine | undefined;
  readonly #given: Given;
  #room = PATTERNS_SIZE_MAX;

  constructor(engine: Engine | undefined, given: Given) {
    this.#engine = engine;
    this.#given = given;
  }

  /** Whether the pattern can be run. */
  #usable(pattern: string, place: string): boolean {
    if (!this.#engine) return true;
    const known = this.patterns.get(pattern);
    const found = known ?? (this.#room > 0 ? this.#engine(pattern) : TOO_MANY);
    if (!known) this.#room -= found.size ?? 0;
    if ('why' in found) {
      const list = found.broken ? this.faults : this.warnings;
      list.push(
        `${place}: the pattern ${shorten(pattern, SHOWN_MAX)} is not checked, it ${found.why}`,
      );
      return false;
    }
    this.patterns.set(pattern, found);
    return true;
  }

  schema(tree: JsonTree, place: string): JsonTree {
    if (!isJsonObject(tree)) return tree;
    const kept = new Map<string, JsonTree>([[STEP, true]]);
    for (const [keyword, value] of tree) {
      if (this.#given === 'in part' && BY_ABSENCE.has(keyword)) continue;
      const before = this.warnings.length;
      const inner = this.#keyword(keyword, value, `${place}.${keyword}`);
      const weaker = this.warnings.length > before;
      if (inner === undefined || (weaker && REVERSED.has(keyword))) continue;
      kept.set(keyword, inner);
    }
    // Without all patterns it is unknown which names are additional.
    const named = tree.get('patternProperties');
    const fewer = isJsonObject(named) && sizeOf(kept.get('patternProperties')) < named.size;
    if (fewer)
      for (const rest of ['additionalProperties', 'unevaluatedProperties']) kept.delete(rest);
    return kept;
  }

  #keyword(keyword: string, value: JsonTree, place: string): JsonTree | undefined {
    if (keyword === 'pattern' && typeof value === 'string')
      return this.#usable(value, place) ? value : undefined;
    if (SCHEMAS_BY_NAME.has(keyword) && isJsonObject(value)) {
      const runnable = [...value].filter(
        ([name]) => keyword !== 'patternProperties' || this.#usable(name, place),
      );
      return new Map(
        runnable.map(([name, schema]) => [name, this.schema(schema, `${place}.${name}`)]),
      );
    }
    if (SCHEMA_LISTS.has(keyword) && Array.isArray(value))
      return value.map((schema: JsonTree, at) => this.schema(schema, `${place}.${at}`));
    return SCHEMAS.has(keyword) ? this.schema(value, place) : value;
  }
}

const sizeOf = (tree: JsonTree | undefined): number => (isJsonObject(tree) ? tree.size : 0);

/**
 * Removes what the pattern engine cannot run, and of params that are given in part what refuses those that are not there; `engine`
 * is undefined for a schema without patterns.
 */
export function runnable(
  schema: JsonObject,
  engine: Engine | undefined,
  given: Given = 'all',
): Runnable {
  const walk = new Walk(engine, given);
  const kept = walk.schema(schema, 'params_schema') as JsonObject;
  const { patterns, warnings, faults } = walk;
  return { schema: kept, patterns, warnings, faults };
}
