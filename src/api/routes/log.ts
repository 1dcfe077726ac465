/** The log of a run as text, with ranges. */
import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { LOG_SCANS_MAX } from '../../core/limits.ts';
import { DNS_LABEL_CHARS_MAX } from '../../core/request-limits.ts';
import { type LogOptions, type OpenLog, openLog, scans } from '../../engine/queries/log.ts';
import { problemResponse } from '../http/problem.ts';
import { wholeNumber } from '../http/query.ts';
import { parseRange } from '../http/range.ts';
import { routeOptions } from '../http/route-options.ts';
import { headers } from '../openapi/answers.ts';
import type { Api, Services } from '../services.ts';
import { RunPath, runIdOf } from './runs.ts';

const TEXT = 'text/plain';
const TAIL_MAX = 1_000_000;
const SCAN_RETRY_SECONDS = 5;

const route = (services: Services) =>
  createRoute({
    method: 'get',
    path: '/api/v1/runs/{run_id}/log',
    operationId: 'readLog',
    summary: "Read a run's log",
    description:
      'The bytes as they were written. Of a live run: what there is now; `sluice-log-complete` says whether more can come. `Range` is for the whole log, and is not looked at with `tail`. A read with `timestamps`, or of another container than the driver, has to search: through 64 MiB at most (else 422), and two at once for each token (else 429).',
    tags: ['Runs'],
    ...routeOptions(services, 'read', {
      produces: [TEXT],
      refuses: ['not_found', 'gone', 'range_not_satisfiable', 'invalid'],
    }),
    request: {
      params: RunPath,
      query: z.strictObject({
        tail: wholeNumber(1, TAIL_MAX)
          .optional()
          .meta({ description: 'Only this many last lines.' }),
        container: z
          .string()
          .max(DNS_LABEL_CHARS_MAX)
          .optional()
          .meta({ description: 'Default: the driver.' }),
        timestamps: z
          .enum(['true', 'false'])
          .default('false')
          .meta({ description: 'Each line begins with the time at which the cluster took it.' }),
      }),
      headers: z.object({
        range: z.string().optional().meta({ description: 'One range of bytes.' }),
      }),
    },
    responses: {
      200: {
        description: 'The log.',
        headers: headers('Accept-Ranges', 'Sluice-Log-Complete'),
        content: { [TEXT]: { schema: z.string() } },
      },
      206: {
        description: 'A range of it.',
        headers: headers('Accept-Ranges', 'Sluice-Log-Complete', 'Content-Range'),
        content: { [TEXT]: { schema: z.string() } },
      },
    },
  });

/** Sends chunks as fast as the reader takes them. Fails when its source fails, so that a part is not taken for the whole. */
export function toStream(
  chunks: AsyncIterable<Uint8Array>,
  failed: (error: unknown) => void,
  over: () => void,
): ReadableStream<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  let left = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await source.next();
        if (left) return;
        if (next.done !== true) return controller.enqueue(next.value);
        over();
        controller.close();
      } catch (error) {
        over();
        if (!left) failed(error);
        throw error;
      }
    },
    async cancel() {
      left = true;
      over();
      await source.return?.();
    },
  });
}

/** Headers of the answer for the bytes `[start, end)`. */
function headersOf(log: OpenLog, partial: boolean): Record<string, string> {
  return {
    'accept-ranges': 'bytes',
    'content-type': `${TEXT}; charset=utf-8`,
    'content-length': String(log.end - log.start),
    'sluice-log-complete': String(log.complete),
    ...(partial && { 'content-range': `bytes ${log.start}-${log.end - 1}/${log.size}` }),
  };
}

/** Counts a caller's open reads that have to search a log; the returned function ends one. Throws `rate_limited`. */
function createScans(): (caller: string) => () => void {
  const open = new Map<string, number>();
  return (caller) => {
    const others = open.get(caller) ?? 0;
    if (others >= LOG_SCANS_MAX)
      throw new AppError(
        'rate_limited',
        `The token has ${others} reads of logs open that have to search them; wait for one to end.`,
        { retryAfter: SCAN_RETRY_SECONDS },
      );
    open.set(caller, others + 1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      const rest = (open.get(caller) ?? 1) - 1;
      if (rest > 0) open.set(caller, rest);
      else open.delete(caller);
    };
  };
}

export function logRoutes(app: Api, services: Services): void {
  const { world } = services;
  const enter = createScans();
  app.openapi(route(services), async (c) => {
    const { tail, container, timestamps } = c.req.valid('query');
    const { domain, id } = c.var.caller;
    const runId = runIdOf(c.req.valid('param'));
    const options = {
      timestamps: timestamps === 'true',
      ...(container !== undefined && { container }),
    };
    const range = tail === undefined ? parseRange(c.req.valid('header').range) : undefined;
    const open = (more: Pick<LogOptions, 'tail' | 'range'>) =>
      openLog(world, domain, runId, { ...options, ...more });
    const refuse = async (refusal: AppError) => {
      const { size } = await open({});
      const extra = { headers: { 'content-range': `bytes */${size}` } };
      // Hono's types know only the documented answers; a refusal is in `default`.
      return problemResponse(refusal, c.var.requestId, extra) as never;
    };
    const over = scans(options) ? enter(id) : () => undefined;
    try {
      const log = await open({ ...(tail !== undefined && { tail }), ...(range && { range }) });
      if (range !== undefined && log.end === log.start) {
        over();
        return await refuse(new AppError('range_not_satisfiable', 'The range holds no byte.'));
      }
      const brokeOff = (error: unknown): void =>
        c.var.log.warn('log download broke off', { run_id: runId, error });
      if (c.req.method === 'HEAD') over();
      const body = c.req.method === 'HEAD' ? null : toStream(log.chunks, brokeOff, over);
      const init = { status: range ? 206 : 200, headers: headersOf(log, range !== undefined) };
      return new Response(body, init) as never;
    } catch (error) {
      over();
      if (error instanceof AppError && error.code === 'range_not_satisfiable') return refuse(error);
      throw error;
    }
  });
}
