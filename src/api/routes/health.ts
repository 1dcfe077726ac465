/** Health for probes: alive, ready, and the original service's two paths. */
import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { DEFAULT_DOMAIN, DEFAULT_LANE } from '../../core/names.ts';
import type { World } from '../../ports/world.ts';
import { json } from '../gate.ts';
import type { Api, Services } from '../services.ts';
import { within } from '../within.ts';

/** A probe's own patience is a few seconds. */
const CHECK_MS = 2_000;
const TAGS = ['Health'];

const Live = z.object({ status: z.literal('ok') }).meta({ id: 'Live' });
const Health = z.object({ status: z.enum(['ok', 'degraded']) }).meta({ id: 'Health' });

/** Whether storage answers: one small read. Rejects when what is stored is of another version. */
async function storageAnswers(world: World): Promise<boolean> {
  const read = world.store.read('lanes', `${DEFAULT_DOMAIN}.${DEFAULT_LANE}`, 'lane');
  let refusal: AppError | undefined;
  const answered = read.then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      refusal = error;
      return false;
    },
  );
  const answers = (await within(world, CHECK_MS, 'storage', answered)) ?? false;
  if (refusal) throw refusal;
  return answers;
}

export function healthRoutes(app: Api, { world }: Services): void {
  const live = createRoute({
    method: 'get',
    path: '/health/live',
    operationId: 'live',
    summary: 'Whether the process answers',
    tags: TAGS,
    responses: { 200: { description: 'It does.', content: json(Live) } },
  });
  app.openapi(live, (c) => c.json({ status: 'ok' as const }, 200));

  const ready = createRoute({
    method: 'get',
    path: '/health/ready',
    operationId: 'ready',
    summary: 'Whether requests can be served',
    description:
      '503 while storage does not answer, or holds data of another version. An unreachable cluster makes nothing unready.',
    tags: TAGS,
    responses: { 200: { description: 'They can.', content: json(Live) } },
  });
  app.openapi(ready, async (c) => {
    if (!(await storageAnswers(world))) {
      throw new AppError('unavailable', 'Storage does not answer.', { retryAfter: 5 });
    }
    return c.json({ status: 'ok' as const }, 200);
  });

  for (const path of ['/health', '/healthz']) {
    const route = createRoute({
      method: 'get',
      path,
      operationId: path.slice(1),
      summary: 'Health as the original service told it: always 200',
      tags: TAGS,
      responses: {
        200: { description: '`degraded` while storage does not answer.', content: json(Health) },
      },
    });
    app.openapi(route, async (c) => {
      const answers = await storageAnswers(world).catch(() => false);
      const status = answers ? ('ok' as const) : ('degraded' as const);
      return c.json({ status }, 200);
    });
  }
}
