/** The request for a run. */
import { z } from 'zod';
import { utf8Bytes, writeJson } from '../json/write.ts';
import { type KindName, type Owned, REQUEST_ALIASES, REQUEST_KEYS, RunKind } from '../kinds/all.ts';
import { readKeys } from '../kinds/keys.ts';
import { Source } from '../kinds/kind.ts';
import { REQUEST_BYTES_MAX } from '../limits.ts';
import { Name, RunId } from '../names.ts';
import { PARAMS_BYTES_MAX } from '../params-limits.ts';
import {
  DEADLINE_SECONDS_MAX,
  LABEL_CHARS_MAX,
  LABELS_MAX,
  PIPELINE_VERSION_MAX,
  PRIORITY_MAX,
} from '../request-limits.ts';
import { fields, JsonMembers, Text } from '../schema/fields.ts';

const ParamName = z
  .string()
  .max(LABEL_CHARS_MAX, `must have a name of at most ${LABEL_CHARS_MAX} characters`);
/** Limits the length of names, which messages and lists show. */
export const Params = JsonMembers.superRefine((params, context) => {
  for (const name of params.keys()) {
    const issue = ParamName.safeParse(name).error?.issues[0];
    if (issue) context.addIssue({ code: 'custom', path: [name], message: issue.message });
  }
});

export const OnBusy = z.enum(['attach', 'queue', 'reject']).meta({ id: 'OnBusy' });
export type OnBusy = z.infer<typeof OnBusy>;

export const LabelName = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/,
    'must be 1 to 63 of letters, digits and . _ / -',
  );
export const LabelText = z
  .string()
  .regex(
    /^([A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?)?$/,
    'must be empty, or up to 63 of letters, digits and . _ / -',
  );

/** Names for people and filters, which decide nothing. */
export const Labels = z
  .record(LabelName, LabelText)
  .refine(
    (labels) => Object.keys(labels).length <= LABELS_MAX,
    `has more than ${LABELS_MAX} entries`,
  );

const FIELDS = {
  pipeline: Source.meta({
    description:
      'Name of a catalogue entry, or what `nextflow run` takes, with its owner or place: `nf-core/rnaseq`, an address, `./main.nf`. With an image or a script of its own: any name.',
  }),
  pipeline_version: z.int().min(1).max(PIPELINE_VERSION_MAX).optional().meta({
    description:
      'A saved version of the entry, in the place of the current one. Another than that only where the current one lists `pipeline_version` in `overridable`; none from before a deletion of the entry.',
  }),
  params: Params.optional().meta({
    description:
      'They arrive in the file that SLUICE_PARAMS_FILE names as they were sent: digits, types, order. With an entry they are merged into its own: objects merge, all else replaces.',
  }),
  kind: RunKind.optional().meta({
    description:
      'Follows from the key of a kind, else from the entry, and has to agree with both. A `pipeline` that is no entry is one of Nextflow.',
  }),
  ...REQUEST_KEYS,
  lane: Name.optional(),
  target: Name.optional().meta({ description: 'One of the targets of the domain.' }),
  on_busy: OnBusy.default('queue'),
  priority: z
    .int()
    .min(0)
    .max(PRIORITY_MAX)
    .default(0)
    .meta({ description: '9 goes first; equal ones in order of arrival.' }),
  labels: Labels.default({}),
  triggered_by: Text(LABEL_CHARS_MAX).nullable().optional(),
  deadline_seconds: z.int().min(1).max(DEADLINE_SECONDS_MAX).optional(),
  rerun_of: RunId.optional().meta({
    description: 'A run of this domain that this one repeats; only shown.',
  }),
  ...REQUEST_ALIASES,
};

export const RunRequest = fields(FIELDS)
  .superRefine((request, context) => {
    for (const { field, message } of readKeys(request, 'request').faults)
      context.addIssue({ code: 'custom', path: field.split('.'), message });
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

const { params, pipeline_version, lane, target, on_busy, priority, labels } = FIELDS;
const { triggered_by, deadline_seconds } = FIELDS;

/** What is changed of a run's request when it is sent again; the rest is as it was sent. */
export const RunEdits = fields({
  params: params.meta({
    description: 'Merged into those that were sent: objects merge, all else replaces.',
  }),
  pipeline_version,
  ...REQUEST_KEYS,
  lane,
  target,
  on_busy: on_busy.unwrap().optional(),
  priority: priority.unwrap().optional(),
  labels: labels.unwrap().optional().meta({ description: 'Merged into those that were sent.' }),
  triggered_by,
  deadline_seconds,
}).meta({ id: 'RunEdits' });

/**
 * A request after the catalogue was applied: everything that decides what runs. It is stored with the run; what runs is
 * under the key of its kind. `sameLaunch` compares two launches.
 */
export type Launch = Owned & {
  readonly kind: KindName;
  readonly pipeline: string;
  /** Compact JSON text of the params: the request's merged into the entry's. */
  readonly params: string;
  readonly deadline_seconds: number | null;
  /** The request as it was sent, as JSON text. This and the following fields decide nothing. */
  readonly request: string;
  /** Params of the request that its entry, which has no schema, does not name. */
  readonly unchecked_params: readonly string[];
  /** Version of the catalogue entry; null without an entry. */
  readonly pipeline_version: number | null;
};
