/** A catalogue entry: how to launch something by name. */
import { z } from 'zod';
import type { FieldError } from '../errors.ts';
import {
  ENTRY_KEYS,
  fixable,
  KIND_NAMES,
  type KindName,
  kindOf,
  OVERRIDABLE_FIELDS,
  RunKind,
  WRITTEN_ENTRY_ALIASES,
  WRITTEN_ENTRY_KEYS,
} from '../kinds/all.ts';
import { readKeys } from '../kinds/keys.ts';
import { DEFAULT_LANE, DEFAULT_TARGET, Name } from '../names.ts';
import {
  DEADLINE_SECONDS_MAX,
  DESCRIPTION_CHARS_MAX,
  ENTRY_TARGETS_MAX,
  FIXED_PARAMS_MAX,
  LABEL_CHARS_MAX,
  PRIORITY_MAX,
} from '../request-limits.ts';
import { Labels, Params } from '../runs/request.ts';
import { fields, JsonMembers, Text } from '../schema/fields.ts';
import { Timestamp } from '../timestamp.ts';

const COMMON = ['lane', 'target', 'deadline_seconds', 'pipeline_version'] as const;
/** What an entry may leave to its requests. */
export const Overridable = z.enum([...COMMON, ...OVERRIDABLE_FIELDS]).meta({ id: 'Overridable' });
export type Overridable = z.infer<typeof Overridable>;

const FIELDS = {
  name: Name,
  description: Text(DESCRIPTION_CHARS_MAX).default(''),
  params: Params.default(new Map()).meta({
    description:
      'Defaults under the params of a request: objects merge at every depth, all else of the request replaces. The result is a file of JSON, {} where there are none; the environment variable SLUICE_PARAMS_FILE names it.',
  }),
  fixed_params: z.array(z.string().max(LABEL_CHARS_MAX)).max(FIXED_PARAMS_MAX).default([]).meta({
    description: 'Names of params that a request cannot change; one without a value stays absent.',
  }),
  params_schema: JsonMembers.nullable().default(null).meta({
    description:
      'JSON Schema (draft 2020-12 or draft-07) that the merged params must fulfil. Numbers are compared exactly. Patterns of JavaScript and of Java are checked as far as RE2 can; see `warnings`.',
  }),
  // Neither has a default, so an older build can read an entry without them.
  params_schema_from: z.enum(['repository']).optional().meta({
    description:
      'Whenever the entry is saved, `params_schema` is read from `nextflow_schema.json` of its repository, at its revision (GitHub and GitLab, public ones). Where that cannot be had, nothing is saved.',
  }),
  params_schema_source: fields({
    url: z.string().meta({ description: 'Of the file.' }),
    sha256: z.string().meta({ description: 'Of the file, in hexadecimal digits.' }),
    fetched_at: Timestamp.meta({ description: 'When it was read.' }),
  })
    .meta({ id: 'SchemaSource' })
    .optional()
    .meta({ readOnly: true, description: 'Where and when `params_schema` was read.' }),
  warnings: z.array(z.string()).default([]).meta({
    readOnly: true,
    description:
      'What of the schema is left to the pipeline to check, such as patterns with look-around, and why no run could start on its target. Made anew when the entry is saved.',
  }),
  runnable: z.boolean().default(true).meta({
    readOnly: true,
    description:
      'False when the entry cannot run where its target sends it: the local emulator for a cluster runs programs of its machine, and no images.',
  }),
  not_runnable_reason: z.string().nullable().default(null).meta({
    readOnly: true,
    description: 'Why `runnable` is false, and what would help; else null.',
  }),
  lane: Name.default(DEFAULT_LANE),
  target: Name.default(DEFAULT_TARGET),
  // These have no default: what an entry does not use is not stored, so an older build can read it.
  targets: z.array(Name).min(1).max(ENTRY_TARGETS_MAX).optional().meta({
    description:
      'The only other targets that a request may choose, also without `target` in `overridable`; null for none, or any with it.',
  }),
  labels: Labels.optional().meta({
    description: 'Labels of its runs, under those of a request.',
  }),
  deadline_seconds: z.int().min(1).max(DEADLINE_SECONDS_MAX).nullable().default(null),
  overridable: z.array(Overridable).max(Overridable.options.length).default([]).meta({
    description:
      'Fields that a request may set to another value than the entry has; all others are fixed, also where the entry has none.',
  }),
  max_priority: z.int().min(0).max(PRIORITY_MAX).default(PRIORITY_MAX),
  version: z.int().default(0).meta({
    readOnly: true,
    description: 'Number of this saved version: 1 for the first, one more with every save.',
  }),
};

/** As it is stored and shown: the fields of the kind are under its key. */
const Stored = fields({ ...FIELDS, kind: RunKind, ...ENTRY_KEYS }).meta({ id: 'Pipeline' });
export type Pipeline = z.output<typeof Stored>;

/** As it is written: `kind` is optional, and aliases are accepted beside the key. */
const Written = fields({
  ...FIELDS,
  kind: RunKind.optional(),
  ...WRITTEN_ENTRY_KEYS,
  ...WRITTEN_ENTRY_ALIASES,
}).meta({ id: 'PipelineInput' });

/** Moves aliases under the key of the kind. */
function toStored(
  written: z.output<typeof Written>,
  context: z.RefinementCtx,
): z.input<typeof Stored> {
  const { kind, own, faults } = readKeys(written, 'entry');
  const refuse = ({ field, message }: FieldError) =>
    context.addIssue({ code: 'custom', path: field.split('.'), message });
  for (const fault of faults) refuse(fault);
  if (kind === undefined) {
    refuse({ field: 'kind', message: `is required, or the key of one: ${KIND_NAMES.join(', ')}` });
    return z.NEVER;
  }
  for (const fault of kindOf(kind).checkEntry?.(own) ?? []) refuse(fault);
  const common = Object.fromEntries(
    Object.entries(written).filter(([name]) => Object.hasOwn(FIELDS, name)),
  ) as unknown as z.input<typeof Stored>;
  return {
    ...common,
    kind,
    overridable: overridableOf(kind, written.overridable, refuse),
    [kind]: own,
  };
}

/** Converts aliases in `overridable`; refuses fields of other kinds. */
function overridableOf(
  kind: KindName,
  names: readonly Overridable[],
  refuse: (fault: FieldError) => void,
): Overridable[] {
  const { aliases } = kindOf(kind);
  const own = new Set<string>([
    ...COMMON,
    kind,
    ...fixable(kindOf(kind)).map((name) => `${kind}.${name}`),
  ]);
  const meant = names.map((name) => (aliases.request.includes(name) ? `${kind}.${name}` : name));
  for (const [at, name] of meant.entries())
    if (!own.has(name))
      refuse({ field: `overridable.${at}`, message: `is ${name}, which is not of kind ${kind}` });
  return [...new Set(meant)];
}

/** A catalogue entry. Accepts the written and the stored form. */
export const Pipeline = Written.transform(toStored).pipe(Stored);
/** The same as JavaScript values. */
export type PipelineView = Omit<Pipeline, 'params' | 'params_schema'> & {
  readonly params: Readonly<Record<string, unknown>>;
  readonly params_schema: Readonly<Record<string, unknown>> | null;
};
