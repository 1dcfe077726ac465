/** What the API shows of a run, a lane and a token. */
import { z } from 'zod';
import { Progress, RunState } from '../events/event.ts';
import { Reason } from '../events/reason.ts';
import { RunKind, VIEW_ALIASES, VIEW_KEYS } from '../kinds/all.ts';
import { Name, RunId } from '../names.ts';
import { TraceSource } from '../tasks/task.ts';
import { Timestamp } from '../timestamp.ts';

/** Has a name of its own: otherwise generators would name it `RunRequest`, which is another schema's name. */
const SentRequest = z.record(z.string(), z.unknown()).meta({ id: 'SentRequest' });

const HoldView = z
  .object({
    since: Timestamp,
    by: z.string().meta({ description: 'Name or id of the caller who ordered it.' }),
    reason: z.string().nullable().meta({ description: 'As it was given, for people.' }),
  })
  .meta({ id: 'Hold' });

const OriginView = z
  .object({
    run_id: RunId.meta({ description: 'It may be deleted since.' }),
    how: z.enum(['resume', 'rerun']).meta({
      description:
        '`resume`: this run continues it in its session. `rerun`: this run repeats it from the start.',
    }),
  })
  .meta({ id: 'Origin' });

export const RunView = z
  .object({
    run_id: RunId,
    domain: Name,
    lane: Name,
    kind: RunKind,
    state: RunState,
    pipeline: z.string(),
    pipeline_version: z.int().nullable().meta({
      description: "Version of the catalogue's entry that it took; null where no entry was used.",
    }),
    ...VIEW_KEYS,
    ...VIEW_ALIASES,
    params: z.record(z.string(), z.unknown()).meta({
      description: "Those of the request merged into those of the catalogue's entry, as they run.",
    }),
    deadline_seconds: z.int().nullable(),
    labels: z.record(z.string(), z.string()),
    triggered_by: z.string().nullable(),
    priority: z.int(),
    queue_position: z.int().nullable().meta({
      description:
        '1 is next; null when the run does not wait in its lane, or is not among the first 100.',
    }),
    queue_position_at_least: z.int().nullable().meta({
      description:
        'A lower bound of the place of a run that is not among the first 100; else null.',
    }),
    attempt: z.int().meta({ description: 'Kubernetes Jobs made for the run so far.' }),
    job_name: z.string().nullable(),
    target: Name,
    reachable: z.boolean().meta({
      description:
        "false while the run's cluster cannot be reached; the state is then the last one known.",
    }),
    trace_source: TraceSource.nullable().optional().meta({
      description:
        'Where its tasks are known from, as its driver was started: `console` where the cluster is too old for what its entry chose. Null before that, and where nothing tells of tasks.',
    }),
    reason: Reason.nullable(),
    exit_code: z.int().nullable(),
    progress: Progress.nullable(),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    finished_at: Timestamp.nullable(),
    duration_seconds: z.number().nullable(),
    origin: OriginView.nullable().optional().meta({
      description: 'The run that it continues or repeats; null where it was started as a new one.',
    }),
    hold: HoldView.nullable().meta({
      description:
        'Not null: an admin keeps the run, and it is deleted neither by age nor by request.',
    }),
    last_seq: z.int(),
    unchecked_params: z.array(z.string()).meta({
      description:
        'Params of the request that its entry does not name, and has no schema to check: all were taken.',
    }),
    request: SentRequest.optional().meta({
      description:
        'What was sent to start the run; sent again, it starts another one. Not in lists.',
    }),
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof RunView>;

/** What the list of a lane tells of a run in it; null of one that is further back. */
const InLane = {
  pipeline: z.string().nullable().optional().meta({ description: 'With `runs`: what it runs.' }),
  triggered_by: z.string().nullable().optional(),
  created_at: Timestamp.optional(),
};

const Place = z
  .object({
    run_id: RunId,
    state: RunState,
    since: Timestamp.nullable().meta({
      description: 'When it began to start in its place; null while that is about to be.',
    }),
    ...InLane,
    progress: Progress.nullable(),
  })
  .meta({ id: 'Place' });

export const LaneView = z
  .object({
    name: Name,
    capacity: z.int(),
    paused: z.boolean(),
    active: z.array(RunId).meta({ description: 'Runs that hold a place, oldest first.' }),
    places: z.array(Place).optional().meta({
      description: 'With `runs`: the first 100 runs that hold a place, oldest first.',
    }),
    queued: z.int(),
    queue: z
      .array(z.object({ run_id: RunId, priority: z.int(), position: z.int(), ...InLane }))
      .meta({ description: 'The first 1,000 waiting runs; empty in lists.' }),
  })
  .meta({ id: 'Lane' });
export type LaneView = z.infer<typeof LaneView>;
