/** What a caller asks for: one run. */
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json/text.ts';
import { toTree, utf8Bytes, writeJson } from '../json/write.ts';
import { Cpu, EnvName, Image, Memory, ObjectName } from '../kubernetes/rules.ts';
import { REQUEST_BYTES_MAX } from '../limits.ts';
import { DEFAULT_LANE, DEFAULT_TARGET, Name } from '../names.ts';
import { PARAMS_BYTES_MAX } from '../params-limits.ts';

export const jsonBytes = (value: unknown): number => utf8Bytes(JSON.stringify(value));

/** No control characters: they end up in environment variables, arguments and Kubernetes objects. */
const Text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(
      // oxlint-disable-next-line no-control-regex -- control characters are what this refuses
      /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/,
      'must not contain control characters',
    );

/** Where Nextflow finds the code; the first character is no blank and no option of its command line. */
const Source = Text(500).regex(
  /^(?![\s@-])[\s\S]*\S$/,
  'must not be empty, start with a blank, - or @, or end with a blank',
);

/** What git takes as the name of a branch or tag (git-check-ref-format), or a commit. One rule for requests and entries. */
const Revision = Text(200).regex(
  /^(?![-/.@])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\]\\\u007f]*$/,
  'must be the name of a branch, a tag or a commit, such as 1.0.0+build.5',
);

const Profile = Text(200).regex(
  /^(?!-)[\w.,-]*$/,
  'must be names of letters, digits and . _ - joined by commas, such as test,docker',
);

/**
 * A strict object in which null stands for "not given", where a field may be left out and null has no
 * meaning of its own.
 */
export function fields<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodType<z.output<z.ZodObject<Shape>>, z.input<z.ZodObject<Shape>>> {
  const strict = z.strictObject(shape);
  const isLeftOut = (name: string, value: unknown): boolean => {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return (
      value === null &&
      field !== undefined &&
      !z.safeParse(field, null).success &&
      z.safeParse(field, undefined).success
    );
  };
  return z.preprocess(
    (body) =>
      typeof body !== 'object' || body === null || Array.isArray(body)
        ? body
        : Object.fromEntries(Object.entries(body).filter(([key, value]) => !isLeftOut(key, value))),
    strict,
  ) as unknown as z.ZodType<z.output<typeof strict>, z.input<typeof strict>>;
}

/** An object of JSON as it was written; objects of JavaScript are taken too, with the text that they have as JSON. */
export const JsonMembers = z
  .preprocess(
    (value) =>
      typeof value !== 'object' || value === null || Array.isArray(value) || isJsonObject(value)
        ? value
        : toTree(value),
    z.custom<JsonObject>(isJsonObject, 'must be an object'),
  )
  .meta({ type: 'object', additionalProperties: true }) as unknown as z.ZodType<
  JsonObject,
  Readonly<Record<string, unknown>>
>;

const ParamName = z.string().max(200, 'must have a name of at most 200 characters');
/** Their names end up in messages and lists. */
const Params = JsonMembers.superRefine((params, context) => {
  for (const name of params.keys()) {
    const issue = ParamName.safeParse(name).error?.issues[0];
    if (issue) context.addIssue({ code: 'custom', path: [name], message: issue.message });
  }
});

export const Resources = fields({
  cpu: Cpu.optional().meta({ description: 'CPU request, such as 500m or 2.' }),
  memory: Memory.optional().meta({ description: 'Memory request and limit, such as 2Gi.' }),
});

export const Container = fields({
  image: Image,
  command: z
    .array(Text(32_768))
    .max(100)
    .optional()
    .meta({ description: "Replaces the image's entrypoint." }),
  args: z.array(Text(32_768)).max(1_000).optional(),
  env: z.record(EnvName, Text(32_768)).optional().meta({
    description: 'Not for secrets: it is stored with the run and shown to its readers.',
  }),
  resources: Resources.optional(),
}).meta({ id: 'Container' });
export type Container = z.infer<typeof Container>;

export const RunKind = z.enum(['nextflow', 'container']).meta({ id: 'RunKind' });
export type RunKind = z.infer<typeof RunKind>;

export const OnBusy = z.enum(['attach', 'queue', 'reject']).meta({ id: 'OnBusy' });
export type OnBusy = z.infer<typeof OnBusy>;

const LabelName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/,
    'must be 1 to 63 of letters, digits and . _ / -',
  );
const LabelText = z
  .string()
  .regex(
    /^([A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?)?$/,
    'must be empty, or up to 63 of letters, digits and . _ / -',
  );

export const RunRequest = fields({
  pipeline: Source.meta({
    description:
      'Name of a catalogue entry, or what `nextflow run` takes, with its owner or place: `nf-core/rnaseq`, an address, `./main.nf`. With a container of its own: any name.',
  }),
  revision: Revision.nullable().optional(),
  profile: Profile.nullable().optional(),
  params: Params.optional().meta({
    description:
      'They arrive in the file that SLUICE_PARAMS_FILE names as they were sent: digits, types, order. With an entry they are merged into its own: objects merge, all else replaces.',
  }),
  kind: RunKind.optional().meta({
    description: 'Default: the kind of the catalogue entry, else nextflow.',
  }),
  container: Container.optional(),
  lane: Name.optional(),
  target: Name.optional().meta({ description: 'One of the targets of the domain.' }),
  on_busy: OnBusy.default('queue'),
  priority: z
    .int()
    .min(0)
    .max(9)
    .default(0)
    .meta({ description: '9 goes first; equal ones in order of arrival.' }),
  labels: z
    .record(LabelName, LabelText)
    .default({})
    .refine((labels) => Object.keys(labels).length <= 20, 'has more than 20 entries'),
  triggered_by: Text(200).nullable().optional(),
  deadline_seconds: z
    .int()
    .min(1)
    .max(30 * 86_400)
    .optional(),
  work_dir: Text(500).nullable().optional(),
})
  .refine((request) => utf8Bytes(writeJson(request.params ?? {})) <= PARAMS_BYTES_MAX, {
    path: ['params'],
    message: `is larger than ${PARAMS_BYTES_MAX} bytes of JSON`,
  })
  .refine(
    (request) => utf8Bytes(writeJson(request)) <= REQUEST_BYTES_MAX,
    `is larger than ${REQUEST_BYTES_MAX} bytes of JSON`,
  )
  .meta({ id: 'RunRequest' });
export type RunRequest = z.infer<typeof RunRequest>;

/** What an entry decides for its runs, unless it leaves it to them. */
export const Overridable = z
  .enum(['lane', 'container', 'deadline_seconds', 'target', 'revision', 'profile', 'work_dir'])
  .meta({ id: 'Overridable' });
export type Overridable = z.infer<typeof Overridable>;

export const PluginFolder = fields({
  claim: ObjectName.meta({
    description: 'A PersistentVolumeClaim that no run can write to; mounted read-only.',
  }),
  path: z
    .string()
    .regex(/^(?!.*\.\.)(?:[\w.-]+(?:\/[\w.-]+)*)?$/, 'is not a relative path')
    .max(200)
    .default('')
    .meta({ description: 'Folder on the claim; empty for its root.' }),
}).meta({
  id: 'PluginFolder',
  description:
    'Plugins of Nextflow, unpacked as `NAME-VERSION` folders: the only ones that drivers then load.',
});
export type PluginFolder = z.infer<typeof PluginFolder>;

/** A catalogue entry: how to launch something by name. */
export const Pipeline = fields({
  name: Name,
  description: Text(2_000).default(''),
  kind: RunKind,
  source: Source.nullable()
    .default(null)
    .meta({ description: 'What `nextflow run` gets; null for a container.' }),
  container: Container.nullable().default(null),
  revision: Revision.nullable().default(null),
  profile: Profile.nullable().default(null),
  params: Params.default(new Map()).meta({
    description:
      'Defaults under the params of a request: objects merge at every depth, all else of the request replaces. The result is a file of JSON, {} where there are none; the environment variable SLUICE_PARAMS_FILE names it.',
  }),
  fixed_params: z.array(z.string().max(200)).max(1_000).default([]).meta({
    description: 'Names of params that a request cannot change; one without a value stays absent.',
  }),
  params_schema: JsonMembers.nullable().default(null).meta({
    description:
      'JSON Schema (draft 2020-12 or draft-07) that the merged params must fulfil. Numbers are compared exactly. Patterns of JavaScript and of Java are checked as far as RE2 can; see `warnings`.',
  }),
  warnings: z.array(z.string()).default([]).meta({
    readOnly: true,
    description:
      'What of the schema is left to the pipeline to check, such as patterns with look-around. Made anew when the entry is saved.',
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
  deadline_seconds: z
    .int()
    .min(1)
    .max(30 * 86_400)
    .nullable()
    .default(null),
  work_dir: Text(500).nullable().default(null),
  plugins: PluginFolder.nullable()
    .default(null)
    .meta({ description: "For kind nextflow, in the place of the target's." }),
  overridable: z.array(Overridable).max(Overridable.options.length).default([]).meta({
    description:
      'Fields that a request may set to another value than the entry has; all others are fixed, also where the entry has none.',
  }),
  max_priority: z.int().min(0).max(9).default(9),
})
  .refine((entry) => (entry.kind === 'container') === (entry.container !== null), {
    path: ['container'],
    message: 'is for kind container, and required there',
  })
  .refine((entry) => (entry.kind === 'nextflow') === (entry.source !== null), {
    path: ['source'],
    message: 'is for kind nextflow, and required there',
  })
  .meta({ id: 'Pipeline' });
export type Pipeline = z.infer<typeof Pipeline>;
/** The same in values of JavaScript, as its JSON gives it. */
export type PipelineView = Omit<Pipeline, 'params' | 'params_schema'> & {
  readonly params: Readonly<Record<string, unknown>>;
  readonly params_schema: Readonly<Record<string, unknown>> | null;
};

/**
 * A request after the catalogue was applied: everything that decides what runs. It is stored with
 * the run; `sameLaunch` tells whether two requests are the same.
 */
export type Launch = {
  readonly kind: RunKind;
  readonly pipeline: string;
  /** What `nextflow run` gets; the pipeline itself unless the catalogue says otherwise. */
  readonly source: string | null;
  readonly revision: string | null;
  readonly profile: string | null;
  /** JSON text of an object, compact: those of the request merged into those of the catalogue. */
  readonly params: string;
  readonly container: Container | null;
  readonly work_dir: string | null;
  readonly deadline_seconds: number | null;
  /** In the place of the target's. */
  readonly plugins: PluginFolder | null;
  /** The request as it was sent, as JSON text. It decides nothing, nor does what follows. */
  readonly request: string;
  /** Params of the request that its entry, which has no schema, does not know. */
  readonly unchecked_params: readonly string[];
};
