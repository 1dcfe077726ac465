/** Log streams, credentials and connections of the Kubernetes adapter when the other side fails. */
import { expect, test } from 'vitest';
import { createClusters } from '../../../src/adapters/kubernetes/connections.ts';
import { rejection, text } from './support/cluster-fixture.ts';
import { failure, jobJson, json, manifest, serve, target } from './support/server.ts';

test.each(['dies', 'falls silent'])(
  'a followed log whose server %s is unavailable, after all that came',
  async (how) => {
    const came = Promise.withResolvers<void>();
    const { cluster } = await serve(
      (_seen, response) => {
        response.writeHead(200);
        response.write('2026-01-01T00:00:00.000000000Z one\n');
        if (how === 'dies') void came.promise.then(() => response.destroy());
      },
      { followIdleMs: 1_000 },
    );
    let got = '';
    const error = await rejection(
      (async () => {
        for await (const chunk of cluster.readLog('p', 'c', { follow: true })) {
          got += Buffer.from(chunk).toString();
          came.resolve();
        }
      })(),
    );
    expect(error.code).toBe('unavailable');
    expect(got).toContain('one');
  },
);

test('a follow that gets no answer at all is unavailable once it was silent for too long', async () => {
  const { cluster } = await serve(() => undefined, { followIdleMs: 200 });
  const error = await rejection(text(cluster.readLog('p', 'c', { follow: true })));
  expect(error.code).toBe('unavailable');
});

test('a follow waits for its first line as long as for any other', async () => {
  const begun = Promise.withResolvers<() => void>();
  const { cluster, seen } = await serve(
    (_seen, response) => {
      // Neither headers nor body, as an API server does until the container prints.
      begun.resolve(() => response.end('2026-01-01T00:00:00.000000000Z one\n'));
    },
    { deadlineMs: 50 },
  );
  const log = text(cluster.readLog('p', 'c', { follow: true }));
  const print = await begun.promise;
  // A call with the deadline is over by then: undici looks at its times about once a second.
  expect(await rejection(text(cluster.readLog('p', 'c', {})))).toMatchObject({ status: 0 });
  print();
  expect(await log).toContain('one');
  expect(seen).toHaveLength(2);
});

test('a log that the kubelet has lost is not ready, although it says so with status 200', async () => {
  const { cluster } = await serve((_seen, response) => {
    response.end('unable to retrieve container logs for containerd://0123');
  });
  expect(await rejection(text(cluster.readLog('p', 'c', {})))).toMatchObject({
    code: 'not_ready',
    message: expect.stringContaining('containerd://0123'),
  });
});

test('credentials that are refused are read anew, once, also to create something', async () => {
  const { cluster, seen } = await serve((_seen, response, count) =>
    json(
      response,
      count === 1 ? 401 : 201,
      count === 1 ? failure(401, 'no') : jobJson({ suspend: true }),
    ),
  );
  expect(await cluster.createJob(manifest)).toMatchObject({ suspended: true });
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST']);
});

test('credentials that stay refused are denied', async () => {
  const { cluster, seen } = await serve((_seen, response) =>
    json(response, 401, failure(401, 'Unauthorized')),
  );
  expect(await rejection(cluster.createJob(manifest))).toMatchObject({
    code: 'denied',
    status: 401,
  });
  expect(seen).toHaveLength(2);
});

test.each([
  ['no-such-connection', 'no-such-connection'],
  ['no-such-file', 'ENOENT'],
  ['no-context', 'no context'],
  ['no-yaml', 'not usable'],
])('a connection that does not work (%s) is unavailable and says why', async (connection, why) => {
  const clusters = createClusters({
    connections: {
      'no-such-file': { kubeconfig: '/no/such/file' },
      'no-context': { kubeconfig: '{"clusters":[],"users":[],"contexts":[]}', context: 'x' },
      'no-yaml': { kubeconfig: '{"clusters": [\n' },
    },
  });
  const cluster = clusters.connect({ ...target, connection });
  const error = await rejection(cluster.list());
  expect(error.code).toBe('unavailable');
  expect(error.message).toContain(why);
});

test('the same target gets the same cluster, another namespace another one', () => {
  const clusters = createClusters({ connections: {} });
  expect(clusters.connect(target)).toBe(clusters.connect({ ...target, nextflow_image: 'other' }));
  expect(clusters.connect(target)).not.toBe(clusters.connect({ ...target, namespace: 'other' }));
});
