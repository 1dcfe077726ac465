/** Jobs of kind `nextflow`, as buildJob makes them, run real Nextflow with its tasks as pods. */
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../src/core/kinds/target.ts';
import { mainOf } from '../../src/core/kubernetes/interruption.ts';
import { jobName } from '../../src/core/names.ts';
import { buildJob } from '../../src/core/runs/build-manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { newId, text, until } from '../adapters/kubernetes/support/cluster-fixture.ts';
import { nextflowLaunch } from '../core/support/launch.ts';
import type { Lab } from './support/lab.ts';
import { type NextflowLab, nextflowIsThere, openNextflowLab } from './support/nextflow-lab.ts';

describe.skipIf(!(await nextflowIsThere()))(
  'Nextflow on a real cluster',
  { timeout: 150_000 },
  () => {
    let lab: Lab;
    let cluster: Cluster;
    let target: Target;
    let folder: string;

    let nextflow: NextflowLab;

    beforeAll(async () => {
      nextflow = await openNextflowLab('sluice-nextflow');
      ({ lab, target, folder } = nextflow);
      cluster = lab.controller();
    });

    afterAll(() => nextflow.remove(), 120_000);

    async function start(
      params: object,
      run_id = newId(),
      attempt = 1,
      change: { readonly source?: string; readonly target?: Partial<Target> } = {},
    ) {
      const { job: manifest, config } = buildJob({
        run_id,
        attempt,
        domain: 'default',
        name: jobName(run_id, attempt),
        nonce: '0',
        target: { ...target, ...change.target },
        launch: nextflowLaunch(
          { source: change.source ?? '/workspace/hello.nf' },
          { params: JSON.stringify(params), deadline_seconds: 600 },
        ),
      });
      const job = await cluster.createJob(manifest);
      await cluster.createConfig(config, job);
      await cluster.unsuspend(job);
      return { ...job, run_id };
    }

    /** Follows a run to its end: the driver's log and exit code, and every task pod that was seen. */
    async function watch(run: { readonly run_id: string; readonly uid: string }) {
      const tasks = new Map<string, V1Pod>();
      const driver = await until('the driver has ended', async () => {
        const { pods } = await cluster.list(run.run_id);
        for (const pod of pods.filter(({ role }) => role === 'task')) {
          if (!tasks.has(pod.name)) {
            const read = lab.core.readNamespacedPod({ namespace: lab.namespace, name: pod.name });
            await read.then((found) => tasks.set(pod.name, found)).catch(() => undefined);
          }
        }
        return pods.find((pod) => pod.job_uid === run.uid && mainOf(pod)?.state === 'terminated');
      });
      const log = await text(cluster.readLog(driver.name, 'driver', {}));
      const lines = log.split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
      return {
        exit: mainOf(driver)?.exit_code,
        log: lines.join('\n'),
        tasks: [...tasks.values()],
      };
    }

    const count = (log: string, part: RegExp) => log.match(new RegExp(part, 'g'))?.length ?? 0;

    test('a run of three tasks as pods ends well, and a second attempt resumes it', async () => {
      const params = {
        seconds: 2,
        greeting: "it's $(HOME) \\u0027",
        list: [1, 'x', null],
        flag: true,
      };
      const run = await start(params);
      const first = await watch(run);
      expect(first.log).toContain(`"greeting":${JSON.stringify(params.greeting)}`);
      expect(first.log).toContain('"list":[1,"x",null],"flag":true');
      expect(count(first.log, /\] Submitted process > SAY/)).toBe(3);
      expect(first.exit).toBe(0);

      expect(first.tasks).toHaveLength(3);
      for (const { metadata, spec } of first.tasks) {
        expect(metadata?.labels).toMatchObject({
          'nextflow.io/runName': run.run_id,
          'sluice.dev/run-id': run.run_id,
          'sluice.dev/domain': 'default',
          'app.kubernetes.io/component': 'task',
        });
        expect(spec).toMatchObject({
          serviceAccountName: 'sluice-task',
          automountServiceAccountToken: false,
          securityContext: { runAsUser: 1000, fsGroup: 1000 },
        });
      }
      // The launch folder is the driver's own, made with the volume's mode.
      expect((await stat(join(folder, 'runs', run.run_id, '.nextflow', 'history'))).uid).toBe(1000);

      const second = await watch(await start(params, run.run_id, 2));
      expect(second.exit).toBe(0);
      expect(count(second.log, /\] Cached process > SAY/)).toBe(3);
      expect(second.tasks).toHaveLength(0);
    });

    test('a second attempt starts anew when the first one died before it had begun', async () => {
      const { exit, log } = await watch(await start({}, newId(), 2));
      expect(count(log, /\] Submitted process > SAY/)).toBe(3);
      expect(exit).toBe(0);
    });

    test('a cancelled run is told to end, and takes its task pods along', async () => {
      const run = await start({ seconds: 300 });
      // A task asks for a whole CPU: on a small node the others stay pending.
      const seen = await until('three tasks are submitted, and one runs', async () => {
        const { pods } = await cluster.list(run.run_id);
        const tasks = pods.filter(({ role }) => role === 'task');
        return tasks.length === 3 && tasks.some(({ phase }) => phase === 'Running') && pods;
      });
      const driver = seen.find(({ role }) => role === 'driver')?.name ?? '';
      const log = text(cluster.readLog(driver, 'driver', { follow: true }));
      await cluster.deleteJob(run);
      await until(
        'nothing is left',
        async () => (await cluster.list(run.run_id)).pods.length === 0,
      );
      expect(await log).toContain('Killing running tasks (3)');
    });

    test('what another run has put into the home that an image gives, or into the one on the work volume, is not loaded', async () => {
      // The home of the image's user is the work volume itself.
      const elsewhere = { clusters: [{ name: 'x', cluster: { server: 'https://10.88.0.1:1' } }] };
      const contexts = [{ name: 'x', context: { cluster: 'x', user: 'x' } }];
      const config = { ...elsewhere, contexts, users: [{ name: 'x', user: {} }] };
      for (const name of ['.kube', '.nextflow']) await mkdir(join(folder, name));
      await writeFile(
        join(folder, '.kube/config'),
        JSON.stringify({ ...config, 'current-context': 'x' }),
      );
      await writeFile(join(folder, '.nextflow/config'), "params.planted = 'yes'\n");
      const { exit, log } = await watch(await start({}));
      expect(log).toMatch(/params: /);
      expect(log).not.toContain('planted');
      expect(exit, log).toBe(0);
    });

    test('a prepared folder of plugins is what Nextflow loads, and no run can write to it', async () => {
      const plugin = join(nextflow.plugins, 'nextflow/nf-proof-1.0.0/classes/META-INF');
      await mkdir(plugin, { recursive: true });
      await writeFile(
        join(plugin, 'MANIFEST.MF'),
        'Plugin-Id: nf-proof\nPlugin-Version: 1.0.0\nPlugin-Provider: test\nPlugin-Requires: >=23.04.0\n',
      );
      await chmod(join(nextflow.plugins, 'nextflow'), 0o777);
      const pipeline = join(folder, 'plugged');
      await mkdir(pipeline);
      await writeFile(join(pipeline, 'nextflow.config'), "plugins { id 'nf-proof@1.0.0' }\n");
      await writeFile(
        join(pipeline, 'main.nf'),
        "try { new File(System.getenv('NXF_PLUGINS_DIR'), 'x').text = 'x'; println 'written' } catch (Exception e) { println e.message }\n",
      );
      const source = '/workspace/plugged/main.nf';
      const plugins = { claim: 'plugins', path: 'nextflow' };
      const run = await start({}, newId(), 1, { source, target: { plugins } });
      const { exit, log } = await watch(run);
      expect(exit, log).toBe(0);
      expect(log).toContain('Read-only file system');
      expect(await readFile(join(folder, 'runs', run.run_id, '.nextflow.log'), 'utf8')).toContain(
        "Start plugin 'nf-proof@1.0.0'",
      );

      const without = await watch(await start({}, newId(), 1, { source }));
      expect(without.log).toContain('nf-proof not found');
      expect(without.exit).toBe(1);
    });

    test('a run without a work volume has a folder of its own to start in', async () => {
      const saved = target;
      target = { ...target, work_claim: null };
      try {
        const run = await start({});
        const { log, exit } = await watch(run);
        // There is no pipeline on an empty volume: Nextflow itself says so, which is all that is asked here.
        expect(log).toMatch(/Cannot find script file|Not a valid project name/);
        expect(exit).toBe(1);
      } finally {
        target = saved;
      }
    });
  },
);
