/** Finds the kind of a body: by a key of the kind's name, by aliases beside it, or by `kind`. Pure. */
import type { FieldError } from '../errors.ts';
import { canonicalJson } from '../json/write.ts';
import { KIND_NAMES, type KindName, kindOf } from './all.ts';

export type Told = {
  /** Undefined where no key, alias or `kind` is given. */
  readonly kind: KindName | undefined;
  /** The field that names the kind. */
  readonly by: string;
  readonly hasKey: boolean;
  /** The kind's own fields that are given; null counts as not given. */
  readonly own: Readonly<Record<string, unknown>>;
  /** Name in the body of each own field. */
  readonly names: Readonly<Record<string, string>>;
  readonly faults: readonly FieldError[];
};

type Body = Readonly<Record<string, unknown>>;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
/** An empty text asks for nothing of an entry's value, and names no kind. */
const asks = (value: unknown): boolean => isGiven(value) && value !== '';

/** Errors for two different values of one field. */
function contradiction(body: Body, key: Body, kind: KindName, alias: string): FieldError[] {
  if (!isGiven(key[alias]) || canonicalJson(key[alias]) === canonicalJson(body[alias])) return [];
  const name = `${kind}.${alias}`;
  return [
    { field: alias, message: `is another value than that of ${name}; one of them is enough` },
    { field: name, message: `is another value than that of ${alias}; one of them is enough` },
  ];
}

/** `part`: whether the body is a request or an entry; both have been checked by their schemas. */
export function readKeys(body: Body, part: 'request' | 'entry'): Told {
  const keys = KIND_NAMES.filter((name) => isGiven(body[name]));
  const aliases = KIND_NAMES.flatMap((name) =>
    kindOf(name).aliases[part].map((alias) => ({ name, alias })),
  );
  const telling = aliases.find(({ alias }) => asks(body[alias]));
  const named = KIND_NAMES.find((name) => name === body['kind']);
  const kind = named ?? keys[0] ?? telling?.name;
  if (kind === undefined)
    return { kind, by: 'kind', hasKey: false, own: {}, names: {}, faults: [] };
  const by = named === undefined ? (keys[0] ?? telling?.alias ?? 'kind') : 'kind';
  const than = by === 'kind' ? `kind is ${kind}` : `${by} is for kind ${kind}`;
  const foreign = [
    ...keys.filter((name) => name !== kind).map((name) => ({ name, field: name as string })),
    ...aliases
      .filter(({ name, alias }) => name !== kind && asks(body[alias]))
      .map(({ name, alias }) => ({ name, field: alias })),
  ];
  const own = aliases.filter(({ name }) => name === kind).map(({ alias }) => alias);
  // An empty text in a request keeps the entry's value, under either name of the field.
  const has = (alias: string, value: unknown): boolean =>
    part === 'request' && own.includes(alias) ? asks(value) : isGiven(value);
  const beside = own.filter((alias) => has(alias, body[alias]));
  const key = Object.fromEntries(
    Object.entries((body[kind] ?? {}) as Body).filter(([name, value]) => has(name, value)),
  );
  return {
    kind,
    by,
    hasKey: keys.length > 0,
    own: { ...Object.fromEntries(beside.map((alias) => [alias, body[alias]])), ...key },
    names: Object.fromEntries([
      ...beside.map((alias) => [alias, alias]),
      ...Object.keys(key).map((field) => [field, `${kind}.${field}`]),
    ]),
    faults: [
      ...foreign.map(({ name, field }) => ({ field, message: `is for kind ${name}, but ${than}` })),
      ...beside.flatMap((alias) => contradiction(body, key, kind, alias)),
    ],
  };
}
