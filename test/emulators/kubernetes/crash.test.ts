/** The emulator as a process: killed, restarted, orphaned. Containers must not notice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, it } from 'vitest';
import { ContainerProcess } from '../../../src/emulators/kubernetes/containers/container-process.ts';
import { shimRuntime } from '../../../src/emulators/kubernetes/containers/shim-runtime.ts';
import { Client, isAlive, job, newName, until } from './suite/client.ts';

const MAIN = fileURLToPath(new URL('../../../src/emulators/kubernetes/main.ts', import.meta.url));
/** `$$$$` is `$$` to the shell: Kubernetes halves dollars. */
const LOOP = 'trap "echo bye; exit 0" TERM; echo $$$$; while :; do sleep .1; done';

type Emulator = { process: ChildProcess; client: Client; ended: Promise<number | null> };

const running: Emulator[] = [];
const directories: string[] = [];

async function start(dataDir?: string): Promise<Emulator> {
  const data = dataDir === undefined ? [] : ['--data', dataDir];
  const child = spawn(process.execPath, [MAIN, ...data], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // What a killed one leaves behind goes with the test.
    env: { ...process.env, TMPDIR: await dataDirectory() },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error('the emulator ended before it was ready')));
  });
  const ready = JSON.parse(line) as { ready: boolean; url: string; kubeconfig: string };
  expect(ready.ready).toBe(true);
  const config = new KubeConfig();
  config.loadFromFile(ready.kubeconfig);
  expect(config.getCurrentCluster()?.server).toBe(ready.url);
  const emulator = {
    process: child,
    client: new Client({ config, namespace: 'sluice' }),
    ended,
  };
  running.push(emulator);
  return emulator;
}

async function kill(emulator: Emulator): Promise<void> {
  emulator.process.kill('SIGKILL');
  await emulator.ended;
  await emulator.client.close();
}

async function dataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'emulator-test-'));
  directories.push(directory);
  return directory;
}

afterEach(async () => {
  for (const emulator of running.splice(0)) await kill(emulator);
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
});

async function listVersion(client: Client): Promise<number> {
  const { body } = await client.ask<{ metadata: { resourceVersion: string } }>(
    'GET',
    client.jobs(),
  );
  return Number(body.metadata.resourceVersion);
}

/** A Job that runs until TERM, and its process id. */
async function endless(client: Client): Promise<{ name: string; pid: number }> {
  const name = newName('endless');
  await client.createJob(job(name, LOOP));
  const pod = await client.runningPod(name);
  const pid = await until('the pid', async () => Number((await client.log(pod)).text) || undefined);
  return { name, pid };
}

it('a container goes on while the emulator is dead, and the next one has all its lines and its end', async () => {
  const directory = await dataDirectory();
  const first = await start(directory);
  const [steady, quick] = [newName('steady'), newName('quick')];
  await first.client.createJob(
    job(steady, 'for i in $(seq 60); do echo $i; sleep .05; done; exit 5'),
  );
  const [go, over] = [join(directory, 'go'), join(directory, 'over')];
  const waits = `while [ ! -e ${go} ]; do sleep .05; done`;
  await first.client.createJob(job(quick, `${waits}; echo done; : > ${over}`));
  await first.client.runningPod(steady);
  await first.client.runningPod(quick);
  const before = await first.client.getJob(steady);
  const versionBefore = await listVersion(first.client);
  await kill(first);
  // The quick one ends unseen.
  await writeFile(go, '');
  await until('the end', async () => (await readdir(directory)).includes('over') || undefined);

  const { client } = await start(directory);
  const after = await client.getJob(steady);
  expect(after.body.metadata?.uid).toBe(before.body.metadata?.uid);
  // Versions never go back: watches and conditional writes of before would go wrong.
  expect(await listVersion(client)).toBeGreaterThanOrEqual(versionBefore);
  const pod = await client.pod(steady);
  const followed = await client.log(pod, 'follow=true');
  const lines = Array.from({ length: 60 }, (_, index) => String(index + 1));
  expect(followed.text.trimEnd().split('\n')).toEqual(lines);
  const ended = await client.ended(steady);
  expect(client.condition(ended, 'Failed')?.reason).toBe('BackoffLimitExceeded');
  const [failed] = await client.podsOf(steady);
  expect(failed?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(5);
  const done = await client.ended(quick);
  expect(client.condition(done, 'Complete')).toBeDefined();
  const [quickPod] = await client.podsOf(quick);
  expect((await client.log(quickPod ?? pod)).text).toBe('done\n');
});

it('with a data directory a container outlives the end of the input, and the next emulator can end it', async () => {
  const directory = await dataDirectory();
  const first = await start(directory);
  const { name, pid } = await endless(first.client);
  await first.client.close();
  first.process.stdin?.end();
  expect(await first.ended).toBe(0);
  expect(isAlive(pid)).toBe(true);

  const second = await start(directory);
  const pod = await second.client.pod(name);
  const log = second.client.log(pod, 'follow=true');
  await second.client.deleteJob(name, { propagationPolicy: 'Foreground' });
  expect((await log).text).toBe(`${pid}\nbye\n`);
  await until('404', async () =>
    (await second.client.getJob(name)).status === 404 ? true : undefined,
  );
  expect(isAlive(pid)).toBe(false);
  expect(await readdir(join(directory, 'pods'))).toEqual([]);
});

it('nothing outlives a SIGTERM, nor, without a data directory, the end of the input', async () => {
  for (const end of ['input', 'SIGTERM', 'SIGTERM with data']) {
    const emulator = await start(end === 'SIGTERM with data' ? await dataDirectory() : undefined);
    const { pid } = await endless(emulator.client);
    await emulator.client.close();
    if (end === 'input') emulator.process.stdin?.end();
    else emulator.process.kill('SIGTERM');
    expect(await emulator.ended).toBe(0);
    expect(isAlive(pid), end).toBe(false);
  }
});

it('without a data directory a killed emulator’s containers end by themselves', async () => {
  const emulator = await start();
  const { pid } = await endless(emulator.client);
  await kill(emulator);
  await until('no process', () => (isAlive(pid) ? undefined : true), 10_000);
});

it('a container whose shim is killed is known to be lost, and leaves no process', async () => {
  const directory = await dataDirectory();
  const { client } = await start(directory);
  const { name, pid } = await endless(client);
  const [pod] = await client.podsOf(name);
  const root = join(directory, 'pods', pod?.metadata?.uid ?? '', 'containers', 'main', '0');
  process.kill(Number(await readFile(join(root, 'owner'), 'utf8')), 'SIGKILL');
  const ended = await client.ended(name);
  expect(client.condition(ended, 'Failed')?.reason).toBe('BackoffLimitExceeded');
  const [lost] = await client.podsOf(name);
  expect(lost?.status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
  });
  await until('no process', () => (isAlive(pid) ? undefined : true), 5_000);
});

it('whenever the emulator is killed, each Job’s command starts exactly once', async () => {
  const directory = await dataDirectory();
  const names: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    const emulator = await start(directory);
    for (let turn = 0; turn < 2; turn += 1) {
      const name = newName('once');
      const draft = job(name, `echo started >> /claim/${name}; sleep .2`, {
        container: { volumeMounts: [{ name: 'claim', mountPath: '/claim' }] },
        pod: { volumes: [{ name: 'claim', persistentVolumeClaim: { claimName: 'starts' } }] },
      });
      const created = await emulator.client.createJob(draft);
      expect(created.status).toBe(201);
      names.push(name);
    }
    // From before the pod is scheduled to after the command has started.
    await new Promise((resolve) => setTimeout(resolve, round * 12));
    await kill(emulator);
  }
  const { client } = await start(directory);
  for (const name of names) {
    const ended = await client.ended(name);
    expect(client.condition(ended, 'Complete'), name).toBeDefined();
    expect(ended.status?.succeeded).toBe(1);
    const starts = await readFile(join(directory, 'claims', 'sluice', 'starts', name), 'utf8');
    expect(starts).toBe('started\n');
  }
});

it('a shim that comes too late does not start what the next emulator has started anew', async () => {
  const directory = await dataDirectory();
  const runtime = await shimRuntime(directory);
  const listeners = { onState: () => undefined, onLog: () => undefined };
  const spec = {
    containerId: newName('late'),
    argv: ['sh', '-c', `echo started >> ${join(directory, 'starts')}`],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: directory,
    keep: true,
    logMaxBytes: null,
  };
  const parent = join(directory, 'main');
  // As an emulator leaves it that is killed after writing the spec and before its shim runs.
  await mkdir(join(parent, '0'), { recursive: true });
  await writeFile(join(parent, '0', 'spec.json'), JSON.stringify(spec));
  expect(await ContainerProcess.adopt(parent, runtime, listeners)).toBeUndefined();
  const anew = ContainerProcess.start(parent, spec, runtime, listeners);
  await until('the end of the second start', () => (anew.over ? true : undefined));
  const socket = runtime.socketPath(`${spec.containerId}/0`);
  const late = spawn(process.execPath, [runtime.script, join(parent, '0'), socket]);
  expect(await new Promise((resolve) => late.once('exit', resolve))).toBe(0);
  expect(await readFile(join(directory, 'starts'), 'utf8')).toBe('started\n');
  expect(anew.state).toMatchObject({ phase: 'exited', exitCode: 0 });
  runtime.close();
});
