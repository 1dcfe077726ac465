/** Jobs from creation to their end. */
import { setHeaderOptions, type V1Job } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { type Client, job, newName, type StatusBody, until, type WatchLine } from './client.ts';
import type { Subject } from './suite.ts';

/** The Job as it was when it went. */
async function deleted(client: Client, { metadata }: V1Job): Promise<V1Job> {
  const query = new URLSearchParams({
    watch: '1',
    resourceVersion: metadata?.resourceVersion ?? '',
    fieldSelector: `metadata.name=${metadata?.name}`,
  });
  const { body } = await client.open('GET', `${client.jobs()}?${query.toString()}`);
  let rest = '';
  for await (const chunk of body.setEncoding('utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    const changes = lines.map((line) => JSON.parse(line) as WatchLine);
    const last = changes.find(({ type }) => type === 'DELETED');
    if (last !== undefined) return last.object;
  }
  throw new Error('the watch ended before the Job went');
}

export function jobTests(subject: Subject): void {
  it('a suspended Job is echoed as suspended, gets its defaults, and makes no pod', async () => {
    const { client } = subject;
    const name = newName('suspended');
    const body = await client.batch.createNamespacedJob({
      namespace: client.namespace,
      body: job(name, 'true', { spec: { suspend: true }, labels: { a: 'b' } }),
    });
    expect(body.spec).toMatchObject({
      suspend: true,
      parallelism: 1,
      completions: 1,
      completionMode: 'NonIndexed',
      podReplacementPolicy: 'TerminatingOrFailed',
    });
    const uid = body.metadata?.uid;
    expect(body.spec?.template.metadata?.labels).toEqual({
      'batch.kubernetes.io/controller-uid': uid,
      'batch.kubernetes.io/job-name': name,
      'controller-uid': uid,
      'job-name': name,
    });
    const suspended = await until('the condition Suspended', async () => {
      const { body } = await client.getJob(name);
      return client.condition(body, 'Suspended') && body;
    });
    expect(suspended.status?.active).toBeUndefined();
    expect(suspended.status?.startTime).toBeUndefined();
    expect(await client.podsOf(name)).toEqual([]);
    await client.deleteJob(name);
  });

  it('a name that is taken is refused with AlreadyExists, and the first Job stays', async () => {
    const { client } = subject;
    const name = newName('twice');
    const draft = job(name, 'true', { spec: { suspend: true } });
    const first = await client.createJob(draft);
    const second = await client.ask<StatusBody>('POST', client.jobs(), draft);
    expect(second.status).toBe(409);
    expect(second.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `jobs.batch "${name}" already exists`,
      reason: 'AlreadyExists',
      details: { name, group: 'batch', kind: 'jobs' },
      code: 409,
    });
    expect((await client.getJob(name)).body.metadata?.uid).toBe(first.body.metadata?.uid);
    await client.deleteJob(name);
  });

  it('a JSON Patch that tests the uid unsuspends that Job only', async () => {
    const { client } = subject;
    const name = newName('patch');
    const { body } = await client.createJob(job(name, 'true', { spec: { suspend: true } }));
    const patch = (uid: string | undefined) => [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'replace', path: '/spec/suspend', value: false },
    ];
    const wrong = await client.patchJob<StatusBody>(name, patch('another'), 'json-patch');
    expect(wrong.status).toBe(422);
    expect(wrong.body).toMatchObject({ reason: 'Invalid', details: {}, code: 422 });
    expect((await client.getJob(name)).body.spec?.suspend).toBe(true);
    const right = await client.batch.patchNamespacedJob(
      { name, namespace: client.namespace, body: patch(body.metadata?.uid) },
      setHeaderOptions('Content-Type', 'application/json-patch+json'),
    );
    expect(right.spec?.suspend).toBe(false);
    const again = await client.patchJob(name, patch(body.metadata?.uid), 'json-patch');
    expect(again.status).toBe(200);
    await client.ended(name);
    await client.deleteJob(name);
  });

  it('a Job that succeeds is Complete, with its pod, its counts and its events', async () => {
    const { client } = subject;
    const name = newName('success');
    const { job: ended, pod } = await client.run(job(name, 'echo hello', { labels: { x: 'y' } }));
    const types = ended.status?.conditions?.map(({ type }) => type);
    expect(types).toEqual(['SuccessCriteriaMet', 'Complete']);
    expect(ended.status).toMatchObject({ succeeded: 1, ready: 0, terminating: 0 });
    expect(ended.status?.active).toBeUndefined();
    expect(ended.status?.completionTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(pod.status?.phase).toBe('Succeeded');
    expect(pod.metadata?.ownerReferences).toEqual([
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        name,
        uid: ended.metadata?.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    const [status] = pod.status?.containerStatuses ?? [];
    expect(status).toMatchObject({ name: 'main', ready: false, restartCount: 0, started: false });
    expect(status?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    const reasons = async (uid: string | undefined) =>
      (await client.events(uid)).map(({ reason }) => reason);
    await until('the Job’s events', async () =>
      (await reasons(ended.metadata?.uid)).includes('Completed') ? true : undefined,
    );
    expect(await reasons(ended.metadata?.uid)).toContain('SuccessfulCreate');
    expect(await reasons(pod.metadata?.uid)).toEqual(
      expect.arrayContaining(['Scheduled', 'Pulled', 'Created', 'Started']),
    );
    await client.deleteJob(name);
  });

  it('a Job whose container fails is announced by FailureTarget and then Failed', async () => {
    const { client } = subject;
    const name = newName('failure');
    const { job: ended, pod } = await client.run(
      job(name, 'echo the reason; exit 3', {
        container: { terminationMessagePolicy: 'FallbackToLogsOnError' },
      }),
    );
    expect(ended.status?.conditions).toMatchObject([
      { type: 'FailureTarget', status: 'True', reason: 'BackoffLimitExceeded' },
      {
        type: 'Failed',
        status: 'True',
        reason: 'BackoffLimitExceeded',
        message: 'Job has reached the specified backoff limit',
      },
    ]);
    expect(ended.status).toMatchObject({ failed: 1, ready: 0 });
    expect(pod.status?.phase).toBe('Failed');
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 3,
      reason: 'Error',
      message: 'the reason\n',
    });
    await client.deleteJob(name);
  });

  it('a container’s own termination message is shown, whatever its log says', async () => {
    const { client } = subject;
    const name = newName('message');
    const { pod } = await client.run(job(name, 'printf done > /dev/termination-log; echo log'));
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated?.message).toBe('done');
    await client.deleteJob(name);
  });

  it('a Job suspended again loses its pod by TERM, without having failed, and can go on', async () => {
    const { client } = subject;
    const name = newName('again');
    await client.createJob(job(name, 'trap "exit 0" TERM; while :; do sleep .1; done'));
    await client.runningPod(name);
    await client.patchJob(name, { spec: { suspend: true } });
    const suspended = await until('no pod', async () => {
      if ((await client.podsOf(name)).length > 0) return undefined;
      const { body } = await client.getJob(name);
      return client.condition(body, 'Suspended') && (body.status?.terminating ?? 0) === 0
        ? body
        : undefined;
    });
    expect(suspended.status?.failed).toBeUndefined();
    expect(suspended.status?.active).toBeUndefined();
    await client.patchJob(name, { spec: { suspend: false } });
    await client.runningPod(name);
    const { body } = await client.getJob(name);
    const resumed = body.status?.conditions?.find(({ type }) => type === 'Suspended');
    expect(resumed).toMatchObject({ status: 'False', reason: 'JobResumed' });
    await client.deleteJob(name);
  });

  it('a Job past its deadline fails with DeadlineExceeded, and its pod is deleted', async () => {
    const { client } = subject;
    const name = newName('deadline');
    const draft = job(name, 'trap "exit 0" TERM; while :; do sleep .1; done', {
      spec: { activeDeadlineSeconds: 2 },
    });
    const { job: ended } = await client.run(draft);
    expect(client.condition(ended, 'FailureTarget')?.reason).toBe('DeadlineExceeded');
    expect(client.condition(ended, 'Failed')).toMatchObject({
      reason: 'DeadlineExceeded',
      message: 'Job was active longer than specified deadline',
    });
    await until('no pod', async () =>
      (await client.podsOf(name)).length === 0 ? true : undefined,
    );
    await client.deleteJob(name);
  });

  it('a finished Job goes after its time to live, with its pod', async () => {
    const { client } = subject;
    const name = newName('ttl');
    const spec = { ttlSecondsAfterFinished: 1 };
    const { body: created } = await client.createJob(job(name, 'true', { spec }));
    // Times are whole seconds, cut, so that a time to live of 1 s may be over at once: who asks now
    // and then may never see the end. A watch tells all.
    const gone = await deleted(client, created);
    expect((await client.getJob(name)).status).toBe(404);
    expect(await client.podsOf(name)).toEqual([]);
    const endedAt = client.condition(gone, 'Complete')?.lastTransitionTime;
    const deletedAt = gone.metadata?.deletionTimestamp;
    expect(Date.parse(String(deletedAt))).toBeGreaterThanOrEqual(
      Date.parse(String(endedAt)) + 1_000,
    );
  });
}
