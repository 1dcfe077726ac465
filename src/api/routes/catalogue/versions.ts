/** Saved versions of pipelines. */
import { createRoute, z } from '@hono/zod-openapi';
import { PipelineVersion } from '../../../core/catalogue/version.ts';
import { PIPELINE_VERSION_MAX } from '../../../core/request-limits.ts';
import { listVersions, readVersion } from '../../../engine/catalogue/versions.ts';
import { domainFor } from '../../http/access.ts';
import { answer } from '../../http/json-answer.ts';
import { InDomain, linkNext, wholeNumber } from '../../http/query.ts';
import { json, routeOptions } from '../../http/route-options.ts';
import { headers } from '../../openapi/answers.ts';
import type { Api, Services } from '../../services.ts';

const LIST_DEFAULT = 10;
/** An entry may be 512 KiB, and a page is 4 MiB at most. */
const LIST_MAX = 20;
const TAGS = ['Pipelines'];
const PATH = '/api/v1/pipelines/{name}/versions';

export function versionRoutes(app: Api, services: Services): void {
  const { world } = services;
  const list = createRoute({
    method: 'get',
    path: PATH,
    operationId: 'listPipelineVersions',
    summary: 'List the saved versions of a pipeline, newest first',
    tags: TAGS,
    ...routeOptions(services, 'read', { refuses: ['not_found'] }),
    request: {
      params: z.object({ name: z.string() }),
      query: InDomain.extend({
        limit: wholeNumber(1, LIST_MAX).default(LIST_DEFAULT),
        cursor: wholeNumber(1, PIPELINE_VERSION_MAX).optional().meta({
          description: '`next_cursor` of the page before: versions below this number.',
        }),
      }),
    },
    responses: {
      200: {
        description:
          'The last 100 are kept, also after the entry was deleted. A page has 4 MiB at most, and may be short while `next_cursor` is not null.',
        headers: headers('Link'),
        content: json(
          z
            .object({ versions: z.array(PipelineVersion), next_cursor: z.int().nullable() })
            .meta({ id: 'PipelineVersionPage' }),
        ),
      },
    },
  });
  app.openapi(list, async (c) => {
    const { domain: wanted, ...paging } = c.req.valid('query');
    const domain = domainFor(c.var.caller, wanted);
    const page = await listVersions(world, domain, c.req.valid('param').name, paging);
    linkNext(c, 'cursor', page.next_cursor);
    return answer(c, page, 200);
  });

  const read = createRoute({
    method: 'get',
    path: `${PATH}/{version}`,
    operationId: 'getPipelineVersion',
    summary: 'Read a saved version of a pipeline',
    tags: TAGS,
    ...routeOptions(services, 'read', { refuses: ['not_found'] }),
    request: {
      params: z.object({ name: z.string(), version: wholeNumber(1, PIPELINE_VERSION_MAX) }),
      query: InDomain,
    },
    responses: { 200: { description: 'The version.', content: json(PipelineVersion) } },
  });
  app.openapi(read, async (c) => {
    const { name, version } = c.req.valid('param');
    const domain = domainFor(c.var.caller, c.req.valid('query').domain);
    return answer(c, await readVersion(world, domain, name, version), 200);
  });
}
