/** What a collector gets of the way of a start, and that one which is away costs nothing. */
import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JobManifest } from '../../../src/core/kubernetes/manifest.ts';
import { readTraceparent } from '../../../src/core/trace-context.ts';
import { checkSchema } from '../../../src/engine/store/schema.ts';
import { createLog } from '../../../src/functions/log.ts';
import { createOutside } from '../../../src/functions/outside.ts';
import { createService, type Service } from '../../../src/functions/service.ts';
import { readSettings } from '../../../src/functions/settings/settings.ts';
import { headersOf } from '../../../src/functions/telemetry/telemetry.ts';
import { ADMIN } from '../../api/support.ts';
import { PATIENCE } from '../../support/patience.ts';
import { memoryWorld, QUICK } from '../../support/world.ts';
import { attributesOf, type CollectedSpan, startCollector } from './collector.ts';

const KEY = 'key-of-the-collector';
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const PARAM = 'a-param-that-only-the-driver-is-to-see';
const ENVIRONMENT = {
  SLUICE_STORAGE:
    'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;',
  SLUICE_WEB_PUBSUB: 'Endpoint=http://127.0.0.1:1;AccessKey=c2VjcmV0;Version=1.0;',
  SLUICE_ADMIN_TOKEN: ADMIN,
  SLUICE_DEFAULT_POLICY: 'open',
  SLUICE_LOG_LEVEL: 'error',
};

const settingsFor = (endpoint: string) =>
  readSettings({
    ...ENVIRONMENT,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: `x-key=${KEY}`,
  });

/** An instance in memory, with real telemetry. */
async function instance(endpoint: string) {
  const settings = settingsFor(endpoint);
  const manifests = new Map<string, JobManifest>();
  const parts = memoryWorld({
    script(runId, manifest) {
      manifests.set(runId, manifest);
      return QUICK;
    },
  });
  const { operations } = await createOutside(settings);
  const { telemetry } = operations;
  const log = createLog({
    level: 'info',
    write: () => undefined,
    now: () => parts.clock.now(),
    also: (level, message, fields) => telemetry.log(level, message, fields),
  });
  const world = { ...parts.world, log };
  await checkSchema(world);
  const service = createService(world, settings, operations);
  return { ...parts, world, manifests, telemetry, service };
}

const start = (service: Service, lane: string, traceparent = CALLER): Promise<Response> =>
  service.fetch(
    new Request('http://localhost/api/v1/runs?code=secret-of-the-query', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ADMIN}`,
        'content-type': 'application/json',
        'idempotency-key': `secret-key-${lane}`,
        traceparent,
      },
      body: JSON.stringify({
        pipeline: 'traced',
        lane,
        container: { image: 'busybox:1.37', env: { PASSWORD: PARAM } },
        params: { secret: PARAM },
      }),
    }),
    { name: 'runs', traceparent: '00-00000000000000000000000000000001-0000000000000001-01' },
  );

/** So many starts at once that some Jobs are made by messages; resolves when all are made. */
async function burst(
  parts: Awaited<ReturnType<typeof instance>>,
  count: number,
): Promise<string[]> {
  const { service, clock, queue, manifests } = parts;
  const asked = Array.from({ length: count }, (_, index) => start(service, `lane-${index}`));
  const answers = Promise.all(asked);
  let open = true;
  void answers.finally(() => (open = false)).catch(() => undefined);
  const handling: Promise<void>[] = [];
  await vi.waitFor(async () => {
    const next = queue.take();
    if (next) handling.push(service.message(next.message));
    await clock.advance(50);
    if (open || manifests.size <= count) throw new Error('not all Jobs are made');
  }, PATIENCE);
  await service.drain();
  for (let step = 0; step < 200; step += 1) await clock.advance(100);
  await Promise.all(handling);
  const views = await Promise.all((await answers).map((answer) => answer.json()));
  return (views as { run_id: string }[]).map(({ run_id }) => run_id);
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('a collector', () => {
  it('gets each start as one trace, from the call through the queue to the Job', async () => {
    const collector = await startCollector();
    cleanups.push(() => collector.close());
    const parts = await instance(collector.endpoint);
    const alone = (await (await start(parts.service, 'alone')).json()) as { run_id: string };
    const runIds = [alone.run_id, ...(await burst(parts, 12))];
    await parts.telemetry.flush();

    const spans = collector.spans();
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const wayTo = (span: CollectedSpan): string[] => {
      const above = span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId);
      return above ? [...wayTo(above), span.name] : [`${span.parentSpanId}`, span.name];
    };
    const caller = readTraceparent(CALLER);
    const ways = runIds.map((runId) => {
      const made = spans.filter(
        (span) => span.name === 'cluster.createJob' && attributesOf(span)['job'] === runId,
      );
      expect(made).toHaveLength(1);
      const [job] = made as [CollectedSpan];
      expect(job.traceId).toBe(caller?.traceId);
      // The driver continues the same trace.
      const manifest = parts.manifests.get(runId);
      const env = JSON.stringify(manifest?.spec.template);
      const given = readTraceparent(manifest?.metadata.annotations['traceparent']);
      expect(given?.traceId).toBe(caller?.traceId);
      expect(byId.get(given?.spanId ?? '')?.name).toBe('POST runs');
      expect(env).toContain(
        `{"name":"TRACEPARENT","value":"${manifest?.metadata.annotations['traceparent']}"}`,
      );
      expect(job.links.map(({ spanId }) => spanId)).toEqual([given?.spanId]);
      return wayTo(job).join(' > ');
    });
    const direct = `${caller?.spanId} > POST runs > cluster.createJob`;
    const queued = `${caller?.spanId} > POST runs > queue.send > message dispatch > cluster.createJob`;
    expect(new Set(ways)).toEqual(new Set([direct, queued]));
    // A follower has a trace of its own, with a link, and no spans inside.
    const follows = spans.filter(({ name }) => name === 'message follow');
    for (const { traceId, links, spanId } of follows) {
      expect(traceId).not.toBe(caller?.traceId);
      expect(links.map((link) => link.traceId)).toEqual([caller?.traceId]);
      expect(spans.filter(({ parentSpanId }) => parentSpanId === spanId)).toEqual([]);
    }
    expect(follows.length).toBeGreaterThan(0);

    const lines = collector.lines().filter(({ body }) => body.stringValue === 'request');
    expect(new Set(lines.map(({ traceId }) => traceId))).toEqual(new Set([caller?.traceId]));
    const names = new Set(collector.metrics().map(({ name }) => name));
    expect([...names]).toEqual(
      expect.arrayContaining([
        'http.server.request.duration',
        'sluice.dependency.duration',
        'sluice.message.duration',
        'process.memory.usage',
        'nodejs.eventloop.delay.p99',
      ]),
    );
    // Every exported request carries the key as a header, and nothing secret in what it says.
    expect(collector.requests.length).toBeGreaterThan(2);
    for (const { headers, body } of collector.requests) {
      expect(headers).toMatchObject({ 'x-key': KEY });
      for (const secret of [ADMIN, KEY, PARAM, 'secret-key-', 'secret-of-the-query'])
        expect(body).not.toContain(secret);
    }
  });
});

describe('a collector that is away', () => {
  it.each(['refuses', 'hangs'])('costs no request anything when it %s', async (how) => {
    const sockets: { destroy(): void }[] = [];
    const server = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    if (how === 'refuses') await new Promise((resolve) => server.close(resolve));
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    try {
      const parts = await instance(`http://127.0.0.1:${port}`);
      // More spans than its queue takes.
      for (let round = 0; round < 2_500; round += 1)
        await parts.telemetry.span('work', { kind: 'internal' }, async () => undefined);
      expect((await start(parts.service, 'lane')).status).toBe(201);
      await parts.telemetry.flush();
      await new Promise((resolve) => setImmediate(resolve));
      expect(rejections).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});

describe('headers for a collector', () => {
  it('are read as OpenTelemetry writes them', () => {
    expect(headersOf('a=b, c-d=e%20f,=x,nothing,g=h=i')).toEqual({
      a: 'b',
      'c-d': 'e f',
      g: 'h=i',
    });
  });
});

describe('a traceparent', () => {
  it.each([
    ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
    ['00-00000000000000000000000000000000-b7ad6b7169203331-01', false],
    ['00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01', false],
    ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', false],
    ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', false],
    ['$(reboot)', false],
    [undefined, false],
  ])('%s is read: %s', (given, valid) => {
    expect(readTraceparent(given) !== undefined).toBe(valid);
  });
});

describe('Application Insights', () => {
  it('is what the connection string asks for, and its host sends the request itself', async () => {
    const settings = readSettings({
      ...ENVIRONMENT,
      APPLICATIONINSIGHTS_CONNECTION_STRING:
        'InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:1',
    });
    const { operations } = await createOutside(settings);
    expect(operations.hostTraces).toBe(true);
    await operations.telemetry.span('work', { kind: 'internal', parent: CALLER }, async (span) => {
      expect(readTraceparent(span.traceparent)?.traceId).toBe(readTraceparent(CALLER)?.traceId);
      expect(operations.telemetry.current()?.traceparent).toBe(span.traceparent);
    });
    await operations.telemetry.flush();
  });

  it('counts after a collector', () => {
    const both = { APPLICATIONINSIGHTS_CONNECTION_STRING: 'x' };
    const { telemetry } = readSettings({
      ...ENVIRONMENT,
      ...both,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    });
    expect(telemetry).toEqual({ endpoint: 'http://collector:4318', headers: '' });
  });
});
