/** What the Cluster port promises of Jobs and pods, for every implementation. Jobs run real commands (`sh`). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JobManifest, TASK_RUN_LABEL } from '../../../../src/core/kubernetes/manifest.ts';
import {
  Bench,
  type ClusterFixture,
  main,
  newId,
  parseLog,
  rejection,
  text,
  until,
} from '../support/cluster-fixture.ts';

export function clusterSuite(name: string, make: () => Promise<ClusterFixture>): void {
  describe(`${name}: Jobs and pods`, { concurrent: true, timeout: 90_000 }, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = new Bench(await make());
    }, 60_000);
    afterAll(() => bench.close(), 60_000);

    test('a Job is created suspended, and no pod of it exists', async () => {
      const manifest = bench.script('echo never', { attempt: 2 });
      const job = await bench.create(manifest);
      expect(job).toMatchObject({
        name: manifest.metadata.name,
        run_id: manifest.metadata.name.replace(/-2$/, ''),
        attempt: 2,
        suspended: true,
        deleting: false,
        end: null,
        active: 0,
      });
      expect(job.uid).not.toBe('');
      expect(new Date(job.created_at).getUTCFullYear()).toBeGreaterThanOrEqual(2025);
      // A pod would be there once the Job's controller has looked at a Job that came later.
      const later = await bench.start(bench.script('true'));
      await bench.end(later.run_id);
      const shown = { jobs: [{ uid: job.uid }], pods: [] };
      expect(await bench.cluster.list(job.run_id ?? '')).toMatchObject(shown);
    });

    test('creating a Job that exists returns the first one, unchanged', async () => {
      const manifest = bench.script('echo first', { token: 'one' });
      const first = await bench.create(manifest);
      const other = bench.script('echo second', { run_id: first.name, token: 'two' });
      const second = await bench.cluster.createJob(other);
      expect(second).toMatchObject({ uid: first.uid, trace_token: 'one' });
      await bench.cluster.unsuspend(first);
      const third = await bench.cluster.createJob(manifest);
      expect(third).toMatchObject({ uid: first.uid, suspended: false });
    });

    test('a manifest that the cluster does not accept is refused, with its sentence', async () => {
      const { metadata, ...rest } = bench.script('true');
      const error = await rejection(
        bench.cluster.createJob({ ...rest, metadata: { ...metadata, name: 'Not_A_Name' } }),
      );
      expect(error).toMatchObject({ code: 'refused', status: 422 });
      expect(error.message).toContain('Not_A_Name');
    });

    test('a Job says which ConfigMap it mounts, and whether that is there', async () => {
      const job = await bench.cluster.createJob(bench.script('true'));
      expect(job.config).toMatch(new RegExp(`^${job.name}-[0-9a-f]{16}$`));
      expect(await bench.cluster.hasConfig(job)).toBe(false);
      const config = { name: job.config, labels: {}, files: { 'params.json': '{}' } };
      await bench.cluster.createConfig(config, job);
      expect(await bench.cluster.hasConfig(job)).toBe(true);
      expect(await bench.cluster.hasConfig({ ...job, uid: 'another' })).toBe(false);
      expect(await bench.job(job.name)).toMatchObject({ config: job.config });
      await bench.cluster.deleteJob(job);
      expect(await bench.cluster.hasConfig(job)).toBe(false);
      await bench.cluster.createConfig(config, job);
      await until('what came late is collected', async () => !(await bench.cluster.hasConfig(job)));
    });

    test('no pod of a Job that was fenced starts, though the Job may run', async () => {
      const job = await bench.create(bench.script('echo alive; sleep 60'));
      await bench.cluster.fence(job);
      await bench.cluster.fence(job);
      await bench.cluster.unsuspend(job);
      const pod = await until('a pod is there', () => bench.pod(job.name));
      if (bench.fixture.mountWarnings !== false)
        await until('its mount has failed', async () => {
          const events = await bench.cluster.events('Pod', pod.name);
          return events.some(({ warning, reason }) => warning && reason === 'FailedMount');
        });
      expect(main(await bench.pod(job.name))?.state ?? 'waiting').toBe('waiting');
    });

    test('unsuspending lets the Job run to its end, and may be repeated', async () => {
      const job = await bench.start(bench.script('echo done'));
      await bench.cluster.unsuspend(job);
      expect(await bench.end(job.run_id)).toMatchObject({ type: 'Complete' });
      await bench.cluster.unsuspend(job);
      const { pod, container } = await bench.terminated(job.run_id);
      expect(pod).toMatchObject({
        run_id: job.run_id,
        job_uid: job.uid,
        role: 'driver',
        phase: 'Succeeded',
        deleting: false,
        unscheduled: null,
      });
      expect(container).toMatchObject({ name: 'driver', exit_code: 0, reason: 'Completed' });
      expect(Date.parse(container.finished_at ?? '')).toBeGreaterThanOrEqual(
        Date.parse(container.started_at ?? ''),
      );
      expect(await bench.job(job.run_id)).toMatchObject({ suspended: false, active: 0 });
    });

    test('unsuspending another uid is a conflict and leaves the Job suspended; without Job it is not found', async () => {
      const job = await bench.create(bench.script('true'));
      const other = { name: job.name, uid: '00000000-0000-4000-8000-000000000000' };
      expect(await rejection(bench.cluster.unsuspend(other))).toMatchObject({ code: 'conflict' });
      expect(await bench.job(job.name)).toMatchObject({ uid: job.uid, suspended: true });
      expect(await rejection(bench.cluster.unsuspend({ ...other, name: newId() }))).toMatchObject({
        code: 'not_found',
        status: 404,
      });
    });

    test('a failed process shows its exit code and its last lines', async () => {
      const job = await bench.start(bench.script('echo the reason >&2; exit 3'));
      expect(await bench.end(job.run_id)).toMatchObject({
        type: expect.stringMatching(/^(Failed|FailureTarget)$/),
        reason: 'BackoffLimitExceeded',
      });
      const { pod, container } = await bench.terminated(job.run_id);
      expect(pod.phase).toBe('Failed');
      expect(container).toMatchObject({ exit_code: 3, reason: 'Error' });
      expect(container.message).toContain('the reason');
    });

    test('a command that does not exist ends with 128 and says so', async () => {
      const job = await bench.start(bench.script('', { command: ['/no/such/command'] }));
      const { container } = await bench.terminated(job.run_id);
      expect(container).toMatchObject({ exit_code: 128, reason: 'StartError' });
      expect(container.message).toContain('/no/such/command');
    });

    test('a process over its memory is OOMKilled', async () => {
      const job = await bench.start(
        bench.provoke(
          'oom',
          bench.script('x=$(head -c 200000000 /dev/zero | tr "\\0" x); echo ${#x}'),
        ),
      );
      const { container } = await bench.terminated(job.run_id);
      expect(container).toMatchObject({ exit_code: 137, reason: 'OOMKilled' });
    });

    test('an image that cannot be pulled is seen, its log is not ready, and events warn of it', async () => {
      const image = 'local/no-such-image:1';
      const job = await bench.start(
        bench.provoke('image-missing', bench.script('true', { image })),
      );
      const pod = await until('the image is found missing', async () => {
        const found = await bench.pod(job.run_id);
        const container = main(found);
        return /^(ErrImagePull|ImagePullBackOff)$/.test(container?.reason ?? '')
          ? found
          : undefined;
      });
      expect(pod.phase).toBe('Pending');
      expect(main(pod)).toMatchObject({ state: 'waiting', exit_code: null, started_at: null });
      expect(await rejection(text(bench.cluster.readLog(pod.name, 'driver', {})))).toMatchObject({
        code: 'not_ready',
        status: 400,
        message: expect.stringMatching(/waiting to start/),
      });
      await until('a warning names the image', async () => {
        const events = await bench.cluster.events('Pod', pod.name);
        return events.some(({ warning, message }) => warning && message.includes(image));
      });
    });

    test('deleting with another uid leaves the Job and its pod alone', async () => {
      const job = await bench.start(bench.script('exec sleep 60'));
      const pod = await bench.running(job.run_id);
      const uid = '00000000-0000-4000-8000-000000000000';
      await bench.cluster.deleteJob({ name: job.name, uid, config: '' });
      await bench.cluster.deletePod({ name: pod.name, uid });
      expect(await bench.job(job.run_id)).toMatchObject({ uid: job.uid, deleting: false });
      expect(await bench.pod(job.run_id)).toMatchObject({ uid: pod.uid, deleting: false });
    });

    test('deleting a Job tells its process to end and takes the pod along; again is a success', async () => {
      const job = await bench.start(
        bench.script('trap "echo told; exit 0" TERM; echo ready; while true; do sleep 0.1; done'),
      );
      const pod = await bench.running(job.run_id);
      const log = text(bench.cluster.readLog(pod.name, 'driver', { follow: true }));
      await until('the trap is set', async () =>
        (await text(bench.cluster.readLog(pod.name, 'driver', {}))).includes('ready'),
      );
      await bench.cluster.deleteJob(job);
      await bench.cluster.deleteJob(job);
      await until('job and pod are gone', async () => {
        const { jobs, pods } = await bench.cluster.list(job.run_id);
        return jobs.length === 0 && pods.length === 0;
      });
      expect(await log).toContain('told');
      await bench.cluster.deleteJob(job);
      await bench.cluster.deletePod(pod);
    });

    test('a pod can be deleted alone, and again is a success', async () => {
      const job = await bench.start(
        bench.script('trap "exit 1" TERM; while true; do sleep 0.1; done'),
      );
      const pod = await bench.running(job.run_id);
      await bench.cluster.deletePod(pod);
      await until('the pod is gone', async () => (await bench.pod(job.run_id)) === undefined);
      await bench.cluster.deletePod(pod);
      expect(await bench.end(job.run_id)).toMatchObject({ reason: 'BackoffLimitExceeded' });
    });

    test('a list holds what belongs to runs, once each, and a list of one run only that', async () => {
      const one = await bench.start(bench.script('true'));
      const task = JSON.parse(JSON.stringify(bench.script('true'))) as JobManifest;
      const runId = task.metadata.name;
      const template = task.spec['template'] as { metadata: { labels: Record<string, string> } };
      template.metadata.labels[TASK_RUN_LABEL] = runId;
      const two = await bench.start(task);
      await Promise.all([bench.end(one.run_id), bench.end(runId)]);

      const all = await bench.cluster.list();
      const mine = ({ run_id }: { run_id: string | null }) =>
        run_id === one.run_id || run_id === runId;
      expect(
        all.jobs
          .filter(mine)
          .map(({ uid }) => uid)
          .toSorted(),
      ).toEqual([one.uid, two.uid].toSorted());
      expect(
        all.pods
          .filter(mine)
          .map(({ run_id, role }) => `${run_id} ${role}`)
          .toSorted(),
      ).toEqual([`${one.run_id} driver`, `${runId} task`].toSorted());
      const single = await bench.cluster.list(runId);
      expect(single.jobs.map(({ uid }) => uid)).toEqual([two.uid]);
      expect(single.pods.map(({ run_id }) => run_id)).toEqual([runId]);
      expect(await bench.cluster.list(newId())).toEqual({ jobs: [], pods: [] });
    });

    test('command, arguments and environment reach the process exactly as given', async () => {
      const values = [
        '$(SLUICE_RUN_ID)',
        'a$$b',
        '$$(HOME)',
        '$$$',
        'it\'s "x" \\n',
        'zwei\nZeilen',
        '',
      ];
      const job = await bench.start(
        bench.script('', {
          command: [
            'sh',
            '-c',
            'printf "%s|" "$@" "$SEVERAL" "$SLUICE_RUN_ID" "$SLUICE_ATTEMPT"',
            'sh',
          ],
          args: values,
          env: { SEVERAL: values.join('&') },
        }),
      );
      const { pod } = await bench.terminated(job.run_id);
      const log = parseLog(await text(bench.cluster.readLog(pod.name, 'driver', {})));
      expect(log.map(({ message }) => message).join('\n')).toBe(
        [...values, values.join('&'), job.run_id, '1', ''].join('|'),
      );
    });

    test('events tell what became of a Job and its pod, the newest first', async () => {
      const job = await bench.start(bench.script('true'));
      const { pod } = await bench.terminated(job.run_id);
      await bench.end(job.run_id);
      const events = await bench.cluster.events('Pod', pod.name);
      expect(events.map(({ reason }) => reason)).toEqual(
        expect.arrayContaining(['Scheduled', 'Created', 'Started']),
      );
      expect(events.map(({ at }) => at)).toEqual(
        events
          .map(({ at }) => at)
          .toSorted()
          .toReversed(),
      );
      for (const { at, warning } of [...events, ...(await bench.cluster.events('Job', job.name))]) {
        expect(warning).toBe(false);
        expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(600_000);
      }
    });
  });
}
