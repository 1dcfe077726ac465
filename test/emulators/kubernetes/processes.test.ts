/** Containers as processes on the host: what they see, and that none is left behind. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathMapper } from '../../../src/emulators/kubernetes/kubelet/path-map.ts';
import { createKubernetes, type Kubernetes } from '../../../src/emulators/kubernetes/kubernetes.ts';
import { type Client, connect, isAlive, job, newName, shell, until } from './suite/client.ts';

const LOOP = 'trap "exit 0" TERM; while :; do sleep .1; done';

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

describe('processes on the host', () => {
  it('paths of mounts are replaced where they begin a path, and nowhere else', () => {
    const map = pathMapper(
      new Map([
        ['/data', '/host/d'],
        ['/data/in', '/host/i'],
      ]),
    );
    expect(map('/data')).toBe('/host/d');
    expect(map('--in=/data/a "/data" file:/data/in/b')).toBe(
      '--in=/host/d/a "/host/d" file:/host/i/b',
    );
    expect(map('/mydata /my/data /database /data.txt ./data')).toBe(
      '/mydata /my/data /database /data.txt ./data',
    );
  });

  it('a claim is a directory that outlives the Job; command, variables, directory and config see it', async () => {
    const name = newName('claim');
    const metadata = { name };
    await client.ask('POST', client.objects('configmaps'), {
      metadata,
      data: { 'run.sh': 'cat /workspace/in/text\n' },
    });
    const { pod } = await client.run(
      job(
        name,
        'mkdir -p in; pwd; echo found > /workspace/in/text; sh /etc/run/run.sh; cat $FILE',
        {
          container: {
            workingDir: '/workspace',
            env: [{ name: 'FILE', value: '/workspace/in/text' }],
            volumeMounts: [
              { name: 'work', mountPath: '/workspace' },
              { name: 'config', mountPath: '/etc/run' },
            ],
          },
          pod: {
            volumes: [
              { name: 'work', persistentVolumeClaim: { claimName: name } },
              { name: 'config', configMap: { name } },
            ],
          },
        },
      ),
    );
    const claim = join(kubernetes.claimsDir, 'sluice', name);
    expect((await client.log(pod)).text).toBe(`${claim}\nfound\nfound\n`);
    await client.deleteJob(name);
    await until('no pod', async () =>
      (await client.podsOf(name)).length === 0 ? true : undefined,
    );
    expect(await readFile(join(claim, 'in', 'text'), 'utf8')).toBe('found\n');
  });

  it('a container sees none of the host’s variables but PATH', async () => {
    const name = newName('env');
    process.env['EMULATOR_TEST_SECRET'] = 'secret';
    const { pod } = await client.run(job(name, 'env | sed "s/=.*//" | sort'));
    delete process.env['EMULATOR_TEST_SECRET'];
    const names = (await client.log(pod)).text.trim().split('\n');
    const shells = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(names.filter((one) => !shells.includes(one))).toEqual([
      'EMULATOR_CONTAINER_ID',
      'HOME',
      'HOSTNAME',
      'PATH',
      'TMPDIR',
    ]);
    await client.deleteJob(name);
  });

  it('when the first process ends, everything it has started ends, sessions of their own too', async () => {
    const name = newName('tree');
    const { pod } = await client.run(
      job(name, 'setsid sleep 300 & echo $!; sleep 300 & echo $!; sleep .3'),
    );
    const pids = (await client.log(pod)).text.trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
    await client.deleteJob(name);
  });

  it('a pod deleted by force is gone at once, its process soon', async () => {
    const name = newName('force');
    await client.createJob(job(name, 'trap "" TERM; echo $$$$; while :; do sleep .1; done'));
    const pod = await client.runningPod(name);
    const pid = await until('the pid', async () => {
      const { text } = await client.log(pod);
      return text === '' ? undefined : Number(text);
    });
    await client.ask<V1Pod>('DELETE', client.objects('pods', pod.metadata?.name), {
      gracePeriodSeconds: 0,
    });
    await until('no pod', async () =>
      (await client.podsOf(name)).length === 0 ? true : undefined,
    );
    await until('no process', () => (isAlive(pid) ? undefined : true), 5_000);
    await client.deleteJob(name);
  });
});

const BATCHES = 7;
const BATCH_LINES = 500;
const LAST_LINE = 1 + BATCHES * BATCH_LINES;

/**
 * An emulator with small log files, and a follower that has got line 1. The other lines come after
 * `start`, in batches, each of which is larger than a file and waits for the next file to be begun.
 */
async function followRotated() {
  const small = await createKubernetes({ logMaxBytes: 20_000 });
  const own = connect(small);
  const name = newName('rotate');
  const go = join(small.directory, 'go');
  const done = join(small.directory, 'done');
  const pods = join(small.directory, 'pods');
  const wait = (file: string) => `until [ -e ${file} ]; do sleep .02; done`;
  const batch = `for i in $(seq ${BATCH_LINES}); do n=$((n+1)); echo line $n; done`;
  const batches = `for b in $(seq ${BATCHES}); do ${batch}; ${wait(`${pods}/*/containers/main/0/$b.log`)}; done`;
  await own.createJob(job(name, `n=1; echo line $n; ${wait(go)}; ${batches}; touch ${done}`));
  const pod = await own.runningPod(name);
  const { body } = await own.open('GET', `${own.objects('pods', pod.metadata?.name)}/log?follow=1`);
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let text = String((await chunks.next()).value);
  return {
    text,
    pod,
    own,
    start: () => writeFileSync(go, ''),
    isDone: () => existsSync(done),
    rest: async () => {
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
        text += String(next.value);
      }
      return text.trimEnd().split('\n');
    },
    countFiles: () => {
      const names = readdirSync(pods, { recursive: true, encoding: 'utf8' });
      return names.filter((file) => /\d\.log$/.test(file)).length;
    },
    close: async () => {
      await own.ended(name);
      await own.close();
      await small.close();
    },
  };
}

describe('rotated logs', () => {
  const lines = Array.from({ length: LAST_LINE }, (_, index) => `line ${index + 1}`);

  it('only the newest file is served, but who follows loses nothing', async () => {
    const follower = await followRotated();
    expect(follower.text).toBe('line 1\n');
    follower.start();
    expect(await follower.rest()).toEqual(lines);
    // The newest file may have been begun with the last line.
    const later = (await follower.own.log(follower.pod)).text.split('\n').slice(0, -1);
    expect(later.length).toBeLessThan(1_000);
    expect(later).toEqual(lines.slice(LAST_LINE - later.length));
    await follower.close();
  });

  it('who follows from many rotations behind loses nothing, and then the old files go', async () => {
    const follower = await followRotated();
    follower.start();
    // The emulator runs in this process: while that stands still, it cannot keep up with the output.
    for (let turn = 0; turn < 5_000 && !follower.isDone(); turn += 1) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
    expect(follower.isDone()).toBe(true);
    expect(follower.countFiles()).toBeGreaterThan(BATCHES);
    expect(await follower.rest()).toEqual(lines);
    await until('five files', () => (follower.countFiles() === 5 ? true : undefined));
    await follower.close();
  });
});

describe('the end of the emulator', () => {
  it('closing ends what runs, and leaves neither processes nor files', async () => {
    const short = await createKubernetes();
    const own = connect(short);
    const name = newName('close');
    await own.createJob(
      job(name, 'echo $$$$; trap "" TERM; while :; do sleep .1; done', {
        pod: { initContainers: [shell('side', LOOP, { restartPolicy: 'Always' })] },
      }),
    );
    const pod = await own.runningPod(name);
    const pid = await until('the pid', async () => {
      const { text } = await own.log(pod, 'container=main');
      return text === '' ? undefined : Number(text);
    });
    expect(isAlive(pid)).toBe(true);
    await own.close();
    await short.close();
    expect(isAlive(pid)).toBe(false);
    await expect(readdir(short.directory)).rejects.toThrow('ENOENT');
  });
});
