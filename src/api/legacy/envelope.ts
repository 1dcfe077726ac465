/**
 * The shapes of the legacy service (nextflow-k8s-service 1.9), and their meaning here. Pure.
 * https://github.com/yamshy/nextflow-k8s-service
 */
import { z } from '@hono/zod-openapi';
import { type AppError, ERRORS, fieldName, fieldPath, invalid } from '../../core/errors.ts';
import { type RunEvent } from '../../core/events/event.ts';
import { isTerminal } from '../../core/events/state.ts';
import { JsonNumber, type JsonObject } from '../../core/json/text.ts';
import { KIND_NAMES } from '../../core/kinds/all.ts';
import { isNfCore } from '../../core/kinds/nextflow/params-file.ts';
import { DEFAULT_LANE } from '../../core/names.ts';
import { RunRequest } from '../../core/runs/request.ts';
import type { RunView } from '../../core/runs/view.ts';
import { JsonMembers } from '../../core/schema/fields.ts';
import { fieldErrors, invalidFields, Problem } from '../http/problem.ts';

/** Lines of a log in an answer about the active run, as the legacy service gave. */
const PREVIEW_LINES = 10;

export const LegacyStatus = z
  .enum(['queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled', 'unknown'])
  .meta({ id: 'LegacyStatus' });
type LegacyStatus = z.infer<typeof LegacyStatus>;

/** Unknown fields are ignored, as the legacy service did. */
export const LegacyRequest = z
  .object({
    pipeline: z.string(),
    workdir: z.string().nullable().default(null),
    parameters: JsonMembers.default(new Map()).meta({
      description:
        '`revision` and `profile` are options of `nextflow run`; `resume` continues the newest ended run of the pipeline; `with-docker`, `with-singularity` and `with-conda` change nothing, which `warnings` say; all others are params.',
    }),
    triggered_by: z.string().nullable().default(null),
  })
  .meta({ id: 'LegacyRequest' });
export type LegacyRequest = z.infer<typeof LegacyRequest>;

const RunInfo = z
  .object({
    run_id: z.string(),
    status: LegacyStatus,
    started_at: z.string(),
    finished_at: z.string().nullable(),
    job_name: z.string().nullable(),
    message: z.string().nullable(),
  })
  .meta({ id: 'LegacyRun' });

export const LegacyStart = z
  .object({
    run_id: z.string(),
    status: LegacyStatus,
    attached: z.boolean(),
    job_name: z.string().nullable(),
    websocket_url: z.string().nullable(),
    warnings: z.array(z.string()).optional().meta({
      description:
        'What of the reserved parameters is not done; absent where nothing is to be said.',
    }),
  })
  .meta({ id: 'LegacyStart' });

/** The answer to a request for a WebSocket, which is not served here. */
export const LegacyStream = Problem.extend({
  websocket_url: z
    .string()
    .nullable()
    .meta({ description: 'Where to connect; null while Web PubSub does not answer.' }),
}).meta({ id: 'LegacyStream' });

export const LegacyActive = z
  .object({
    active: z.boolean(),
    run: RunInfo.nullable(),
    progress_percent: z.number().nullable(),
    log_preview: z
      .array(z.string())
      .meta({ description: 'The last 10 lines, `[pod/container] text`.' }),
    websocket_url: z.string().nullable(),
    connected_clients: z.int(),
    last_update: z.string().nullable(),
  })
  .meta({ id: 'LegacyActive' });
export type LegacyActive = z.infer<typeof LegacyActive>;

/** FastAPI's form of a validation error. */
export const LegacyInvalid = z
  .object({
    detail: z.array(z.object({ type: z.string(), loc: z.array(z.string()), msg: z.string() })),
  })
  .meta({ id: 'LegacyInvalid' });

/** FastAPI's form of every other refusal. */
export const LegacyRefusal = z.object({ detail: z.string() }).meta({ id: 'LegacyRefusal' });

export const LegacyCancel = z
  .object({
    run_id: z.string().nullable(),
    status: LegacyStatus,
    cancelled: z
      .boolean()
      .meta({ description: 'True only when nothing of the run is left on the cluster.' }),
    detail: z.string().nullable(),
  })
  .meta({ id: 'LegacyCancel' });

export const LegacyHistory = z
  .array(
    z.object({
      run_id: z.string(),
      status: LegacyStatus,
      started_at: z.string(),
      finished_at: z.string().nullable(),
      duration_seconds: z.number().nullable(),
      triggered_by: z.string().nullable(),
      job_name: z.string().nullable(),
    }),
  )
  .meta({ id: 'LegacyHistory' });
type LegacyEntry = z.infer<typeof LegacyHistory>[number];

/** The legacy status of a state; states that it did not have are `running`. */
export const statusOf = (run: RunView): LegacyStatus =>
  run.state === 'cancelling' ? 'running' : run.state;

export function runInfo(run: RunView): z.infer<typeof RunInfo> {
  const message = run.state === 'cancelling' ? 'Cancelling' : (run.reason?.message ?? null);
  return {
    run_id: run.run_id,
    status: statusOf(run),
    // The legacy shape has no null here: a run that never started gets the time of its request.
    started_at: run.started_at ?? run.created_at,
    finished_at: run.finished_at,
    job_name: run.job_name,
    message,
  };
}

export function historyEntry(run: RunView): LegacyEntry {
  const { message: _, ...info } = runInfo(run);
  return { ...info, duration_seconds: run.duration_seconds, triggered_by: run.triggered_by };
}

/** Options of `nextflow run` that are no params; see `reserved.ts`. */
const OPTIONS = ['resume', 'with-docker', 'with-singularity', 'with-conda'];

/** nf-core pipelines fail without an outdir. */
export const wantsOutdir = (request: LegacyRequest): boolean =>
  isNfCore(request.pipeline) && (request.parameters.get('outdir') ?? null) === null;

function option(parameters: JsonObject, name: string): string | undefined {
  const value = parameters.get(name) ?? false;
  if (value === false) return undefined;
  if (typeof value === 'string') return value;
  if (value instanceof JsonNumber) return value.text;
  throw invalid(fieldName(['parameters', name]), 'must be text');
}

/** Sluice's fields by their legacy names; a field without one is about the pipeline. */
const OLD_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ['params', ['parameters']],
  ['work_dir', ['workdir']],
  ['revision', ['parameters', 'revision']],
  ['profile', ['parameters', 'profile']],
  ['lane', ['pipeline']],
  ['target', ['pipeline']],
  ['deadline_seconds', ['pipeline']],
]);

/** Whether the path leads to a field of a kind, which its legacy name, if any, does not name. */
const isOfKind = ([first]: readonly string[]): boolean => KIND_NAMES.some((name) => name === first);

/** A refusal in a legacy shape. */
type OldRefusal =
  | { readonly status: 422; readonly body: z.infer<typeof LegacyInvalid> }
  | { readonly status: 404; readonly body: z.infer<typeof LegacyRefusal> };

/** Undefined for refusals that are not about the request's content. */
export function toRefusal(error: AppError): OldRefusal | undefined {
  const { status } = ERRORS[error.code];
  if (status === 404) return { status, body: { detail: error.message } };
  return status === 422 ? { status, body: toInvalid(error) } : undefined;
}

function toInvalid(error: AppError): z.infer<typeof LegacyInvalid> {
  const fields = error.fields.length > 0 ? error.fields : [{ field: '', message: error.message }];
  return {
    detail: fields.map(({ field, message }) => {
      const path = fieldPath(field).filter((part) => part !== 'body');
      const [first = '', ...rest] = path;
      if (first === 'query') return { type: 'value_error', loc: path, msg: message };
      const ofKind = isOfKind(path);
      const known = ofKind
        ? (OLD_NAMES.get(rest[0] ?? '') ?? ['pipeline'])
        : (OLD_NAMES.get(first) ?? [first]);
      const loc = ['body', ...known, ...(ofKind ? [] : rest)].filter((part) => part !== '');
      // Sluice's message continues the field's name; the legacy one stands alone.
      const msg = known.at(-1) === first ? message : `${path.join('.')} ${message}`;
      return { type: 'value_error', loc, msg };
    }),
  };
}

/** Converts a legacy request: attach when busy, on the default lane. Throws `invalid`. */
export function toRequest(legacy: LegacyRequest, outdir: string | undefined): RunRequest {
  const { pipeline, workdir, parameters, triggered_by } = legacy;
  const revision = option(parameters, 'revision');
  const profile = option(parameters, 'profile');
  const reserved = new Set([...OPTIONS, 'revision', 'profile']);
  const params = new Map([...parameters].filter(([key]) => !reserved.has(key)));
  if (outdir !== undefined) params.set('outdir', outdir);
  const parsed = RunRequest.safeParse({
    pipeline,
    work_dir: workdir,
    params,
    triggered_by,
    lane: DEFAULT_LANE,
    on_busy: 'attach',
    ...(revision !== undefined && { revision }),
    ...(profile !== undefined && { profile }),
  });
  if (parsed.success) return parsed.data;
  throw invalidFields(fieldErrors(parsed.error.issues));
}

/** The last lines of these events in the legacy form. */
function preview(events: readonly RunEvent[], count: number): string[] {
  return events
    .flatMap((event) => (event.type === 'log' ? event.data.lines : []))
    .slice(-count)
    .map((line) => `[${line.pod}/${line.container}] ${line.message}`);
}

/** The status of a run, live or over, without its viewers. */
export function activeStatus(
  run: RunView | undefined,
  events: readonly RunEvent[],
): Pick<LegacyActive, 'active' | 'run' | 'progress_percent' | 'log_preview' | 'last_update'> {
  const active = run !== undefined && !isTerminal(run.state);
  return {
    active,
    // As in the legacy service: a run that is over has no message.
    run: run === undefined ? null : { ...runInfo(run), ...(active ? {} : { message: null }) },
    progress_percent: active ? (run.progress?.percent ?? null) : null,
    log_preview: active ? preview(events, PREVIEW_LINES) : [],
    last_update: active ? (events.at(-1)?.timestamp ?? run.created_at) : null,
  };
}
