/** The packages of telemetry in the bundle: that they load, and send, in the Functions host. */
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { build } from '../../../src/build/build.ts';
import { attributesOf, startCollector } from '../../functions/telemetry/collector.ts';
import { PATIENCE } from '../../support/patience.ts';
import { hello, startStack } from '../support/stack.ts';

beforeAll(async () => {
  await build();
});

it('sends a start as one trace, from the call to the Job, and the log with it', async () => {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  const stack = await startStack([], { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
  const { run_id } = await hello(stack.client, 1);
  await vi.waitFor(() => {
    const spans = collector.spans();
    const job = spans.find(
      (span) => span.name === 'cluster.createJob' && attributesOf(span)['job'] === run_id,
    );
    if (!job) throw new Error('no span of the Job');
    const call = spans.find(({ name, traceId }) => name === 'POST runs' && traceId === job.traceId);
    if (!call) throw new Error('no span of the call');
    const told = collector
      .lines()
      .find(({ body, traceId }) => body.stringValue === 'request' && traceId === call.traceId);
    if (!told) throw new Error('no line of the request');
  }, PATIENCE);
  // Its other exporter, which sends nothing here.
  const other = await startStack([], {
    APPLICATIONINSIGHTS_CONNECTION_STRING:
      'InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:1',
  });
  expect((await hello(other.client, 1)).run_id).toMatch(/^r/);
});
