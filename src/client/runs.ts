/** Calls about runs. */

import type { RunState } from '../core/events/state.ts';
import type { DryRunView } from '../core/runs/dry-run.ts';
import type { RunEdits, RunRequest } from '../core/runs/request.ts';
import type { RunView } from '../core/runs/view.ts';
import type { Input } from './catalogue.ts';
import { type Call, type Http, type JsonText, TRIES } from './http.ts';
import type { Runtime } from './runtime.ts';

export type StartOptions = {
  /**
   * The same key never starts a second run. By default each call makes a new key, which makes its retries
   * harmless; give your own to repeat a call after a crash.
   */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
};

/** The run that was started, or the active run that the request attached to. */
export type StartedRun = RunView & {
  /** The lane was busy: this is the run that was already there. */
  readonly attached?: true;
  /** With `attached`: the request is not the one that runs. */
  readonly differs?: boolean;
};

export type RunsQuery = {
  /** Runs in one of these. */
  readonly state?: RunState | readonly RunState[];
  /** Runs of one of these, at most 10. */
  readonly lane?: string | readonly string[];
  /** The exact text; several: runs of one of these, at most 10. */
  readonly pipeline?: string | readonly string[];
  readonly kind?: RunView['kind'] | readonly RunView['kind'][];
  readonly triggered_by?: string;
  /** Runs whose id begins with it, or whose pipeline has it somewhere. */
  readonly search?: string;
  /** `name=value`; several: runs with all of them. */
  readonly label?: string | readonly string[];
  /** Created at or after: RFC 3339, a day, or how long ago (`90m`, `1h`, `7d`). */
  readonly since?: string;
  /** Created before: like `since`. */
  readonly until?: string;
  readonly limit?: number;
  /** `next_cursor` of the page before. */
  readonly cursor?: string;
  readonly signal?: AbortSignal;
};

export type RunPage = {
  readonly runs: readonly RunView[];
  readonly next_cursor: string | null;
  /** Runs created since then have been looked at; null at the end of the list. */
  readonly scanned_until: string | null;
};
export type LogQuery = {
  /** Only this many last lines. */
  readonly tail?: number;
  readonly container?: string;
  /** Puts the time before each line. */
  readonly timestamps?: boolean;
  readonly signal?: AbortSignal;
};

/** Longer than for other requests: a log may have a million lines. */
const LOG_TIMEOUT_MS = 300_000;

const id = encodeURIComponent;

export function runs(http: Http, runtime: Runtime) {
  return {
    /**
     * Starts a run, or attaches to one where the request allows it. As `JsonText`, params keep the digits of long numbers.
     *
     * @example
     * const run = await client.startRun({ pipeline: 'rnaseq', params: { genome: 'GRCh38' }, lane: 'gpu', on_busy: 'queue' });
     * console.log(run.run_id, run.state, run.queue_position, run.reason?.message);
     *
     * @example
     * // Twice the same key starts one run, also after a crash between the two.
     * await client.startRun({ pipeline: 'nightly' }, { idempotencyKey: 'nightly-2026-11-29' });
     *
     * @example
     * await client.startRun(new JsonText('{"pipeline": "greet", "params": {"id": 12345678901234567890}}'));
     */
    startRun: (request: Input<typeof RunRequest> | JsonText, options: StartOptions = {}) =>
      http.json<StartedRun>('POST', '/runs', startCall(runtime, request, options)),
    /**
     * Continues a run of Nextflow that is over, in a new run: tasks that it has completed are cached. Refused (409) with the code
     * `session_busy` while another run has its session (`run_id` of the problem), and `not_resumable` where nothing is left of it.
     *
     * @example
     * const run = await client.resumeRun(run_id, { params: { max_memory: '64.GB' } });
     * console.log(run.run_id, run.origin); // {run_id: …, how: 'resume'}
     */
    resumeRun: (runId: string, edits: Edits = {}, options: StartOptions = {}) =>
      http.json<StartedRun>('POST', pathAgain('resume', runId), startCall(runtime, edits, options)),
    /**
     * Starts a new run by the request of this one, with what `edits` change of it.
     *
     * @example
     * const run = await client.rerun(run_id, { params: { genome: 'GRCm39' } });
     */
    rerun: (runId: string, edits: Edits = {}, options: StartOptions = {}) =>
      http.json<StartedRun>('POST', pathAgain('rerun', runId), startCall(runtime, edits, options)),
    /** What `resumeRun` or `rerun` would start, as JSON text; nothing is written. */
    dryRunAgainText: (
      how: 'resume' | 'rerun',
      runId: string,
      edits: Edits = {},
      options: DryRunOptions = {},
    ) => http.text('POST', pathAgain(how, runId), dryRunCall(edits, options)),
    /**
     * What `startRun` would start, or its refusal with everything that is wrong; nothing is written. For a form that asks whenever
     * typing pauses: abort the call before by its `signal`. It counts as one request of the rate limit.
     *
     * @example
     * const { would, params, warnings } = await client.dryRun({ pipeline: 'hello', params: { sample: 'S1' } });
     */
    dryRun: (request: Input<typeof RunRequest> | JsonText, options: DryRunOptions = {}) =>
      http.json<DryRunView>('POST', '/runs', dryRunCall(request, options)),
    /** The same as JSON text, in which params have their digits. */
    dryRunText: (request: Input<typeof RunRequest> | JsonText, options: DryRunOptions = {}) =>
      http.text('POST', '/runs', dryRunCall(request, options)),
    getRun: (runId: string) => http.json<RunView>('GET', `/runs/${id(runId)}`, { tries: TRIES }),
    /** The same as JSON text, in which params have their digits. */
    getRunText: (runId: string) => http.text('GET', `/runs/${id(runId)}`, { tries: TRIES }),
    /**
     * Newest first.
     *
     * @example
     * let cursor: string | undefined;
     * do {
     *   const page = await client.listRuns({ state: ['failed', 'cancelled'], since: '7d', ...(cursor && { cursor }) });
     *   for (const run of page.runs) console.log(run.run_id, run.reason?.code);
     *   cursor = page.next_cursor ?? undefined;
     * } while (cursor !== undefined);
     */
    listRuns: ({ signal, ...query }: RunsQuery = {}) =>
      http.json<RunPage>('GET', '/runs', { query, tries: TRIES, ...(signal && { signal }) }),
    /**
     * Requests the end; the run is over when its `complete` event comes. A repetition is harmless.
     *
     * @example
     * await client.cancelRun(run_id, 'wrong samples');
     */
    cancelRun: (runId: string, reason?: string) =>
      http.json<RunView>('POST', `/runs/${id(runId)}/cancel`, {
        body: reason === undefined ? {} : { reason },
        tries: TRIES,
      }),
    /**
     * Says, as an admin, that nothing of the run is left on a target that is gone for good: a live run ends and gives its
     * place back. Refused (409) while the cluster answers. A repetition is harmless.
     */
    confirmGone: (runId: string, reason?: string) =>
      http.json<RunView>('POST', `/runs/${id(runId)}/confirm-gone`, {
        body: reason === undefined ? {} : { reason },
        tries: TRIES,
      }),
    /**
     * Changes the priority of a run that waits, and labels of one that is not over: they are merged, null removes one. Refused
     * (409) with the code `not_queued` or `over` when it is too late. A repetition is harmless.
     *
     * @example
     * await client.patchRun(run_id, { priority: 9, labels: { urgent: 'yes', draft: null } });
     */
    patchRun: (runId: string, patch: RunPatch) =>
      http.json<RunView>('PATCH', `/runs/${id(runId)}`, { body: patch, tries: TRIES }),
    /** Deletes a run that is over, with its events and logs. A repetition is harmless. */
    deleteRun: async (runId: string): Promise<void> => {
      await http.json<unknown>('DELETE', `/runs/${id(runId)}`, { tries: TRIES });
    },
    /** Keeps the run, whatever its age, or ends that. A repetition is harmless. */
    holdRun: (runId: string, hold: boolean, reason?: string) =>
      http.json<RunView>('PUT', `/runs/${id(runId)}/hold`, {
        body: reason === undefined ? { hold } : { hold, reason },
        tries: TRIES,
      }),
    /**
     * The driver's log as text, all of it. For a long one use `logStream`.
     *
     * @example
     * console.log(await client.log(run_id, { tail: 20, timestamps: true }));
     */
    log: (runId: string, query: LogQuery = {}) =>
      http.text('GET', `/runs/${id(runId)}/log`, logCall(query)),
    /**
     * The driver's log as the bytes that it printed. Reading it may fail half-way.
     *
     * @example
     * const body = await client.logStream(run_id);
     * const text = body?.pipeThrough(new TextDecoderStream()).getReader();
     * for (let piece = await text?.read(); piece?.done === false; piece = await text?.read()) console.log(piece.value);
     */
    logStream: async (runId: string, query: LogQuery = {}) =>
      (await http.fetch('GET', `/runs/${id(runId)}/log`, logCall(query))).body,
  };
}

export type RunPatch = {
  readonly priority?: number;
  readonly labels?: Readonly<Record<string, string | null>>;
};

/** What is changed of the request that is sent again. */
export type Edits = Input<typeof RunEdits> | JsonText;

const pathAgain = (how: 'resume' | 'rerun', runId: string): string => `/runs/${id(runId)}/${how}`;

const startCall = (runtime: Runtime, body: unknown, options: StartOptions): Call => ({
  body,
  headers: { 'idempotency-key': options.idempotencyKey ?? runtime.uniqueKey() },
  tries: TRIES,
  ...(options.signal && { signal: options.signal }),
});

type DryRunOptions = { readonly signal?: AbortSignal };

const dryRunCall = (body: unknown, options: DryRunOptions): Call => ({
  query: { dry_run: true },
  body,
  tries: TRIES,
  ...options,
});

const logCall = ({ signal, ...query }: LogQuery): Call => ({
  query,
  headers: { accept: 'text/plain, application/problem+json' },
  tries: TRIES,
  timeout: LOG_TIMEOUT_MS,
  ...(signal && { signal }),
});
