/** The form of a pipeline: its params in groups, from `params_schema` as nextflow_schema.json has it, or from its defaults alone. */
import { isJsonObject, type JsonObject, type JsonTree } from '../../../../core/json/text.ts';
import { type Answer, met, type Resolve, typeOf, type When } from './conditions.ts';

/** How a param is typed in: what is no `text`, `number`, `boolean` or `choice` is JSON. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'json';

export type Field = {
  readonly name: string;
  readonly title: string;
  readonly kind: FieldKind;
  /** Its part of the schema; empty where there is none. */
  readonly schema: JsonObject;
  /** What runs if nothing is given: the entry's, else the schema's. */
  readonly fallback: JsonTree | undefined;
  /** Only the schema has it: the server does not put it among the params. */
  readonly fallbackOfSchema: boolean;
  readonly hidden: boolean;
  /** The entry does not let requests change it. */
  readonly fixed: boolean;
  /** Looks like a secret: not shown while typed, not kept. */
  readonly secret: boolean;
  /** It applies when one of them is met. */
  readonly shownWhen: readonly When[];
  readonly requiredWhen: readonly When[];
};

export type Group = {
  readonly title: string;
  readonly description: string;
  readonly fields: readonly Field[];
};

export type Form = {
  readonly groups: readonly Group[];
  readonly resolve: Resolve;
};

const NONE: JsonObject = new Map();
/** Schemas may refer to themselves. */
const DEPTH_MAX = 16;

const textOf = (tree: JsonTree | undefined): string => (typeof tree === 'string' ? tree : '');
const listOf = (tree: JsonTree | undefined): readonly JsonTree[] =>
  Array.isArray(tree) ? (tree as readonly JsonTree[]) : [];
const objectOf = (tree: JsonTree | undefined): JsonObject => (isJsonObject(tree) ? tree : NONE);

function resolver(root: JsonObject): Resolve {
  return (ref) => {
    if (!ref.startsWith('#')) return undefined;
    const path = ref.slice(1).split('/').filter(Boolean);
    let place: JsonTree | undefined = root;
    for (const part of path) {
      const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      place = isJsonObject(place) ? place.get(name) : undefined;
    }
    return place;
  };
}

type Found = {
  schema: JsonObject;
  group: string;
  readonly shownWhen: When[];
  readonly requiredWhen: When[];
};

/** Goes through the schema and notes params, their groups, and when they apply. */
class Walk {
  readonly found = new Map<string, Found>();
  readonly groups = new Map<string, string>();
  readonly #required: (readonly [string, When])[] = [];
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  #schema(tree: JsonTree | undefined): JsonObject {
    const schema = objectOf(tree);
    const ref = schema.get('$ref');
    if (typeof ref !== 'string') return schema;
    // Beside a reference stand words that say more.
    return new Map([...objectOf(this.#resolve(ref)), ...schema]);
  }

  #param(name: string, schema: JsonObject, group: string, when: When): void {
    const before = this.found.get(name);
    if (before === undefined) {
      this.found.set(name, { schema, group, shownWhen: [when], requiredWhen: [] });
      return;
    }
    // What holds always describes a param; what a branch adds is for the server to check.
    if (when.length === 0 && before.shownWhen.every(({ length }) => length > 0)) {
      before.group = group;
      before.schema = new Map([...before.schema, ...schema]);
    } else if (when.length === 0) before.schema = new Map([...schema, ...before.schema]);
    before.shownWhen.push(when);
  }

  /** A branch may stand before the params that it requires. */
  finish(): void {
    for (const [name, when] of this.#required) this.found.get(name)?.requiredWhen.push(when);
  }

  #require(names: JsonTree | undefined, when: When): void {
    for (const name of listOf(names)) this.#required.push([textOf(name), when]);
  }

  walk(tree: JsonTree | undefined, group: string, when: When, depth = 0): void {
    if (depth > DEPTH_MAX) return;
    const schema = this.#schema(tree);
    const title = textOf(schema.get('title'));
    const own = depth > 0 && title !== '' && schema.has('properties') ? title : group;
    if (!this.groups.has(own) && schema.has('properties'))
      this.groups.set(own, depth > 0 ? textOf(schema.get('description')) : '');
    for (const [name, each] of objectOf(schema.get('properties')))
      this.#param(name, this.#schema(each), own, when);
    // Of alternatives the page does not know which one is meant: all are offered, none is required.
    for (const word of ['allOf', 'anyOf', 'oneOf'])
      for (const each of listOf(schema.get(word)))
        this.walk(word === 'allOf' ? each : without(this.#schema(each)), own, when, depth + 1);
    this.#branches(schema, own, when, depth);
    this.#dependents(schema, own, when, depth);
    this.#require(schema.get('required'), when);
  }

  #branches(schema: JsonObject, group: string, when: When, depth: number): void {
    const test = schema.get('if');
    if (test === undefined) return;
    for (const [word, holds] of [
      ['then', true],
      ['else', false],
    ] as const)
      this.walk(schema.get(word), group, [...when, { schema: test, holds }], depth + 1);
  }

  #dependents(schema: JsonObject, group: string, when: When, depth: number): void {
    for (const word of ['dependentRequired', 'dependentSchemas', 'dependencies'])
      for (const [name, rule] of objectOf(schema.get(word))) {
        const given = { schema: new Map([['required', [name]]]), holds: true };
        if (Array.isArray(rule)) this.#require(rule, [...when, given]);
        else this.walk(rule, group, [...when, given], depth + 1);
      }
  }
}

const without = (schema: JsonObject): JsonObject =>
  new Map([...schema].filter(([word]) => word !== 'required'));

const SECRET = /secret|token|passw|credential|api_?key/i;

export const isSecretName = (name: string): boolean => SECRET.test(name);

const isSecret = (name: string, schema: JsonObject): boolean =>
  schema.get('format') === 'password' || schema.get('writeOnly') === true || isSecretName(name);

function kindOf(schema: JsonObject, fallback: JsonTree | undefined): FieldKind {
  if (listOf(schema.get('enum')).length > 0) return 'choice';
  const named = schema.get('type');
  const types = (Array.isArray(named) ? (named as readonly JsonTree[]) : [named])
    .map(textOf)
    .filter((type) => type !== '' && type !== 'null');
  if (types.length === 0 && fallback !== undefined && fallback !== null)
    types.push(typeOf(fallback));
  if (types.length === 0) return schema.size === 0 ? 'json' : 'text';
  if (types.every((type) => type === 'integer' || type === 'number')) return 'number';
  if (types.every((type) => type === 'boolean')) return 'boolean';
  return types.every((type) => type === 'string') ? 'text' : 'json';
}

export type Entry = {
  readonly params: JsonObject;
  readonly params_schema: JsonObject | null;
  readonly fixed_params: readonly string[];
};

/** Nextflow takes `out-dir` and `outDir` for the same param. */
const paramKey = (name: string): string => name.replaceAll('-', '').toLowerCase();

export const EMPTY_ENTRY: Entry = { params: NONE, params_schema: null, fixed_params: [] };

/** `given`: params that are sent though neither schema nor entry knows them; each gets a field too. */
export function formOf(entry: Entry, given: Iterable<string> = []): Form {
  const root = entry.params_schema ?? NONE;
  const resolve = resolver(root);
  const walk = new Walk(resolve);
  walk.walk(root, 'Parameters', []);
  walk.finish();
  const rest = walk.found.size === 0 ? 'Parameters' : 'Other parameters';
  for (const name of [...entry.params.keys(), ...given]) {
    if (walk.found.has(name)) continue;
    if (!walk.groups.has(rest)) walk.groups.set(rest, '');
    walk.found.set(name, { schema: NONE, group: rest, shownWhen: [[]], requiredWhen: [] });
  }
  const fixed = new Set(entry.fixed_params.map(paramKey));
  const fields = Array.from(walk.found, ([name, { group, schema, ...when }]) => {
    const own = entry.params.get(name);
    const fallback = own ?? schema.get('default');
    return {
      group,
      field: {
        ...when,
        name,
        schema,
        fallback,
        title: textOf(schema.get('title')) || name,
        kind: kindOf(schema, fallback),
        fallbackOfSchema: own === undefined && fallback !== undefined,
        hidden: schema.get('hidden') === true,
        fixed: fixed.has(paramKey(name)),
        secret: isSecret(name, schema),
      },
    };
  });
  const groups = Array.from(walk.groups, ([title, description]) => ({
    title,
    description,
    fields: fields.filter(({ group }) => group === title).map(({ field }) => field),
  }));
  return { groups: groups.filter(({ fields: inside }) => inside.length > 0), resolve };
}

const anyMet = (whens: readonly When[], params: JsonObject, { resolve }: Form): Answer => {
  const answers = whens.map((when) => met(when, params, resolve));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
};

/** False only where the page knows that it does not apply with these params, defaults included. */
export const applies = (field: Field, params: JsonObject, form: Form): boolean =>
  anyMet(field.shownWhen, params, form) !== false;

export const isRequired = (field: Field, params: JsonObject, form: Form): boolean =>
  anyMet(field.requiredWhen, params, form) === true;

export const fieldsOf = ({ groups }: Form): readonly Field[] =>
  groups.flatMap(({ fields }) => fields);
