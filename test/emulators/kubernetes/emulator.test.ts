/** What only the emulator has: failures on request, and faults. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetes, type Kubernetes } from '../../../src/emulators/kubernetes/kubernetes.ts';
import { type Client, connect, job, newName, type StatusBody, until } from './suite/client.ts';

const LOOP = 'trap "exit 0" TERM; while :; do sleep .1; done';
const asked = (mode: string) => ({ annotations: { 'emulator.sluice.dev/fail': mode } });

let kubernetes: Kubernetes;
let client: Client;

beforeAll(async () => {
  kubernetes = await createKubernetes({ log: (message) => console.error(message) });
  client = connect(kubernetes);
});
afterAll(async () => {
  await client.close();
  await kubernetes.close();
});
afterEach(() => kubernetes.faults.clear());

describe('failures on request', () => {
  it('a misspelt request is refused, so that no test tests nothing', async () => {
    const refused = await client.ask<StatusBody>(
      'POST',
      client.jobs(),
      job('misspelt', 'true', asked('out-of-memory')),
    );
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain('supported values: "image-missing"');
  });

  it('slow-start: ContainerCreating for that long, then a normal run', async () => {
    const name = newName('slow');
    await client.createJob(job(name, 'echo late', asked('slow-start=1.5')));
    const pod = await client.pod(name, ({ status }) => status?.containerStatuses !== undefined);
    expect((await client.log(pod)).body.message).toMatch(/waiting to start: ContainerCreating$/);
    await client.ended(name);
    expect((await client.log(pod)).text).toBe('late\n');
    await client.deleteJob(name);
  });

  it('no-pod-seconds: an active Job without pod, then a normal run', async () => {
    const name = newName('late');
    await client.createJob(job(name, 'true', asked('no-pod-seconds=2')));
    const started = await until('a start time', async () => {
      const { body } = await client.getJob(name);
      return body.status?.startTime === undefined ? undefined : body;
    });
    expect(started.status?.active).toBeUndefined();
    expect(await client.podsOf(name)).toEqual([]);
    const ended = await client.ended(name);
    expect(client.condition(ended, 'Complete')).toBeDefined();
    await client.deleteJob(name);
  });

  it('node-lost: not ready, then deleted without end; Failed only when the node is back', async () => {
    const name = newName('lost');
    await client.createJob(job(name, LOOP, asked('node-lost=0.3')));
    const pod = await client.pod(name, ({ metadata }) => metadata?.deletionTimestamp !== undefined);
    expect(pod.status?.phase).toBe('Running');
    expect(pod.status?.containerStatuses?.[0]?.state?.running).toBeDefined();
    const condition = (type: string) => pod.status?.conditions?.find((one) => one.type === type);
    expect(condition('Ready')?.status).toBe('False');
    expect(condition('DisruptionTarget')?.reason).toBe('DeletionByTaintManager');
    const target = await until('FailureTarget', async () => {
      const { body } = await client.getJob(name);
      return client.condition(body, 'FailureTarget') && body;
    });
    expect(client.condition(target, 'Failed')).toBeUndefined();
    expect(target.status?.terminating).toBe(1);
    expect((await client.log(pod)).status).toBe(500);
    await client.ask(
      'PATCH',
      client.objects('pods', pod.metadata?.name),
      { metadata: { annotations: null } },
      'application/merge-patch+json',
    );
    const ended = await client.ended(name);
    expect(client.condition(ended, 'Failed')?.reason).toBe('BackoffLimitExceeded');
    expect(await client.podsOf(name)).toEqual([]);
    await client.deleteJob(name);
  });

  it.each([
    ['by the container', ['no-such-tool'], 'StartError'],
    ['by a shell', ['sh', '-c', 'exec no-such-tool "$@"'], 'Error'],
    ['by bash', ['bash', '-c', 'echo begun; no-such-tool'], 'Error'],
  ])(
    'a program that is not here, called %s, is told as what the emulator is',
    async (_by, command, reason) => {
      const name = newName('not-here');
      const { pod } = await client.run(job(name, '', { container: { command, args: [] } }));
      expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
        reason,
        message:
          'no `no-such-tool` on this machine and the local emulator runs no images; use --kubeconfig',
      });
      await client.deleteJob(name);
    },
  );

  it('a pod without a command fails with a message that says why', async () => {
    const name = newName('entry');
    const draft = job(name, '');
    delete (draft.spec.template.spec.containers[0] as { command?: string[] }).command;
    const { pod } = await client.run(draft);
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      message: expect.stringContaining('set the command of the container'),
    });
    await client.deleteJob(name);
  });
});

describe('what it does not do is refused, so that nobody takes it for done', () => {
  const draft = job('never', 'true', { spec: { suspend: true } });

  it.each<[what: string, method: string, query: string, body: unknown, type: string]>([
    ['another dry run', 'POST', '?dryRun=Some', draft, 'application/json'],
    ['strict validation', 'POST', '?fieldValidation=Strict', draft, 'application/json'],
    ['deleting a collection', 'DELETE', '', undefined, ''],
    ['a label selector with a set', 'GET', '?labelSelector=a%20in%20(b)', undefined, ''],
    ['a label selector that excludes', 'GET', '?labelSelector=a!%3Db', undefined, ''],
    ['a field selector that excludes', 'GET', '?fieldSelector=metadata.name!%3Db', undefined, ''],
  ])('%s', async (_what, method, query, body, type) => {
    const { status } = await client.ask(method, `${client.jobs()}${query}`, body, type);
    expect(status).toBe(method === 'DELETE' ? 405 : 400);
    expect((await client.ask<{ items: unknown[] }>('GET', client.jobs())).body.items).toEqual([]);
  });

  it('but a dry run of a creation, which makes nothing', async () => {
    const dry = await client.ask('POST', `${client.jobs()}?dryRun=All`, draft, 'application/json');
    expect(dry.status).toBe(201);
    expect((await client.ask<{ items: unknown[] }>('GET', client.jobs())).body.items).toEqual([]);
  });

  it('a Job with a pod failure policy', async () => {
    const podFailurePolicy = { rules: [] };
    const refused = await client.ask<StatusBody>(
      'POST',
      client.jobs(),
      job('never', 'true', { spec: { podFailurePolicy } }),
    );
    expect(refused.status).toBe(422);
    expect(refused.body.details?.causes?.[0]?.field).toBe('spec.podFailurePolicy');
  });

  it('an update, and patches but for test, replace and merge', async () => {
    const name = newName('as-it-is');
    const { body: before } = await client.createJob(job(name, 'true', { spec: { suspend: true } }));
    expect((await client.ask('PUT', client.jobs(name), before)).status).toBe(405);
    expect((await client.patchJob(name, {}, 'strategic-merge-patch')).status).toBe(415);
    const added = [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }];
    expect((await client.patchJob(name, added, 'json-patch')).status).toBe(400);
    const dry = await client.deleteJob(name, { dryRun: ['All'] });
    expect(dry.status).toBe(400);
    const { body: after } = await client.getJob(name);
    expect(after.spec).toEqual(before.spec);
    expect(after.metadata?.uid).toBe(before.metadata?.uid);
    expect(after.metadata?.labels ?? {}).toEqual({});
    await client.deleteJob(name);
  });

  it('variables of a whole ConfigMap, and of resources: the container waits and says so', async () => {
    const valueFrom = { resourceFieldRef: { resource: 'limits.cpu' } };
    for (const container of [
      { envFrom: [{ configMapRef: { name: 'any' } }] },
      { env: [{ name: 'CPU', valueFrom }] },
    ]) {
      const name = newName('variables');
      await client.createJob(job(name, 'true', { container }));
      const pod = await client.pod(name, ({ status }) => status?.containerStatuses !== undefined);
      expect(pod.status?.containerStatuses?.[0]?.state?.waiting).toMatchObject({
        reason: 'CreateContainerConfigError',
        message: expect.stringContaining('the emulator'),
      });
      await client.deleteJob(name);
    }
  });
});

describe('faults', () => {
  it('a status is answered as often as asked, and nothing has happened', async () => {
    const name = newName('fault');
    kubernetes.faults.failNext(2, { match: /^POST .*\/jobs/, status: 429, retryAfter: 1 });
    for (let turn = 0; turn < 2; turn += 1) {
      const failed = await client.createJob(job(name, 'true'));
      expect(failed.status).toBe(429);
      expect(failed.headers['retry-after']).toBe('1');
      expect(failed.body).toMatchObject({ kind: 'Status', reason: 'TooManyRequests', code: 429 });
    }
    expect((await client.getJob(name)).status).toBe(404);
    expect((await client.createJob(job(name, 'true'))).status).toBe(201);
    await client.deleteJob(name);
  });

  it('after the effect: the connection breaks, and yet it has happened', async () => {
    const name = newName('effect');
    kubernetes.faults.failNext(1, { match: /^POST/, afterEffect: true });
    await expect(client.createJob(job(name, 'true'))).rejects.toThrow(/closed|reset/);
    expect((await client.getJob(name)).status).toBe(200);
    kubernetes.faults.failNext(1, { match: /^DELETE/, afterEffect: true, status: 500 });
    expect((await client.deleteJob(name)).status).toBe(500);
    expect((await client.getJob(name)).status).toBe(404);
  });

  it('a hanging request is never answered, others are', async () => {
    kubernetes.faults.failNext(1, { match: /hangs/, hang: true });
    const hanging = client.getJob('hangs');
    const outcome = hanging.then(
      () => 'answered',
      () => 'cut',
    );
    expect((await client.getJob('other')).status).toBe(404);
    kubernetes.faults.disconnect();
    expect(await outcome).toBe('cut');
  });

  it('after a compaction, watches and pages from before are Expired', async () => {
    const names = [newName('old'), newName('old')];
    for (const name of names)
      await client.createJob(job(name, 'true', { spec: { suspend: true } }));
    const list = await client.ask<{ metadata: { resourceVersion: string; continue: string } }>(
      'GET',
      `${client.jobs()}?limit=1`,
    );
    const { resourceVersion, continue: token } = list.body.metadata;
    await client.patchJob(names[0] ?? '', { metadata: { labels: { a: 'b' } } });
    kubernetes.faults.compact();
    const watched = await client.ask<{ type: string; object: StatusBody }>(
      'GET',
      `${client.jobs()}?watch=1&resourceVersion=${resourceVersion}`,
    );
    expect(watched.status).toBe(200);
    expect(watched.body).toMatchObject({ type: 'ERROR', object: { reason: 'Expired', code: 410 } });
    const page = await client.ask<StatusBody & { metadata: { continue: string } }>(
      'GET',
      `${client.jobs()}?limit=1&continue=${token}`,
    );
    expect(page.body).toMatchObject({ reason: 'Expired', code: 410 });
    const rest = await client.ask<{ items: unknown[] }>(
      'GET',
      `${client.jobs()}?continue=${page.body.metadata.continue}`,
    );
    expect(rest.body.items).toHaveLength(1);
    for (const name of names) await client.deleteJob(name);
  });
});

describe('access', () => {
  it('without the token nothing is readable but health and version', async () => {
    const stranger = connect(kubernetes, 'wrong');
    const refused = await stranger.getJob('any');
    expect(refused.body).toMatchObject({
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
    expect((await stranger.createJob(job('any', 'true'))).status).toBe(401);
    expect((await stranger.ask('GET', '/readyz')).text).toBe('ok');
    expect((await stranger.ask('GET', '/version')).status).toBe(200);
    await stranger.close();
  });
});
