/** An API server on loopback that answers as a test says, with the Kubernetes adapter connected to it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { ClusterOptions } from '../../../../src/adapters/kubernetes/cluster.ts';
import { createClusters } from '../../../../src/adapters/kubernetes/connections.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import type { Cluster } from '../../../../src/ports/cluster.ts';
import { newId, scriptJob, text } from './cluster-fixture.ts';

type Seen = { readonly method: string; readonly url: URL; readonly body: string };
type Handler = (seen: Seen, response: ServerResponse, count: number) => void;

export const target = Target.parse({ name: 'default', namespace: 'ns' });
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** An API server on loopback that answers as the test says; the adapter is connected to it by kubeconfig. */
export async function serve(handler: Handler, options: Partial<ClusterOptions> = {}) {
  const seen: Seen[] = [];
  const sockets = new Set<unknown>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    sockets.add(request.socket);
    let body = '';
    for await (const chunk of request) {
      body += String(chunk);
    }
    const { method = '', url = '' } = request;
    const entry = { method, url: new URL(url, 'http://x'), body };
    seen.push(entry);
    handler(entry, response, seen.length);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: address } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
  const clusters = createClusters({ connections: { default: { kubeconfig } } }, options);
  closers.push(async () => {
    await clusters.close();
    server.closeAllConnections();
    server.close();
  });
  return { cluster: clusters.connect(target), seen, sockets, server };
}

export const json = (response: ServerResponse, status: number, body: unknown, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
export const failure = (status: number, message: string) => ({
  kind: 'Status',
  code: status,
  message,
});
export const noItems = { items: [], metadata: {} };
export const jobJson = (spec: Record<string, unknown>, uid = 'u1') => ({
  metadata: { name: 'j', uid, creationTimestamp: '2026-01-01T00:00:00Z', labels: {} },
  spec: { template: {}, ...spec },
});
export const manifest = scriptJob(target, 'true', { run_id: newId() });

export const calls: [string, (cluster: Cluster) => Promise<unknown>][] = [
  ['list', (cluster) => cluster.list()],
  ['createJob', (cluster) => cluster.createJob(manifest)],
  [
    'createConfig',
    (cluster) =>
      cluster.createConfig({ name: 'c', labels: {}, files: {} }, { name: 'j', uid: 'u' }),
  ],
  ['unsuspend', (cluster) => cluster.unsuspend({ name: 'j', uid: 'u' })],
  ['deleteJob', (cluster) => cluster.deleteJob({ name: 'j', uid: 'u', config: '' })],
  ['deletePod', (cluster) => cluster.deletePod({ name: 'p', uid: 'u' })],
  ['events', (cluster) => cluster.events('Job', 'j')],
  ['readLog', (cluster) => text(cluster.readLog('p', 'c', {}))],
  ['hasConfig', (cluster) => cluster.hasConfig({ uid: 'u', config: 'c' })],
  ['fence', (cluster) => cluster.fence({ config: 'c' })],
];
