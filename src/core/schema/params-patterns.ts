/** Which patterns of a params schema can be run here; the rest is taken out of it, and left to the pipeline. */
import { isJsonObject, type JsonObject, type JsonTree } from '../json/text.ts';
import { PATTERNS_SIZE_MAX } from '../params-limits.ts';
import { shorten } from '../shorten.ts';
import type { LinearPattern, Unusable } from './linear-pattern.ts';

/** Of a long pattern so much is told. */
const SHOWN_MAX = 200;

type Engine = (pattern: string) => LinearPattern | Unusable;

export type Runnable = {
  /** The schema without what cannot be run; it takes all that the whole one takes. */
  readonly schema: JsonObject;
  readonly patterns: ReadonlyMap<string, LinearPattern>;
  /** What was taken out, and why, each a sentence that begins with its place. */
  readonly warnings: readonly string[];
  /** Places of patterns that are none in any dialect. */
  readonly faults: readonly string[];
};

/** Keywords by what they hold. */
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
/** A weaker schema inside makes these refuse what they should take: they go with what is taken out of them. */
const REVERSED = new Set(['not', 'if', 'oneOf', 'contains']);

const TOO_MANY: Unusable = { why: 'comes after too many others', broken: false };

/** A keyword of ours in every schema, at which its check is counted. */
export const STEP = 'sluice:step';

class Walk {
  readonly patterns = new Map<string, LinearPattern>();
  readonly warnings: string[] = [];
  readonly faults: string[] = [];
  readonly #engine: Engine | undefined;
  #room = PATTERNS_SIZE_MAX;

  constructor(engine: Engine | undefined) {
    this.#engine = engine;
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
      const before = this.warnings.length;
      const inner = this.#keyword(keyword, value, `${place}.${keyword}`);
      const weaker = this.warnings.length > before;
      if (inner === undefined || (weaker && REVERSED.has(keyword))) continue;
      kept.set(keyword, inner);
    }
    // Which names are left for it is not known once a pattern is gone.
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

/** Takes out of a schema what the engine cannot run; it is needed where there are patterns alone. */
export function runnable(schema: JsonObject, engine: Engine | undefined): Runnable {
  const walk = new Walk(engine);
  const kept = walk.schema(schema, 'params_schema') as JsonObject;
  const { patterns, warnings, faults } = walk;
  return { schema: kept, patterns, warnings, faults };
}
