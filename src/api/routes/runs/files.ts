/** Files that a run has left: what there is, and each of them. */
import { createRoute, z } from '@hono/zod-openapi';
import { FilePage } from '../../../core/runs/files/view.ts';
import { listFiles } from '../../../engine/commands/files/list.ts';
import { ANSWER_BYTES_MAX, type OpenFile, openFile } from '../../../engine/commands/files/open.ts';
import { CONDITIONAL, Conditions, isKnown, NOT_MODIFIED } from '../../http/conditions.ts';
import { linkNext, wholeNumber } from '../../http/query.ts';
import { parseRange } from '../../http/range.ts';
import { json, routeOptions } from '../../http/route-options.ts';
import { headers } from '../../openapi/answers.ts';
import type { Api, Services } from '../../services.ts';
import { toStream } from '../log.ts';
import { RunPath, runIdOf } from '../runs.ts';

const LIST_MAX = 1_000;
/** The longest path of Linux. */
const PATH_CHARS_MAX = 4_096;
/** The host's own answer, without a body. */
const TOO_LONG = {
  414: { description: 'The whole address is longer than the 8 KiB that hosts take.' },
};
/** Of every file, since it is one to be saved: a browser has nothing to show. */
const BYTES = 'application/octet-stream';
const MIB = 1_048_576;
const WHOLE = 200;
const PARTIAL = 206;

const LOOKS =
  'A short-lived pod on the target of the run looks at its work volume, which takes some seconds; an instance has six of them at once. 503 `files_unavailable` when none is free, or when it does not start: try again.';

const Path = z.string().min(1).max(PATH_CHARS_MAX);

const listRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/files',
    operationId: 'listFiles',
    summary: "List a run's files",
    description: `Reports of Nextflow, and what the run has published in the folder that its params name. A live run has what there is so far. ${LOOKS} A listing is shown for ten seconds.`,
    tags: ['Runs'],
    ...routeOptions(services, 'read', {
      refuses: ['not_found', 'gone', 'not_readable', 'files_unavailable'],
    }),
    request: {
      params: RunPath,
      query: z.strictObject({
        prefix: Path.optional().meta({ description: 'Only paths that begin so: `output/qc/`.' }),
        limit: wholeNumber(1, LIST_MAX).default(LIST_MAX),
        cursor: Path.optional(),
      }),
    },
    responses: {
      ...TOO_LONG,
      200: {
        description: 'A page of files, by path, and where they are.',
        headers: headers('Link'),
        content: json(FilePage),
      },
    },
  });

const READ_HEADERS = ['Accept-Ranges', 'ETag', 'Last-Modified', 'Content-Disposition'] as const;
const FILE = { [BYTES]: { schema: z.string().meta({ format: 'binary' }) } };

const readRoute = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/files/content',
    operationId: 'readFile',
    summary: "Read one of a run's files",
    description: `Its bytes, always as an attachment: what a pipeline wrote is not to be shown as a page of this server. At most ${ANSWER_BYTES_MAX / MIB} MiB an answer; a larger file is 413 without \`Range\`, and a range gets as many of its bytes as one answer has. With \`If-Match\` ranges are all of the same file. An answer breaks off when the file changes meanwhile. ${LOOKS}`,
    tags: ['Runs'],
    ...routeOptions(services, 'read', {
      produces: [],
      refuses: [
        'not_found',
        'gone',
        'not_readable',
        'file_too_large',
        'files_unavailable',
        'range_not_satisfiable',
        ...CONDITIONAL,
      ],
    }),
    request: {
      params: RunPath,
      query: z.strictObject({
        path: Path.meta({ description: '`path` of a listing, such as `reports/report.html`.' }),
      }),
      headers: Conditions.extend({
        range: z.string().optional().meta({ description: 'One range of bytes.' }),
      }),
    },
    responses: {
      ...TOO_LONG,
      200: { description: 'The file.', headers: headers(...READ_HEADERS), content: FILE },
      206: {
        description: 'A range of it.',
        headers: headers(...READ_HEADERS, 'Content-Range'),
        content: FILE,
      },
      ...NOT_MODIFIED,
    },
  });

/** Untrusted content: never shown in this origin, and without scripts where somebody does show it. */
const POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** A `Content-Disposition` that names the file (RFC 6266), also for clients that read only the older form. */
function disposition(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const plain = name.replaceAll(/[^\w. ()+-]/g, '_');
  const full = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

const headersOf = (file: OpenFile, path: string, partial: boolean): Record<string, string> => ({
  'accept-ranges': 'bytes',
  'content-type': BYTES,
  'content-length': String(file.end - file.start),
  'content-disposition': disposition(path),
  'content-security-policy': POLICY,
  'last-modified': new Date(file.modified).toUTCString(),
  ...(partial && { 'content-range': `bytes ${file.start}-${file.end - 1}/${file.size}` }),
});

export function fileRoutes(app: Api, services: Services): void {
  const { world } = services;
  app.openapi(listRoute(services), async (c) => {
    const { prefix = '', limit, cursor } = c.req.valid('query');
    const runId = runIdOf(c.req.valid('param'));
    const query = { prefix, limit, ...(cursor !== undefined && { cursor }) };
    const page = await listFiles(world, c.var.caller.domain, runId, query);
    linkNext(c, 'cursor', page.next_cursor);
    return c.json(page, 200);
  });
  app.openapi(readRoute(services), async (c) => {
    const { path } = c.req.valid('query');
    const runId = runIdOf(c.req.valid('param'));
    const conditions = c.req.valid('header');
    const range = parseRange(conditions.range);
    const file = await openFile(world, c.var.caller.domain, runId, path, range);
    if (isKnown(c, conditions, 'file', file.etag)) return c.body(null, 304);
    for (const [name, value] of Object.entries(headersOf(file, path, range !== undefined)))
      c.header(name, value);
    const brokeOff = (error: unknown): void =>
      c.var.log.warn('file download broke off', { run_id: runId, error });
    const status = range ? PARTIAL : WHOLE;
    if (c.req.method === 'HEAD') return c.body(null, status);
    const body = toStream(file.chunks, brokeOff, () => undefined);
    return c.body(body as ReadableStream<Uint8Array<ArrayBuffer>>, status);
  });
}
