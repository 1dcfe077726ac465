/** What the API shows of a start that is only tried. */
import { z } from 'zod';
import { Reason } from '../events/reason.ts';
import { VIEW_KEYS } from '../kinds/all.ts';
import { RunId } from '../names.ts';
import { RunView } from './view.ts';

export const DriverView = z
  .object({
    image: z.string().meta({ description: 'Its container image.' }),
    command: z.array(z.string()).meta({ description: 'Empty: that of the image.' }),
    args: z.array(z.string()).meta({ description: 'Arguments of the command.' }),
    env: z.record(z.string(), z.string()).meta({
      description: 'Its variables, without those that every driver gets, and without secrets.',
    }),
    files: z.record(z.string(), z.string()).meta({
      description:
        'Files that are made for it, such as the script or the configuration of Nextflow, by name; the params are in `params`.',
    }),
  })
  .meta({ id: 'Driver', description: 'What runs in the main container, for people to read.' });
export type DriverView = z.infer<typeof DriverView>;

/** What a run would show that is known before it is there. */
const {
  domain,
  lane,
  kind,
  pipeline,
  pipeline_version,
  params,
  deadline_seconds,
  labels,
  triggered_by,
  priority,
  target,
  unchecked_params,
} = RunView.shape;

export const DryRunView = z
  .object({
    dry_run: z.literal(true).meta({ description: 'Nothing was started.' }),
    would: z.enum(['start', 'queue', 'attach']).meta({
      description:
        'What a start would do now: get a place at once, wait in the queue of its lane, or be given the run that is there.',
    }),
    attached_to: RunId.nullable().meta({ description: 'With `attach`: that run.' }),
    differs: z.boolean().nullable().meta({
      description: 'With `attach`: whether the request is not the one that runs.',
    }),
    queue_position: RunView.shape.queue_position,
    queue_position_at_least: RunView.shape.queue_position_at_least,
    reason: Reason.nullable().meta({ description: 'With `queue`: what it would wait for.' }),
    domain,
    lane,
    target,
    kind,
    pipeline,
    pipeline_version,
    ...VIEW_KEYS,
    params,
    deadline_seconds,
    labels,
    triggered_by,
    priority,
    unchecked_params,
    warnings: z.array(z.string()).meta({
      description: 'What may not be as it was meant, as sentences for people.',
    }),
    driver: DriverView.nullable().meta({
      description:
        'What would run, with `r000000000000000` where the id of the run belongs; null where the platform cannot tell.',
    }),
  })
  .meta({ id: 'DryRun' });
export type DryRunView = z.infer<typeof DryRunView>;
