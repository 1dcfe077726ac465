/** The engine on a real cluster, with no more rights than the manifests give: state in memory, all else real. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { targets } from '../../src/engine/catalogue/catalogue.ts';
import { cancelRun } from '../../src/engine/commands/cancel.ts';
import { submitRun } from '../../src/engine/commands/submit.ts';
import { readEvents } from '../../src/engine/events/events.ts';
import { openLog } from '../../src/engine/queries/log.ts';
import { getRun } from '../../src/engine/queries/runs.ts';
import { tick } from '../../src/engine/reconcile/tick.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { World } from '../../src/ports/world.ts';
import { realClock as clock, realWorld } from '../support/real-world.ts';
import { request, tickUntil } from '../support/world.ts';
import { kubeconfig, type Lab, openLab } from './support/lab.ts';
import { type NextflowLab, nextflowIsThere, openNextflowLab } from './support/nextflow-lab.ts';

const domain = 'default';
const IMAGE = 'local/busybox:1';
const shell = (script: string, change: object = {}, container: object = {}) =>
  request({
    container: {
      image: IMAGE,
      command: ['sh', '-c', script],
      resources: { cpu: '10m', memory: '32Mi' },
      ...container,
    },
    ...change,
  });

const ended = (world: World, id: string, seconds = 120) =>
  tickUntil(
    world,
    clock,
    async () => (await getRun(world, domain, id)).finished_at !== null,
    seconds * 2,
  );

async function log(world: World, id: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of (await openLog(world, domain, id, { timestamps: false })).chunks)
    parts.push(chunk);
  return Buffer.concat(parts).toString();
}

describe.skipIf(kubeconfig === '')('the engine on a real cluster', { timeout: 180_000 }, () => {
  let lab: Lab;
  let cluster: Cluster;
  let world: World;

  beforeAll(async () => {
    lab = await openLab('sluice-engine');
    cluster = lab.controller();
    world = await realWorld(cluster, lab.target);
  });
  afterAll(() => lab.remove());

  test('a run succeeds with every line, and its Job is gone', async () => {
    const script =
      'i=0; while [ $i -lt 500 ]; do echo "line $i"; i=$((i+1)); done; printf "no end"; sleep 1';
    const { run } = await submitRun(world, { domain, request: shell(script) });
    await ended(world, run.run_id);
    expect(await getRun(world, domain, run.run_id)).toMatchObject({
      state: 'succeeded',
      exit_code: 0,
    });
    expect(await log(world, run.run_id)).toBe(
      `${Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join('')}no end`,
    );
    await tickUntil(world, clock, async () => (await cluster.list(run.run_id)).jobs.length === 0);
  });

  test('a script runs as it was written, by the user of its target', async () => {
    const script = [
      'id -u',
      'set -- "$(echo "$SLUICE_RUN_ID")" \'$(A)\'',
      'printf "%s\\n" "$@"',
      'cat "$SLUICE_PARAMS_FILE"',
    ].join('\n');
    const own = { script, image: IMAGE, resources: { cpu: '10m', memory: '32Mi' } };
    const asked = request({ kind: 'shell', container: undefined, shell: own, params: { a: 1 } });
    const { run } = await submitRun(world, { domain, request: asked });
    await ended(world, run.run_id);
    expect(await getRun(world, domain, run.run_id)).toMatchObject({ state: 'succeeded' });
    const printed = `${lab.target.run_as_user}\n${run.run_id}\n$(A)\n{"a":1}`;
    expect((await log(world, run.run_id)).trimEnd()).toBe(printed);
  });

  test('a secret reaches the driver, and nothing that is stored or shown of the run', async () => {
    const secret = 'sesame-open';
    const name = 'team-keys';
    await lab.core.createNamespacedSecret({
      namespace: lab.namespace,
      body: { metadata: { name }, stringData: { password: secret } },
    });
    const target = { ...lab.target, name: 'keys', connection: 'default', secrets: [name] };
    await targets.create(world, domain, target);
    const secret_env = { PASSWORD: { secret: name, key: 'password' } };
    const script = 'printf %s "$PASSWORD" | sha256sum';
    const { run } = await submitRun(world, {
      domain,
      request: shell(script, { target: 'keys' }, { secret_env }),
    });
    await ended(world, run.run_id);
    expect(await log(world, run.run_id)).toContain(
      createHash('sha256').update(secret).digest('hex'),
    );
    const shown = await getRun(world, domain, run.run_id);
    expect(shown).toMatchObject({ state: 'succeeded', container: { secret_env } });
    expect(JSON.stringify(shown)).not.toContain(secret);
  });

  test('a key that the Secret does not have is told while the run waits', async () => {
    const name = 'no-keys';
    await lab.core.createNamespacedSecret({
      namespace: lab.namespace,
      body: { metadata: { name }, stringData: { other: 'x' } },
    });
    const target = { ...lab.target, name: 'none', connection: 'default', secrets: [name] };
    await targets.create(world, domain, target);
    const secret_env = { PASSWORD: { secret: name, key: 'password' } };
    const { run } = await submitRun(world, {
      domain,
      request: shell('true', { target: 'none' }, { secret_env }),
    });
    await tickUntil(
      world,
      clock,
      async () => (await getRun(world, domain, run.run_id)).reason?.code === 'container_config',
    );
    const { reason } = await getRun(world, domain, run.run_id);
    expect(reason?.message).toContain('password');
    await cancelRun(world, { domain, runId: run.run_id });
  });

  test.each([
    ['a command that fails', 'echo why >&2; exit 3', {}, { code: 'exit_code' }, 3],
    ['too much memory', 'x=a; while true; do x=$x$x; done', {}, { code: 'out_of_memory' }, 137],
    [
      'a command that is not there',
      '',
      { command: ['/nowhere'] },
      { code: 'command_not_found' },
      128,
    ],
  ])('%s is a failure with its reason', async (_sentence, script, container, reason, exit_code) => {
    const { run } = await submitRun(world, { domain, request: shell(script, {}, container) });
    await ended(world, run.run_id);
    expect(await getRun(world, domain, run.run_id)).toMatchObject({
      state: 'failed',
      reason,
      exit_code,
    });
  });

  test('a deadline ends the run with its log', async () => {
    const { run } = await submitRun(world, {
      domain,
      request: shell('trap "echo told; exit 1" TERM; echo on; while true; do sleep 0.1; done', {
        deadline_seconds: 5,
      }),
    });
    await ended(world, run.run_id);
    expect(await getRun(world, domain, run.run_id)).toMatchObject({
      state: 'failed',
      reason: { code: 'deadline_exceeded' },
    });
    expect(await log(world, run.run_id)).toMatch(/^on\n/);
  });

  test('an image that cannot be pulled is told while it is tried, and the run can be cancelled', async () => {
    const { run } = await submitRun(world, {
      domain,
      request: shell('true', {}, { image: 'nowhere.invalid/none:1' }),
    });
    await tickUntil(
      world,
      clock,
      async () => (await getRun(world, domain, run.run_id)).reason?.code === 'image_pull',
    );
    await cancelRun(world, { domain, runId: run.run_id });
    await ended(world, run.run_id);
    expect((await getRun(world, domain, run.run_id)).state).toBe('cancelled');
  });

  test('cancel then start at once: the two drivers never run side by side', async () => {
    const first = await submitRun(world, {
      domain,
      request: shell('trap "sleep 3; exit 0" TERM; while true; do sleep 0.1; done'),
    });
    await tickUntil(
      world,
      clock,
      async () => (await getRun(world, domain, first.run.run_id)).state === 'running',
    );
    await cancelRun(world, { domain, runId: first.run.run_id });
    const second = await submitRun(world, { domain, request: shell('echo second') });
    expect(second.run.state).toBe('queued');
    await tickUntil(
      world,
      clock,
      async () => {
        const { pods } = await cluster.list();
        const running = pods.filter(
          (pod) =>
            pod.role === 'driver' &&
            pod.containers.some((container) => container.state === 'running'),
        );
        expect(running.length).toBeLessThanOrEqual(1);
        return (await getRun(world, domain, second.run.run_id)).finished_at !== null;
      },
      240,
    );
    expect((await getRun(world, domain, first.run.run_id)).state).toBe('cancelled');
    expect(await log(world, second.run.run_id)).toBe('second\n');
  });
});

describe.skipIf(!(await nextflowIsThere()))('Nextflow by the engine', { timeout: 240_000 }, () => {
  let nextflow: NextflowLab;
  let world: World;
  let cluster: Cluster;

  beforeAll(async () => {
    nextflow = await openNextflowLab('sluice-flow');
    cluster = nextflow.lab.controller();
    world = await realWorld(cluster, nextflow.target);
  });
  afterAll(() => nextflow.remove(), 120_000);

  const flow = (params: object) =>
    request({ pipeline: '/workspace/hello.nf', kind: 'nextflow', container: undefined, params });

  test('a pipeline runs to its end and its tasks are counted', async () => {
    const { run } = await submitRun(world, {
      domain,
      request: flow({ seconds: 1, list: [1, null] }),
    });
    await ended(world, run.run_id, 180);
    const done = await getRun(world, domain, run.run_id);
    expect(done, JSON.stringify(done.reason)).toMatchObject({
      state: 'succeeded',
      exit_code: 0,
      progress: { completed: 3, total: 3 },
    });
    expect(await log(world, run.run_id)).toMatch(/hello ada/);
  });

  test('a cancelled pipeline is `cancelled` only when its task pods are gone', async () => {
    const { run } = await submitRun(world, { domain, request: flow({ seconds: 600 }) });
    await tickUntil(
      world,
      clock,
      async () => (await cluster.list(run.run_id)).pods.some((pod) => pod.role === 'task'),
      240,
    );
    await cancelRun(world, { domain, runId: run.run_id });
    await ended(world, run.run_id);
    const { pods } = await cluster.list(run.run_id);
    expect(pods.filter((pod) => pod.role === 'task')).toEqual([]);
    expect(
      pods.flatMap((pod) => pod.containers).filter((container) => container.state === 'running'),
    ).toEqual([]);
    const { events } = await readEvents(world, domain, run.run_id, { after: 0, limit: 1_000 });
    expect(events.at(-1)).toMatchObject({ type: 'complete', data: { status: 'cancelled' } });
    expect(await tick(world)).toMatchObject({ failed: 0 });
  });
});
