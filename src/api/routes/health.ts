/** Health for probes: alive, ready, and two legacy paths. */
import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../core/errors.ts';
import { Timestamp } from '../../core/timestamp.ts';
import { readTimer, type TimerState } from '../../engine/reconcile/timer.ts';
import type { World } from '../../ports/world.ts';
import { json } from '../http/route-options.ts';
import type { Api, Services } from '../services.ts';
import { withTimeout } from '../with-timeout.ts';

/** Shorter than the time-out of usual probes. */
const CHECK_MS = 2_000;
const ASK_EVERY_MS = 1_000;
const TAGS = ['Health'];

const Live = z.object({ status: z.literal('ok') }).meta({ id: 'Live' });
const Ready = z
  .object({
    status: z.literal('ok'),
    timer: z.enum(['ok', 'overdue']).meta({
      description:
        '`overdue` when it has not fired for three minutes: then requests and messages do its work, once a minute.',
    }),
    ticked_at: Timestamp.nullable().meta({
      description: 'When its work last began, by the timer or in its place.',
    }),
  })
  .meta({ id: 'Ready' });
const Health = z.object({ status: z.enum(['ok', 'degraded']) }).meta({ id: 'Health' });

/** The timer's state from storage, by one small read; undefined when storage does not answer. Rejects when the stored data is of another version. */
async function askStorage(world: World): Promise<TimerState | undefined> {
  let refusal: AppError | undefined;
  const answered = readTimer(world).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    refusal = error;
    return undefined;
  });
  const timer = await withTimeout(world, CHECK_MS, 'storage', answered);
  if (refusal) throw refusal;
  return timer;
}

/** The same, at most once a second: probes need no token, and many of them must not cost many reads. */
function createAsk(world: World): () => Promise<TimerState | undefined> {
  let last = {
    at: Number.NEGATIVE_INFINITY,
    answer: Promise.resolve<TimerState | undefined>(undefined),
  };
  return () => {
    const now = world.clock.now();
    // After a clock is set back, an old answer is not kept.
    if (now < last.at || now - last.at >= ASK_EVERY_MS)
      last = { at: now, answer: askStorage(world) };
    return last.answer;
  };
}

export function healthRoutes(app: Api, { world }: Services): void {
  const ask = createAsk(world);
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
      '503 while storage does not answer, or holds data of another version. An unreachable cluster makes nothing unready, nor does a timer that no longer fires.',
    tags: TAGS,
    'x-refuses': ['internal', 'schema_mismatch', 'unavailable'] as const,
    responses: { 200: { description: 'They can.', content: json(Ready) } },
  });
  app.openapi(ready, async (c) => {
    const timer = await ask();
    if (!timer) throw new AppError('unavailable', 'Storage does not answer.', { retryAfter: 5 });
    const { overdue, ticked_at } = timer;
    return c.json(
      { status: 'ok' as const, timer: overdue ? 'overdue' : 'ok', ticked_at } as const,
      200,
    );
  });

  for (const path of ['/health', '/healthz']) {
    const route = createRoute({
      method: 'get',
      path,
      operationId: path.slice(1),
      summary: 'Health in the form of the legacy service: always 200',
      tags: TAGS,
      responses: {
        200: { description: '`degraded` while storage does not answer.', content: json(Health) },
      },
    });
    app.openapi(route, async (c) => {
      const answers = await ask().catch(() => undefined);
      const status = answers ? ('ok' as const) : ('degraded' as const);
      return c.json({ status }, 200);
    });
  }
}
