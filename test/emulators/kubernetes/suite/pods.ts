/** What containers get, and in which order they run. */
import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { job, newName, shell, until } from './client.ts';
import type { Subject } from './suite.ts';

export function podTests(subject: Subject): void {
  it('a ConfigMap made after the suspended Job is mounted when the Job starts', async () => {
    const { client } = subject;
    const name = newName('config');
    const draft = job(name, 'cat /etc/sluice/a.txt; cat "$FILE"', {
      spec: { suspend: true },
      container: {
        env: [{ name: 'FILE', value: '/etc/sluice/b.txt' }],
        volumeMounts: [{ name: 'config', mountPath: '/etc/sluice', readOnly: true }],
      },
      pod: { volumes: [{ name: 'config', configMap: { name } }] },
    });
    const { body } = await client.createJob(draft);
    const made = await client.core.createNamespacedConfigMap({
      namespace: client.namespace,
      body: {
        metadata: {
          name,
          ownerReferences: [
            { apiVersion: 'batch/v1', kind: 'Job', name, uid: body.metadata?.uid ?? '' },
          ],
        },
        immutable: true,
        data: { 'a.txt': 'one\n', 'b.txt': 'two\n' },
      },
    });
    expect(made.immutable).toBe(true);
    await client.patchJob(name, { spec: { suspend: false } });
    await client.ended(name);
    expect((await client.log(await client.pod(name))).text).toBe('one\ntwo\n');
    await client.deleteJob(name);
  });

  it('variables come from values, ConfigMaps, Secrets and the pod, and refer to each other', async () => {
    const { client } = subject;
    const name = newName('variables');
    const metadata = { name };
    await client.ask('POST', client.objects('configmaps'), { metadata, data: { key: 'from map' } });
    const secret = { metadata, stringData: { key: 'from secret' } };
    const stored = await client.ask('POST', client.objects('secrets'), secret);
    expect(stored.body).toMatchObject({ type: 'Opaque', data: { key: 'ZnJvbSBzZWNyZXQ=' } });
    const { pod } = await client.run(
      job(name, 'echo "$MAP|$SECRET|$POD|$BOTH|$(TEXT)|$1|$2"', {
        container: {
          args: ['zero', '$(TEXT)-$(UNKNOWN)-$$(TEXT)', 'a$$b$c'],
          env: [
            { name: 'TEXT', value: 'text' },
            { name: 'MAP', valueFrom: { configMapKeyRef: { name, key: 'key' } } },
            { name: 'SECRET', valueFrom: { secretKeyRef: { name, key: 'key' } } },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'BOTH', value: '$(TEXT) and $(MAP)' },
          ],
        },
      }),
    );
    const line = `from map|from secret|${pod.metadata?.name}|text and from map|text|text-$(UNKNOWN)-$(TEXT)|a$b$c\n`;
    expect((await client.log(pod)).text).toBe(line);
    await client.deleteJob(name);
    for (const plural of ['configmaps', 'secrets']) {
      const deleted = await client.ask('DELETE', client.objects(plural, name));
      expect(deleted.body).toMatchObject({ status: 'Success', details: { name, kind: plural } });
    }
  });

  it('init containers run one after the other before the main one, with logs of their own', async () => {
    const { client } = subject;
    const name = newName('init');
    const mounts = { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] };
    const draft = job(name, 'cat /shared/a; ls -A /shared | wc -l', {
      container: mounts,
      pod: {
        volumes: [{ name: 'shared', emptyDir: {} }],
        initContainers: [
          shell('first', 'echo from first | tee /shared/a; sleep 2', mounts),
          shell('second', 'test -s /shared/a && rm -f /shared/b && echo second', mounts),
        ],
      },
    });
    await client.createJob(draft);
    const early = await client.pod(
      name,
      ({ status }) => status?.initContainerStatuses?.[0]?.state?.running !== undefined,
    );
    expect(early.status?.phase).toBe('Pending');
    expect(early.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing');
    const waiting = await client.log(early);
    expect(waiting.status).toBe(400);
    expect(waiting.body.message).toBe(
      `container "main" in pod "${early.metadata?.name}" is waiting to start: PodInitializing`,
    );
    await client.ended(name);
    const pod = await client.pod(name);
    expect((await client.log(pod)).text.replaceAll(' ', '')).toBe('fromfirst\n1\n');
    expect((await client.log(pod, 'container=first')).text).toBe('from first\n');
    expect((await client.log(pod, 'container=second')).text).toBe('second\n');
    expect(pod.status?.initContainerStatuses?.map(({ ready }) => ready)).toEqual([true, true]);
    await client.deleteJob(name);
  });

  it('an init container that fails ends the pod; the main container never starts', async () => {
    const { client } = subject;
    const name = newName('bad-init');
    const { pod } = await client.run(
      job(name, 'echo never', { pod: { initContainers: [shell('first', 'exit 7')] } }),
    );
    expect(pod.status?.phase).toBe('Failed');
    expect(pod.status?.initContainerStatuses?.[0]?.state?.terminated).toMatchObject({
      exitCode: 7,
      reason: 'Error',
    });
    expect(pod.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing');
    await client.deleteJob(name);
  });

  it('a sidecar runs beside the main container and ends after it', async () => {
    const { client } = subject;
    const name = newName('sidecar');
    const side = shell(
      'side',
      'echo side; trap "echo bye; exit 0" TERM; while :; do sleep .1; done',
      {
        restartPolicy: 'Always',
      },
    );
    const draft = job(name, 'sleep 2; echo main', { pod: { initContainers: [side] } });
    await client.createJob(draft);
    const both = await client.runningPod(name);
    expect(both.status?.initContainerStatuses?.[0]).toMatchObject({ ready: true, started: true });
    await client.ended(name);
    const pod = await client.pod(name);
    expect(pod.status?.phase).toBe('Succeeded');
    expect((await client.log(pod, 'container=side')).text).toBe('side\nbye\n');
    expect((await client.log(pod, 'container=main')).text).toBe('main\n');
    await client.deleteJob(name);
  });

  it('with two containers a log needs a name, and the statuses are in the order of names', async () => {
    const { client } = subject;
    const name = newName('two');
    const draft = job(name, 'echo main; sleep 1');
    draft.spec.template.spec.containers.unshift(shell('other', 'echo other; exit 4'));
    const { pod } = await client.run(draft);
    expect(pod.status?.phase).toBe('Failed');
    expect(pod.status?.containerStatuses?.map((one) => one.name)).toEqual(['main', 'other']);
    const unnamed = await client.log(pod);
    expect(unnamed.status).toBe(400);
    expect(unnamed.body.message).toBe(
      `a container name must be specified for pod ${pod.metadata?.name}, choose one of: [other main]`,
    );
    expect((await client.log(pod, 'container=other')).text).toBe('other\n');
    await client.deleteJob(name);
  });

  it('a bare pod runs as one of a Job does, and is deleted by its uid', async () => {
    const { client } = subject;
    const name = newName('bare');
    const { spec } = job(name, 'trap "exit 0" TERM; echo up; while :; do sleep .1; done').spec
      .template;
    const created = await client.ask<V1Pod>('POST', client.objects('pods'), {
      metadata: { name, labels: { 'job-name': name } },
      spec,
    });
    expect(created.status).toBe(201);
    expect(created.body.status?.phase).toBe('Pending');
    const pod = await client.runningPod(name);
    expect(pod.metadata?.ownerReferences).toBeUndefined();
    const log = client.log(pod, 'follow=true');
    const preconditions = { uid: pod.metadata?.uid };
    await client.ask('DELETE', client.objects('pods', name), { preconditions });
    expect((await log).text).toBe('up\n');
    await until('no pod', async () =>
      (await client.podsOf(name)).length === 0 ? true : undefined,
    );
  });

  it('a running container says so: phase, readiness, the Job’s counts', async () => {
    const { client } = subject;
    const name = newName('running');
    await client.createJob(job(name, 'trap "exit 0" TERM; while :; do sleep .1; done'));
    const pod = await client.pod(name, isReady);
    expect(pod.status?.phase).toBe('Running');
    expect(pod.spec?.nodeName).toBeTruthy();
    const conditions = Object.fromEntries(
      (pod.status?.conditions ?? []).map(({ type, status }) => [type, status]),
    );
    expect(conditions).toMatchObject({
      PodScheduled: 'True',
      Initialized: 'True',
      ContainersReady: 'True',
      Ready: 'True',
    });
    const ready = await until('ready 1', async () => {
      const { body } = await client.getJob(name);
      return body.status?.ready === 1 ? body : undefined;
    });
    expect(ready.status).toMatchObject({ active: 1, ready: 1, terminating: 0 });
    await client.deleteJob(name);
  });
}

const isReady = ({ status }: V1Pod) =>
  status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
