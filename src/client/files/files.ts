/** Calls about the files that runs leave. */
import type { FilePage } from '../../core/runs/files/view.ts';
import { backoff } from '../backoff.ts';
import { isTransient, SluiceError } from '../errors.ts';
import { type Http, TRIES } from '../http.ts';
import type { Runtime } from '../runtime.ts';

export type FilesQuery = {
  /** Only paths that begin so, such as `output/qc/`. */
  readonly prefix?: string;
  readonly limit?: number;
  /** `next_cursor` of the page before. */
  readonly cursor?: string;
  readonly signal?: AbortSignal;
};

export type RunFile = {
  /** Bytes of the whole file. */
  readonly size: number;
  readonly contentType: string;
  /** RFC 9110's date; null where the server does not tell. */
  readonly modified: string | null;
  /** Its bytes, in order, to be read once. Rejects when the file changes meanwhile (`precondition_failed`) or cannot be read on. */
  readonly bytes: AsyncIterable<Uint8Array>;
};

/** Longer than for other requests: a pod has to start on the cluster of the run. */
const TIMEOUT_MS = 150_000;

const id = encodeURIComponent;

/** `bytes 0-99/1234`: of how many. */
const sizeOf = (response: Response): number =>
  Number(response.headers.get('content-range')?.split('/').at(-1) ?? Number.NaN);

/** A file that is being read. */
type Reading = {
  readonly http: Http;
  readonly runtime: Runtime;
  readonly runId: string;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
};

const part = (
  { http, runId, path, signal }: Reading,
  start: number | null,
  etag: string | null,
): Promise<Response> =>
  http.fetch('GET', `/runs/${id(runId)}/files/content`, {
    query: { path },
    headers: {
      accept: '*/*',
      ...(start !== null && { range: `bytes=${start}-` }),
      ...(etag !== null && { 'if-match': etag }),
    },
    tries: TRIES,
    timeout: TIMEOUT_MS,
    ...(signal && { signal }),
  });

/** The answer to the first range; to no range where the file is empty, because it has no range then. */
const open = (reading: Reading): Promise<Response> =>
  part(reading, 0, null).catch((error: unknown) => {
    if (!(error instanceof SluiceError) || error.code !== 'range_not_satisfiable') throw error;
    return part(reading, null, null);
  });

/** Goes on where an answer has ended, or broken off. */
async function* read(reading: Reading, first: Response, size: number): AsyncGenerator<Uint8Array> {
  const { runtime, signal } = reading;
  const etag = first.headers.get('etag');
  let response: Response | undefined = first;
  let failures = 0;
  for (let at = 0; at < size; response = undefined) {
    try {
      response ??= await part(reading, at, etag);
      const before = at;
      const body = response.body?.getReader();
      for (let piece = await body?.read(); piece?.done === false; piece = await body?.read()) {
        at += piece.value.length;
        failures = 0;
        yield piece.value;
      }
      if (at === before) throw new SluiceError('unexpected', response.status, 'An empty answer');
    } catch (error) {
      signal?.throwIfAborted();
      failures += 1;
      const refused = error instanceof SluiceError && !isTransient(error);
      if (refused || failures >= TRIES) throw error;
      const wait = backoff(failures, runtime.random(), 0);
      await runtime.sleep(wait, signal ?? new AbortController().signal);
    }
  }
}

export function files(http: Http, runtime: Runtime) {
  return {
    /**
     * Reports of Nextflow and published outputs of a run, by path; `places` tells where they are, and which cannot be read. It takes
     * some seconds: a pod on the cluster of the run looks.
     *
     * @example
     * const { files } = await client.files(run_id, { prefix: 'reports/' });
     * for (const { path, size, kind } of files) console.log(path, size, kind);
     */
    files: (runId: string, { signal, ...query }: FilesQuery = {}) =>
      http.json<FilePage>('GET', `/runs/${id(runId)}/files`, {
        query,
        tries: TRIES,
        timeout: TIMEOUT_MS,
        ...(signal && { signal }),
      }),
    /**
     * One file, whatever its size: it is read in ranges, and on from where a connection broke.
     *
     * @example
     * const { size, bytes } = await client.file(run_id, 'reports/report.html');
     * let read = 0;
     * for await (const piece of bytes) read += piece.length;
     * console.log(read === size);
     */
    file: async (
      runId: string,
      path: string,
      { signal }: { readonly signal?: AbortSignal } = {},
    ): Promise<RunFile> => {
      const reading = { http, runtime, runId, path, signal };
      const first = await open(reading);
      const size =
        first.status === 206 ? sizeOf(first) : Number(first.headers.get('content-length'));
      return {
        size,
        contentType: first.headers.get('content-type') ?? 'application/octet-stream',
        modified: first.headers.get('last-modified'),
        bytes: read(reading, first, size),
      };
    },
  };
}
