/**
 * Failures and what the API shows of them. A real cluster fails for a real reason; the emulator is
 * asked by an annotation that a real cluster ignores, so that both can be held to the same words.
 */
import type { V1Pod } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { job, newName, until } from './client.ts';
import type { Subject } from './suite.ts';

const asked = (mode: string) => ({ 'emulator.sluice.dev/fail': mode });

const waiting = (pod: V1Pod) => pod.status?.containerStatuses?.[0]?.state?.waiting;
const terminated = (pod: V1Pod) => pod.status?.containerStatuses?.[0]?.state?.terminated;

export function failureTests(subject: Subject): void {
  it('a command that does not exist: StartError, exit code 128', async () => {
    const { client } = subject;
    const name = newName('no-command');
    const { pod, job: ended } = await client.run(
      job(name, '', { container: { command: ['no-such-command'] } }),
    );
    expect(terminated(pod)).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      startedAt: '1970-01-01T00:00:00Z',
      // A container runtime's story of the name, or the emulator's, which has no runtime.
      message: expect.stringMatching(
        /exec: "no-such-command": executable file not found in \$PATH|no `no-such-command` on this machine/,
      ),
    });
    expect(client.condition(ended, 'Failed')?.reason).toBe('BackoffLimitExceeded');
    await client.deleteJob(name);
  });

  it('a missing image: ErrImagePull and ImagePullBackOff in turn, the Job stays active', async () => {
    const { client } = subject;
    const name = newName('no-image');
    await client.createJob(
      job(name, 'true', {
        container: { image: 'local/none:1' },
        annotations: asked('image-missing'),
      }),
    );
    const reason = (wanted: string) =>
      client.pod(name, (pod) => waiting(pod)?.reason === wanted).then(waiting);
    expect((await reason('ErrImagePull'))?.message).toMatch(/local\/none:1.*not found$/);
    expect((await reason('ImagePullBackOff'))?.message).toMatch(
      /^Back-off pulling image "local\/none:1"/,
    );
    const pod = await client.pod(name);
    expect(pod.status?.phase).toBe('Pending');
    const log = await client.log(pod);
    expect(log.status).toBe(400);
    expect(log.body.message).toBe(
      `container "main" in pod "${pod.metadata?.name}" is waiting to start: trying and failing to pull image`,
    );
    expect((await client.getJob(name)).body.status).toMatchObject({ active: 1, ready: 0 });
    const events = await client.events(pod.metadata?.uid);
    const warnings = events.filter(({ type }) => type === 'Warning').map((one) => one.message);
    expect(warnings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Failed to pull image "local\/none:1": .*not found$/),
        'Error: ErrImagePull',
        'Error: ImagePullBackOff',
      ]),
    );
    const others = events.filter(({ type }) => type === 'Normal').map((one) => one.message);
    expect(others).toEqual(
      expect.arrayContaining([
        'Pulling image "local/none:1"',
        'Back-off pulling image "local/none:1"',
      ]),
    );
    await client.deleteJob(name);
  });

  it('an image name that is none: InvalidImageName', async () => {
    const { client } = subject;
    const name = newName('bad-image');
    await client.createJob(job(name, 'true', { container: { image: 'Bad Image' } }));
    const pod = await client.pod(name, (one) => waiting(one)?.reason === 'InvalidImageName');
    expect(waiting(pod)?.message).toMatch(
      /^Failed to apply default image tag "Bad Image": couldn't parse/,
    );
    const log = await client.log(pod);
    expect(log.body.message).toMatch(/is waiting to start: InvalidImageName$/);
    const events = await client.events(pod.metadata?.uid);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'Warning', reason: 'InspectFailed' }),
    );
    await client.deleteJob(name);
  });

  it('a variable from a ConfigMap that is missing: CreateContainerConfigError, until it is there', async () => {
    const { client } = subject;
    const name = newName('no-key');
    const valueFrom = { configMapKeyRef: { name, key: 'key' } };
    await client.createJob(
      job(name, 'echo $A', { container: { env: [{ name: 'A', valueFrom }] } }),
    );
    const pod = await client.pod(
      name,
      (one) => waiting(one)?.reason === 'CreateContainerConfigError',
    );
    expect(waiting(pod)?.message).toBe(`configmap "${name}" not found`);
    const created = { metadata: { name }, data: { key: 'late' } };
    await client.ask('POST', client.objects('configmaps'), created);
    await client.ended(name);
    expect((await client.log(pod)).text).toBe('late\n');
    await client.deleteJob(name);
    await client.ask('DELETE', client.objects('configmaps', name));
  });

  it('a volume from a ConfigMap that is missing: ContainerCreating, and an event FailedMount', async () => {
    const { client } = subject;
    const name = newName('no-volume');
    await client.createJob(
      job(name, 'true', {
        container: { volumeMounts: [{ name: 'w', mountPath: '/etc/w' }] },
        pod: { volumes: [{ name: 'w', configMap: { name: 'absent' } }] },
      }),
    );
    const pod = await client.pod(name, (one) => waiting(one)?.reason === 'ContainerCreating');
    const event = await until('FailedMount', async () =>
      (await client.events(pod.metadata?.uid)).find(({ reason }) => reason === 'FailedMount'),
    );
    expect(event).toMatchObject({
      type: 'Warning',
      message: 'MountVolume.SetUp failed for volume "w" : configmap "absent" not found',
    });
    const log = await client.log(pod);
    expect(log.status).toBe(400);
    expect(log.body).toMatchObject({
      reason: 'BadRequest',
      message: `container "main" in pod "${pod.metadata?.name}" is waiting to start: ContainerCreating`,
    });
    await client.deleteJob(name);
  });

  it('a pod that fits nowhere: PodScheduled=False, Unschedulable, no container statuses', async () => {
    const { client } = subject;
    const name = newName('nowhere');
    await client.createJob(
      job(name, 'true', {
        pod: { nodeSelector: { 'no-node.example': 'has-this' } },
        annotations: asked('unschedulable'),
      }),
    );
    const pod = await client.pod(name, ({ status }) => status?.conditions !== undefined);
    expect(pod.status?.conditions).toMatchObject([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: expect.stringMatching(/^0\/\d+ nodes are available: /),
      },
    ]);
    expect(pod.status?.containerStatuses).toBeUndefined();
    expect((await client.log(pod)).status).toBe(204);
    const event = await until('FailedScheduling', async () =>
      (await client.events(pod.metadata?.uid)).find(({ reason }) => reason === 'FailedScheduling'),
    );
    expect(event.type).toBe('Warning');
    await client.deleteJob(name);
  });

  it('quota: a Job without pod, without condition, with an event FailedCreate', async () => {
    const { quota } = subject;
    const name = newName('quota');
    const created = await quota.createJob(job(name, 'true', { annotations: asked('quota') }));
    const event = await until('FailedCreate', async () =>
      (await quota.events(created.body.metadata?.uid)).find(
        ({ reason }) => reason === 'FailedCreate',
      ),
    );
    expect(event).toMatchObject({
      type: 'Warning',
      message: expect.stringMatching(
        /^Error creating: pods "quota-.*" is forbidden: exceeded quota: /,
      ),
      involvedObject: { kind: 'Job', name },
    });
    const { body } = await quota.getJob(name);
    expect(body.status?.startTime).toBeDefined();
    expect(body.status?.active).toBeUndefined();
    expect(body.status?.conditions).toBeUndefined();
    expect(await quota.podsOf(name)).toEqual([]);
    await quota.deleteJob(name);
  });

  it('too little memory: OOMKilled, exit code 137, no reason of the pod', async () => {
    const { client } = subject;
    const name = newName('oom');
    const { pod } = await client.run(
      job(name, 'x=abcdefgh; while :; do x=$x$x; sleep .1; done', {
        container: { resources: { limits: { memory: '16Mi' } } },
        annotations: asked('oom'),
      }),
    );
    expect(terminated(pod)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(pod.status?.phase).toBe('Failed');
    expect(pod.status?.reason).toBeUndefined();
    await client.deleteJob(name);
  });

  it('too much in an emptyDir: the pod is Evicted, its container 137 with Error', async () => {
    const { client } = subject;
    const name = newName('evicted');
    const { pod } = await client.run(
      job(name, 'head -c 3000000 /dev/zero > /scratch/a; while :; do sleep .1; done', {
        container: { volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] },
        pod: { volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Mi' } }] },
        annotations: asked('evicted'),
      }),
    );
    expect(pod.status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: expect.stringMatching(/^Usage of EmptyDir volume ".*" exceeds the limit "1Mi"/),
    });
    expect(terminated(pod)).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(pod.status?.conditions?.some(({ type }) => type === 'DisruptionTarget')).toBe(false);
    await client.deleteJob(name);
  }, 120_000);
}
