/** What a caller asks for: one run. */
import { z } from 'zod';
import { utf8Bytes, writeJson } from '../json/write.ts';
import { Cpu, EnvName, Image, Memory } from '../kubernetes/rules.ts';
import type { PluginFolder } from '../kubernetes/target.ts';
import { REQUEST_BYTES_MAX } from '../limits.ts';
import { Name } from '../names.ts';
import { PARAMS_BYTES_MAX } from '../params-limits.ts';
import { fields, JsonMembers, Text } from '../schema/fields.ts';

/** Where Nextflow finds the code; the first character is no blank and no option of its command line. */
export const Source = Text(500).regex(
  /^(?![\s@-])[\s\S]*\S$/,
  'must not be empty, start with a blank, - or @, or end with a blank',
);

/** What git takes as the name of a branch or tag (git-check-ref-format), or a commit. One rule for requests and entries. */
export const Revision = Text(200).regex(
  /^(?![-/.@])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\]\\\u007f]*$/,
  'must be the name of a branch, a tag or a commit, such as 1.0.0+build.5',
);

export const Profile = Text(200).regex(
  /^(?!-)[\w.,-]*$/,
  'must be names of letters, digits and . _ - joined by commas, such as test,docker',
);

const ParamName = z.string().max(200, 'must have a name of at most 200 characters');
/** Their names end up in messages and lists. */
export const Params = JsonMembers.superRefine((params, context) => {
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
  /** Version of the catalogue's entry that was taken; null without one. */
  readonly pipeline_version: number | null;
};
