/** All kinds: lookup by name, and schemas made from the fields of each. Pure. */
import { z } from 'zod';
import { canonicalJson } from '../json/write.ts';
import type { BaseTarget } from '../kubernetes/target.ts';
import { fields } from '../schema/fields.ts';
import * as kinds from './index.ts';
import type { Fields, Kind } from './kind.ts';

export type Kinds = typeof kinds;
export type KindName = keyof Kinds;
type Part = 'request' | 'entry' | 'view';

/** The intersection of a union's members. */
export type All<T> = (T extends unknown ? (each: T) => void : never) extends (all: infer I) => void
  ? I
  : never;
type Output<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodObject<Shape>>;
type Input<Shape extends z.core.$ZodLooseShape> = z.input<z.ZodObject<Shape>>;
/** Every field is optional: `merge` reports what is missing. */
type Loose<Shape> = { -readonly [F in keyof Shape]: z.ZodOptional<Shape[F] & z.ZodType> };

type Keys<P extends Part> = {
  -readonly [K in KindName]: z.ZodOptional<z.ZodType<Output<Kinds[K][P]>, Input<Kinds[K][P]>>>;
};
type LooseKeys = {
  -readonly [K in KindName]: z.ZodOptional<
    z.ZodType<Output<Loose<Kinds[K]['entry']>>, Input<Loose<Kinds[K]['entry']>>>
  >;
};
type Aliases<P extends Part> = All<
  {
    [K in KindName]: Pick<Kinds[K][P], Kinds[K]['aliases'][P][number] & keyof Kinds[K][P]>;
  }[KindName]
>;

/** What runs, by kind; only the key of the launch's own kind is present. */
export type Owned = { readonly [K in KindName]?: Output<Kinds[K]['view']> | undefined };

/** A kind for code that does not know which one it is: it passes back values that the kind itself made. */
export type AnyKind = Kind<unknown, Readonly<Record<string, unknown>>> & {
  readonly name: KindName;
};

const BY_NAME: Readonly<Record<KindName, AnyKind>> = { ...kinds };
export const ALL_KINDS = Object.values(BY_NAME);
export const KIND_NAMES = ALL_KINDS.map(({ name }) => name);
export const RunKind = z.enum(KIND_NAMES as [KindName, ...KindName[]]).meta({
  id: 'RunKind',
  description: `What is run: ${ALL_KINDS.map(({ name, title }) => `\`${name}\`, ${title}`).join('; ')}.`,
});

export const kindOf = (name: KindName): AnyKind => BY_NAME[name];

/** The kind of a request that names none, and whose `pipeline` is not an entry. */
export const PIPELINE_KIND = ALL_KINDS.find(({ runsPipeline }) => runsPipeline) as AnyKind;

/** The value under the key of its own kind. */
export const ownOf = (
  body: { readonly kind: KindName } & Owned,
): Readonly<Record<string, unknown>> => body[body.kind] ?? {};

/** Texts of values that say nothing. */
const EMPTY: readonly string[] = ['null', '""', '{}', '[]'];

/** The target with the work volume of what runs. */
export const onVolume = <T extends BaseTarget>(
  body: { readonly kind: KindName } & Owned,
  target: T,
): T => ({ ...target, ...kindOf(body.kind).volume?.(ownOf(body), target) });

/** The fields that say something: not empty, and not what the kind does without them. */
export const meaningOf = (
  kind: AnyKind,
  own: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(own).filter(
      ([name, value]) =>
        value !== undefined &&
        value !== kind.defaults?.[name] &&
        !EMPTY.includes(canonicalJson(value)),
    ),
  );

const idOf = (name: string, suffix: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}${suffix}`;

function keys(part: Part, suffix: string, loose: boolean): Record<string, z.ZodType> {
  const shapeOf = (kind: AnyKind) =>
    loose
      ? Object.fromEntries(
          Object.entries(kind[part]).map(([name, schema]) => [name, schema.optional()]),
        )
      : kind[part];
  return Object.fromEntries(
    ALL_KINDS.map((kind) => [
      kind.name,
      fields(shapeOf(kind))
        .meta({ id: idOf(kind.name, suffix) })
        .optional()
        .meta({ description: `Only for the kind \`${kind.name}\`.` }),
    ]),
  );
}

function aliases(part: Part, more: (schema: z.ZodType) => z.ZodType): Record<string, z.ZodType> {
  return Object.fromEntries(
    ALL_KINDS.flatMap((kind) =>
      kind.aliases[part].map((name) => [
        name,
        more(kind[part][name] as z.ZodType).meta({
          description: `The same as \`${kind.name}.${name}\`; goes with version 1.0.`,
          deprecated: true,
        }),
      ]),
    ),
  );
}

export const REQUEST_KEYS = keys('request', 'Request', false) as Keys<'request'>;
export const REQUEST_ALIASES = aliases('request', (schema) => schema) as Aliases<'request'>;
export const ENTRY_KEYS = keys('entry', 'Entry', false) as Keys<'entry'>;
/** As written in a body: fields that are given as aliases beside the key may be missing under it. */
export const WRITTEN_ENTRY_KEYS = keys('entry', 'EntryInput', true) as LooseKeys;
export const WRITTEN_ENTRY_ALIASES = aliases('entry', (schema) => schema.optional()) as Loose<
  Aliases<'entry'>
>;
export const VIEW_KEYS = keys('view', '', false) as Keys<'view'>;
/** Aliases in views; null in runs of other kinds. */
export const VIEW_ALIASES = aliases('view', (schema) => schema) as Aliases<'view'>;

/** Fields of a request that an entry can fix; others, such as the run to continue, are always the request's. */
export const fixable = ({ request, entry }: Pick<AnyKind, 'request' | 'entry'>): string[] =>
  Object.keys(request).filter((field) => Object.hasOwn(entry, field));

/** Names for `overridable`: a whole kind, or one of its fields. */
export const OVERRIDABLE_FIELDS = ALL_KINDS.flatMap((kind) => [
  kind.name,
  ...fixable(kind).map((field) => `${kind.name}.${field}`),
  ...kind.aliases.request,
]);

/** What is shown of what runs, under the key of its kind. `runId`: null where there is no run yet. */
export function shownOwn(body: { readonly kind: KindName } & Owned, runId: string | null): Fields {
  const own = ownOf(body);
  return kindOf(body.kind).show?.(own, runId) ?? own;
}
