/** Containers as processes on the host: what they see, and that none is left behind. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetes, type Kubernetes } from '../../src/local/kubernetes/kubernetes.ts';
import { pathMapper } from '../../src/local/kubernetes/path-map.ts';
import {
  type Client,
  connect,
  isAlive,
  job,
  newName,
  shell,
  until,
} from './kubernetes-api-client.ts';

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
    process.env['STANDIN_TEST_SECRET'] = 'secret';
    const { pod } = await client.run(job(name, 'env | sed "s/=.*//" | sort'));
    delete process.env['STANDIN_TEST_SECRET'];
    const names = (await client.log(pod)).text.trim().split('\n');
    const shells = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(names.filter((one) => !shells.includes(one))).toEqual([
      'HOME',
      'HOSTNAME',
      'PATH',
      'STANDIN_CONTAINER_ID',
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

describe('rotated logs', () => {
  it('only the newest file is served, but who follows loses nothing', async () => {
    const small = await createKubernetes({ logMaxBytes: 20_000 });
    const own = connect(small);
    const name = newName('rotate');
    await own.createJob(job(name, 'sleep .5; for i in $(seq 3000); do echo line $i; done'));
    const pod = await own.runningPod(name);
    const followed = await own.log(pod, 'follow=true');
    const lines = Array.from({ length: 3_000 }, (_, index) => `line ${index + 1}`);
    expect(followed.text.trimEnd().split('\n')).toEqual(lines);
    await own.ended(name);
    // The newest file may have been begun with the last line.
    const later = (await own.log(pod)).text.split('\n').slice(0, -1);
    expect(later.length).toBeLessThan(1_000);
    expect(later).toEqual(lines.slice(3_000 - later.length));
    await own.close();
    await small.close();
  });
});

describe('the end of the stand-in', () => {
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
