/** A collector of OTLP over HTTP, as JSON, in this process. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Value = { readonly stringValue?: string; readonly intValue?: number | string };
type Attribute = { readonly key: string; readonly value: Value };
export type CollectedSpan = {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly attributes: readonly Attribute[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number };
};
type CollectedMetric = {
  readonly name: string;
  readonly histogram?: {
    readonly dataPoints: readonly { readonly attributes: readonly Attribute[] }[];
  };
};
type CollectedLine = {
  readonly traceId?: string;
  readonly body: { readonly stringValue: string };
};

/** What a collector gets, of all three kinds. */
type Body = {
  readonly resourceSpans?: readonly { scopeSpans: readonly { spans: CollectedSpan[] }[] }[];
  readonly resourceMetrics?: readonly { scopeMetrics: readonly { metrics: CollectedMetric[] }[] }[];
  readonly resourceLogs?: readonly { scopeLogs: readonly { logRecords: CollectedLine[] }[] }[];
};

export const attributesOf = ({ attributes }: { readonly attributes: readonly Attribute[] }) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
  );

export async function startCollector() {
  const requests: { readonly headers: object; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      requests.push({ headers: request.headers, body: await text(request) });
      response.setHeader('content-type', 'application/json').end('{}');
    };
    void take();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bodies = (): Body[] => requests.map(({ body }) => JSON.parse(body) as Body);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: () =>
      bodies().flatMap(({ resourceSpans = [] }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    metrics: () =>
      bodies().flatMap(({ resourceMetrics = [] }) =>
        resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((each) => each.metrics)),
      ),
    lines: () =>
      bodies().flatMap(({ resourceLogs = [] }) =>
        resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap((each) => each.logRecords)),
      ),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
