/** The list of runs and its filters. */
import { createRoute, z } from '@hono/zod-openapi';
import { RunState } from '../../core/events/event.ts';
import { RunKind } from '../../core/kinds/all.ts';
import { Name } from '../../core/names.ts';
import { ADDRESS_CHARS_MAX, LABEL_CHARS_MAX, LABELS_MAX } from '../../core/request-limits.ts';
import { RunView } from '../../core/runs/view.ts';
import { Timestamp } from '../../core/timestamp.ts';
import { listRuns, type RunFilter } from '../../engine/queries/runs.ts';
import { answer } from '../http/json-answer.ts';
import { linkNext, Moment, momentOf, several, wholeNumber } from '../http/query.ts';
import { json, routeOptions } from '../http/route-options.ts';
import { headers } from '../openapi/answers.ts';
import type { Api, Services } from '../services.ts';

const LIST_DEFAULT = 50;
/** Each run of a page costs a read or two. */
const LIST_MAX = 200;
/** A name and a value of a label with = between them, longer than any. */
const LABEL_PAIR_CHARS_MAX = 200;
const CURSOR_CHARS_MAX = 200;
/** Lanes or pipelines of one list: each lane is a list of its own, or several by state, that are merged. */
const NAMED_MAX = 10;

const Label = z
  .string()
  .max(LABEL_PAIR_CHARS_MAX)
  .regex(/^[^=]+=/, 'must be a name and a value, such as team=genomics');

const ListQuery = z.strictObject({
  state: several(RunState, RunState.options.length).optional().meta({
    description: 'Runs in one of these states: `queued,running`, or the parameter several times.',
  }),
  lane: several(Name, NAMED_MAX).optional(),
  pipeline: z
    .preprocess(
      (given) => [given].flat(),
      z.array(z.string().max(ADDRESS_CHARS_MAX)).max(NAMED_MAX),
    )
    .optional(),
  kind: several(RunKind, RunKind.options.length).optional().meta({
    description: 'Runs of one of these kinds.',
  }),
  triggered_by: z.string().max(LABEL_CHARS_MAX).optional().meta({
    description: 'Runs with exactly this `triggered_by`.',
  }),
  search: z.string().min(1).max(ADDRESS_CHARS_MAX).optional().meta({
    description:
      'Runs whose id begins with this text, or whose pipeline has it somewhere, in any case. A whole id finds its run at once, however old it is.',
  }),
  label: several(Label, LABELS_MAX).optional().meta({
    description: 'Runs with all of these labels, each `name=value`.',
  }),
  since: Moment.optional().meta({
    description:
      'Runs created at or after this time: `2026-11-28T09:30:00Z`, a day (from 00:00 UTC), or how long ago it was (`90m`, `1h`, `7d`, `2w`).',
  }),
  until: Moment.optional().meta({
    description: 'Runs created before this time, which is written like `since`.',
  }),
  limit: wholeNumber(1, LIST_MAX).default(LIST_DEFAULT),
  cursor: z.string().max(CURSOR_CHARS_MAX).optional().meta({
    description: '`next_cursor` of the page before, with the filters that it had.',
  }),
});

/** The filter of a query; optional keys are absent, not undefined. */
function filterOf(query: z.infer<typeof ListQuery>, nowMs: number): RunFilter {
  const { label, since, until, state, lane, pipeline, cursor, limit } = query;
  const { kind, triggered_by, search } = query;
  const at = (text: string | undefined) => (text === undefined ? null : momentOf(text, nowMs));
  const [from, to] = [at(since), at(until)];
  const labels = label?.map((text): readonly [string, string] => {
    const middle = text.indexOf('=');
    return [text.slice(0, middle), text.slice(middle + 1)];
  });
  return {
    limit,
    // The text of the query: `1h` is another time for each page.
    scope: JSON.stringify([
      ...[state, lane, pipeline, label, kind].map((each) => each?.toSorted()),
      since,
      until,
      triggered_by,
      search,
    ]),
    ...(state !== undefined && { states: state }),
    ...(lane !== undefined && { lanes: [...new Set(lane)] }),
    ...(pipeline !== undefined && { pipelines: pipeline }),
    ...(kind !== undefined && { kinds: kind }),
    ...(triggered_by !== undefined && { triggeredBy: triggered_by }),
    ...(search !== undefined && { search }),
    ...(cursor !== undefined && { cursor }),
    ...(labels !== undefined && { labels }),
    ...(from !== null && { since: from }),
    ...(to !== null && { until: to }),
  };
}

export function listRoute(app: Api, services: Services): void {
  const { world } = services;
  const list = createRoute({
    method: 'get',
    path: '/api/v1/runs',
    operationId: 'listRuns',
    summary: 'List runs, newest first',
    tags: ['Runs'],
    ...routeOptions(services, 'read'),
    request: { query: ListQuery },
    responses: {
      200: {
        description: 'A page; it may be short, or empty, while `next_cursor` is not null.',
        headers: headers('Link'),
        content: json(
          z
            .object({
              runs: z.array(RunView),
              next_cursor: z.string().nullable(),
              scanned_until: Timestamp.nullable().meta({
                description:
                  'Runs created since then have been looked at, and the page may be short: one call looks at 2,000 at most. null at the end of the list.',
              }),
            })
            .meta({ id: 'RunPage' }),
        ),
      },
    },
  });
  app.openapi(list, async (c) => {
    const filter = filterOf(c.req.valid('query'), world.clock.now());
    const page = await listRuns(world, c.var.caller.domain, filter);
    linkNext(c, 'cursor', page.next_cursor);
    return answer(c, page, 200);
  });
}
