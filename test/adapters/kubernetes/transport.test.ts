/** What the Kubernetes adapter does with an API server that is slow, broken or overloaded. */
import { expect, test, vi } from 'vitest';
import { rejection } from './support/cluster-fixture.ts';
import { calls, failure, jobJson, json, manifest, noItems, serve } from './support/server.ts';

test.each(calls)(
  '%s of a server that never answers is unavailable at its deadline',
  async (_, call) => {
    // It would never reject without: the server says nothing.
    const { cluster } = await serve(() => undefined, { deadlineMs: 200 });
    expect(await rejection(call(cluster))).toMatchObject({ code: 'unavailable', status: 0 });
  },
);

test.each(calls)(
  '%s of a server that answers half and hangs is unavailable at its deadline',
  async (_, call) => {
    const { cluster } = await serve(
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"items": [');
      },
      { deadlineMs: 200 },
    );
    expect(await rejection(call(cluster))).toMatchObject({ code: 'unavailable', status: 0 });
  },
);

test.each(calls)('%s that gets a page of a proxy is unavailable', async (_, call) => {
  const { cluster } = await serve((_seen, response) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end('<html>Bad gateway</html>');
  });
  expect(await rejection(call(cluster))).toMatchObject({ code: 'unavailable', status: 502 });
});

test('an answer that is no JSON is unavailable, not a crash', async () => {
  const { cluster } = await serve((_seen, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('<html>Sign in</html>');
  });
  expect(await rejection(cluster.list())).toMatchObject({ code: 'unavailable' });
});

test('a server that is not there is unavailable', async () => {
  const { cluster, server } = await serve(() => undefined);
  server.close();
  const error = await rejection(cluster.list());
  expect(error).toMatchObject({ code: 'unavailable', status: 0 });
  expect(error.message).toContain('ECONNREFUSED');
});

test('reads and deletions are tried again after 500, 429 and a cut connection', async () => {
  for (const call of [calls[4], calls[6]]) {
    const { cluster, seen } = await serve((_seen, response, count) => {
      if (count === 1) {
        response.destroy();
      } else if (count === 2) {
        json(response, 500, failure(500, 'etcd'));
      } else {
        json(response, 200, noItems);
      }
    });
    await call?.[1](cluster);
    expect(seen).toHaveLength(3);
  }
});

test('Retry-After is honoured', async () => {
  using waits = vi.spyOn(globalThis, 'setTimeout');
  const { cluster, seen } = await serve((_seen, response, count) => {
    json(response, count === 1 ? 429 : 200, count === 1 ? failure(429, 'slow down') : noItems, {
      'retry-after': '1',
    });
  });
  await cluster.events('Job', 'j');
  expect(seen).toHaveLength(2);
  expect(waits.mock.calls.map(([, ms]) => ms)).toContain(1_000);
});

test('a Retry-After beyond the deadline is not waited for', async () => {
  const { cluster, seen } = await serve(
    (_seen, response) => json(response, 429, failure(429, 'slow down'), { 'retry-after': '60' }),
    { deadlineMs: 2_000 },
  );
  expect(await rejection(cluster.events('Job', 'j'))).toMatchObject({
    code: 'unavailable',
    status: 429,
    message: 'slow down',
  });
  expect(seen).toHaveLength(1);
});

test('what overload has turned away is asked for again, also to create or change something', async () => {
  for (const call of [calls[1], calls[2], calls[3]]) {
    const { cluster, seen } = await serve((_seen, response, count) =>
      json(
        response,
        count === 1 ? 429 : 200,
        count === 1 ? failure(429, 'too many requests') : jobJson({ suspend: true }, 'u'),
        { 'retry-after': '0' },
      ),
    );
    await call?.[1](cluster);
    expect(seen.map(({ method }) => method)).toEqual([seen[0]?.method, seen[0]?.method]);
  }
});

test('a Retry-After of more than some seconds is not waited for', async () => {
  const { cluster, seen } = await serve((_seen, response) =>
    json(response, 429, failure(429, 'slow down'), { 'retry-after': '8' }),
  );
  expect(await rejection(cluster.createJob(manifest))).toMatchObject({ code: 'unavailable' });
  expect(seen).toHaveLength(1);
});

test('an API server is told for how long anybody waits for what it is to create', async () => {
  for (const call of [calls[1], calls[2]]) {
    const { cluster, seen } = await serve(
      (_seen, response) => json(response, 200, jobJson({ suspend: true })),
      { deadlineMs: 5_000 },
    );
    await call?.[1](cluster);
    const timeout = seen[0]?.url.searchParams.get('timeout') ?? '';
    expect(timeout).toMatch(/^\d+ms$/);
    expect(Number.parseInt(timeout)).toBeLessThanOrEqual(5_000);
  }
});

test('nothing is created or changed twice by a retry', async () => {
  for (const call of [calls[1], calls[2], calls[3]]) {
    const { cluster, seen } = await serve((_seen, response) =>
      json(response, 500, failure(500, 'timeout')),
    );
    expect(await rejection(call?.[1](cluster) ?? Promise.resolve())).toMatchObject({
      code: 'unavailable',
      status: 500,
    });
    expect(seen).toHaveLength(1);
  }
});

test('all calls share one pool of connections', async () => {
  const { cluster, sockets } = await serve((_seen, response) => json(response, 200, noItems));
  for (let i = 0; i < 20; i += 1) {
    await cluster.events('Job', 'j');
  }
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test('a list is read page by page, and from the start when a page has expired', async () => {
  const item = (name: string) => ({
    ...jobJson({ suspend: true }, name),
    metadata: { name, uid: name },
  });
  let expired = 0;
  const { cluster, seen } = await serve(({ url }, response) => {
    if (!url.pathname.endsWith('/jobs')) {
      json(response, 200, noItems);
    } else if (!url.searchParams.has('continue')) {
      json(response, 200, { items: [item('a'), item('b')], metadata: { continue: 'next' } });
    } else if (expired++ === 0) {
      json(response, 410, failure(410, 'The provided continue parameter is too old'));
    } else {
      json(response, 200, { items: [item('c')], metadata: {} });
    }
  });
  const { jobs } = await cluster.list();
  expect(jobs.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  const pages = seen.filter(({ url }) => url.pathname.endsWith('/jobs'));
  expect(pages.map(({ url }) => url.searchParams.get('continue'))).toEqual([
    null,
    'next',
    null,
    'next',
  ]);
  // A consistent read: no resourceVersion.
  expect(pages[0]?.url.searchParams.toString()).toBe('labelSelector=sluice.dev%2Frun-id&limit=500');
});

test('what is asked about one run has no limit, and only that is asked for', async () => {
  const { cluster, seen } = await serve((_seen, response) => json(response, 200, noItems));
  await cluster.list('r1');
  await cluster.events('Job', 'j');
  expect(seen.map(({ url }) => url.searchParams.get('limit'))).toEqual([null, null, null, null]);
  await cluster.list('r1', ['drivers']);
  expect(seen.slice(4).map(({ url }) => url.search)).toEqual([
    '?labelSelector=sluice.dev%2Frun-id%3Dr1',
  ]);
});

test('a list whose pages always expire is unavailable', async () => {
  const { cluster } = await serve((_seen, response) =>
    json(response, 410, failure(410, 'expired')),
  );
  expect(await rejection(cluster.list())).toMatchObject({ code: 'unavailable', status: 410 });
});

test('a cluster that does not know suspend is refused, and its Job deleted by uid', async () => {
  const { cluster, seen } = await serve(({ method }, response) =>
    json(response, method === 'POST' ? 201 : 200, method === 'POST' ? jobJson({}) : {}),
  );
  const error = await rejection(cluster.createJob(manifest));
  expect(error).toMatchObject({ code: 'refused' });
  expect(error.message).toContain('1.24');
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  expect(JSON.parse(seen[1]?.body ?? '')).toEqual({
    propagationPolicy: 'Background',
    preconditions: { uid: 'u1' },
  });
});

test('the same is found when the Job was created by an earlier try', async () => {
  const { cluster, seen } = await serve(({ method }, response) =>
    method === 'POST'
      ? json(response, 409, failure(409, 'already exists'))
      : json(response, 200, jobJson({})),
  );
  expect(await rejection(cluster.createJob(manifest))).toMatchObject({ code: 'refused' });
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'DELETE']);
});

test('a Job that goes away between "exists" and reading it is created', async () => {
  const { cluster, seen } = await serve(({ method }, response, count) => {
    if (method === 'GET') {
      json(response, 404, failure(404, 'not found'));
    } else {
      json(
        response,
        count === 1 ? 409 : 201,
        count === 1 ? failure(409, 'exists') : jobJson({ suspend: true }),
      );
    }
  });
  expect(await cluster.createJob(manifest)).toMatchObject({ uid: 'u1', suspended: true });
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'GET', 'POST']);
});

test('a ConfigMap is sent once, whatever the answer: a second one could come after its deletion', async () => {
  const { cluster, seen } = await serve((_seen, response) =>
    json(response, 503, failure(503, 'not now')),
  );
  const config = { name: 'c', labels: {}, files: {} };
  await rejection(cluster.createConfig(config, { name: 'j', uid: 'u' }));
  expect(seen.map(({ method }) => method)).toEqual(['POST']);
});

test('the ConfigMap goes before the Job, and while it stays the Job stays', async () => {
  const { cluster, seen } = await serve(({ url }, response) =>
    url.pathname.includes('configmaps')
      ? json(response, 403, failure(403, 'configmaps is forbidden: not this one'))
      : json(response, 200, {}),
  );
  await rejection(cluster.deleteJob({ name: 'j', uid: 'u', config: 'c' }));
  expect(seen.map(({ url }) => url.pathname)).toEqual(['/api/v1/namespaces/ns/configmaps/c']);
});

test('a deletion that is refused by busy writers, not by the uid, is unavailable', async () => {
  const { cluster } = await serve(({ method }, response) =>
    method === 'DELETE'
      ? json(response, 409, failure(409, 'the object has been modified'))
      : json(response, 200, jobJson({}, 'u')),
  );
  expect(await rejection(cluster.deleteJob({ name: 'j', uid: 'u', config: '' }))).toMatchObject({
    code: 'unavailable',
  });
});

test('creating in a namespace that does not exist is refused', async () => {
  const { cluster } = await serve((_seen, response) =>
    json(response, 404, failure(404, 'namespaces "ns" not found')),
  );
  expect(await rejection(cluster.createJob(manifest))).toMatchObject({
    code: 'refused',
    status: 404,
  });
});
