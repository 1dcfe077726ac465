/** Deleting Jobs and pods: policies, preconditions, grace. */
import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { job, newName, type StatusBody, until } from './client.ts';
import type { Subject } from './suite.ts';

const STUBBORN = 'trap "echo term; sleep .5; exit 0" TERM; echo up; while :; do sleep .1; done';

export function deletionTests(subject: Subject): void {
  const gone = (name: string) =>
    until(`404 of ${name}`, async () =>
      (await subject.client.getJob(name)).status === 404 ? true : undefined,
    );
  const noPod = (name: string) =>
    until(`no pod of ${name}`, async () =>
      (await subject.client.podsOf(name)).length === 0 ? true : undefined,
    );

  it('without a policy the pod of a deleted Job goes on, owned by nobody', async () => {
    const { client } = subject;
    const name = newName('orphan');
    await client.createJob(job(name, STUBBORN));
    const pod = await client.runningPod(name);
    const answer = await client.ask<V1Job>('DELETE', client.jobs(name));
    expect(answer.status).toBe(200);
    expect(answer.body.kind).toBe('Job');
    expect(answer.body.metadata?.finalizers).toEqual(['orphan']);
    await gone(name);
    const orphan = await client.runningPod(name);
    expect(orphan.metadata?.uid).toBe(pod.metadata?.uid);
    expect(orphan.metadata?.ownerReferences).toBeUndefined();
    expect(orphan.metadata?.finalizers).toBeUndefined();

    const path = client.objects('pods', orphan.metadata?.name);
    const wrong = await client.ask<StatusBody>('DELETE', path, {
      preconditions: { uid: 'another' },
    });
    expect(wrong.status).toBe(409);
    expect(wrong.body).toMatchObject({
      reason: 'Conflict',
      details: { name: orphan.metadata?.name, kind: 'Pod' },
      message: `Operation cannot be fulfilled on Pod "${orphan.metadata?.name}": the UID in the precondition (another) does not match the UID in record (${orphan.metadata?.uid}). The object might have been deleted and then recreated`,
    });
    const right = await client.ask<V1Pod>('DELETE', path, {
      preconditions: { uid: orphan.metadata?.uid },
    });
    expect(right.status).toBe(200);
    expect(right.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 2 });
    expect(right.body.metadata?.deletionTimestamp).toBeDefined();
    await noPod(name);
  });

  it('Background: the Job is gone at once, its pod after TERM', async () => {
    const { client } = subject;
    const name = newName('background');
    const { body } = await client.createJob(job(name, STUBBORN));
    const uid = body.metadata?.uid;
    await client.runningPod(name);
    const wrong = await client.deleteJob(name, {
      propagationPolicy: 'Background',
      preconditions: { uid: 'another' },
    });
    expect(wrong.status).toBe(409);
    expect(wrong.body).toMatchObject({ reason: 'Conflict', code: 409 });
    expect(wrong.body.details).toEqual({ name, group: 'batch', kind: 'Job' });
    const right = await client.deleteJob(name, {
      propagationPolicy: 'Background',
      preconditions: { uid },
    });
    expect(right.status).toBe(200);
    expect(right.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name, group: 'batch', kind: 'jobs', uid },
    });
    expect((await client.getJob(name)).status).toBe(404);
    const dying = await client.pod(
      name,
      ({ metadata }) => metadata?.deletionTimestamp !== undefined,
    );
    expect(dying.status?.phase).toBe('Running');
    await noPod(name);
  });

  it('Foreground: the Job stays, being deleted, until its pod has ended', async () => {
    const { client } = subject;
    const name = newName('foreground');
    await client.createJob(job(name, STUBBORN));
    await client.runningPod(name);
    const answer = await client.deleteJob(name, { propagationPolicy: 'Foreground' });
    expect(answer.body.kind).toBe('Job');
    expect(answer.body.metadata?.finalizers).toEqual(['foregroundDeletion']);
    expect(answer.body.metadata?.deletionTimestamp).toBeDefined();
    expect((await client.getJob(name)).status).toBe(200);
    await gone(name);
    expect(await client.podsOf(name)).toEqual([]);
  });

  it('a followed log has what a pod writes on TERM, and ends with it', async () => {
    const { client } = subject;
    const name = newName('last-words');
    await client.createJob(job(name, STUBBORN));
    const pod = await client.runningPod(name);
    const log = client.log(pod, 'follow=true');
    await client.deleteJob(name);
    expect((await log).text).toBe('up\nterm\n');
    await noPod(name);
  });

  it('who does not end on TERM is killed after the grace period: exit code 137', async () => {
    const { client } = subject;
    const name = newName('killed');
    // The pod is seen once more, in the follow of its Job, before it goes.
    await client.createJob(
      job(name, 'trap "" TERM; while :; do sleep .1; done', {
        pod: { terminationGracePeriodSeconds: 1 },
      }),
    );
    const pod = await client.runningPod(name);
    const version = pod.metadata?.resourceVersion;
    const lines = client.ask(
      'GET',
      `${client.objects('pods')}?watch=1&timeoutSeconds=8&resourceVersion=${version}&fieldSelector=metadata.name%3D${pod.metadata?.name}`,
    );
    await client.ask('DELETE', client.objects('pods', pod.metadata?.name));
    const states = (await lines).text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { object: V1Pod }).object)
      .map(({ status }) => status?.containerStatuses?.[0]?.state?.terminated?.exitCode);
    expect(states).toContain(137);
    const ended = await client.ended(name);
    expect(client.condition(ended, 'Failed')?.reason).toBe('BackoffLimitExceeded');
    expect(await client.podsOf(name)).toEqual([]);
    await client.deleteJob(name);
  });

  it('an unknown policy is refused', async () => {
    const { client } = subject;
    const name = newName('policy');
    await client.createJob(job(name, 'true', { spec: { suspend: true } }));
    const answer = await client.deleteJob(name, { propagationPolicy: 'Sometimes' });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toBe(
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sometimes": supported values: "Foreground", "Background", "Orphan", "nil"',
    );
    await client.deleteJob(name);
    expect((await client.deleteJob(name)).body).toMatchObject({ reason: 'NotFound', code: 404 });
  });

  it('what a Job owns goes with it, and what has no living owner goes by itself', async () => {
    const { client } = subject;
    const name = newName('owner');
    const { body } = await client.createJob(job(name, 'true', { spec: { suspend: true } }));
    const owner = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      name,
      uid: body.metadata?.uid,
      controller: true,
      blockOwnerDeletion: true,
    };
    const owned = (plural: string, kind: string, uid = owner.uid) =>
      client.ask('POST', client.objects(plural), {
        apiVersion: 'v1',
        kind,
        metadata: {
          name: `${name}-${uid === owner.uid ? 'a' : 'b'}`,
          ownerReferences: [{ ...owner, uid }],
        },
      });
    expect((await owned('configmaps', 'ConfigMap')).status).toBe(201);
    expect((await owned('secrets', 'Secret')).status).toBe(201);
    const stray = '00000000-0000-4000-8000-000000000000';
    expect((await owned('configmaps', 'ConfigMap', stray)).status).toBe(201);
    const missing = (plural: string, which: string) =>
      until(`no ${plural} ${which}`, async () => {
        const { status } = await client.ask('GET', client.objects(plural, `${name}-${which}`));
        return status === 404 ? true : undefined;
      });
    await missing('configmaps', 'b');
    expect((await client.ask('GET', client.objects('configmaps', `${name}-a`))).status).toBe(200);
    await client.deleteJob(name);
    await missing('configmaps', 'a');
    await missing('secrets', 'a');
  });
}
