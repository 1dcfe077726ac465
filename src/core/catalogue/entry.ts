/** A catalogue entry: how to launch something by name. */
import { z } from 'zod';
import { PluginFolder } from '../kubernetes/target.ts';
import { DEFAULT_LANE, DEFAULT_TARGET, Name } from '../names.ts';
import { Container, Params, Profile, Revision, RunKind, Source } from '../runs/request.ts';
import { fields, JsonMembers, Text } from '../schema/fields.ts';

/** What an entry decides for its runs, unless it leaves it to them. */
export const Overridable = z
  .enum(['lane', 'container', 'deadline_seconds', 'target', 'revision', 'profile', 'work_dir'])
  .meta({ id: 'Overridable' });
export type Overridable = z.infer<typeof Overridable>;

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
  version: z.int().default(0).meta({
    readOnly: true,
    description: 'Number of this saved version: 1 for the first, one more with every save.',
  }),
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
