/** A cluster before Kubernetes 1.29: it drops the field that makes a container run beside the driver. */
import { expect, test } from 'vitest';
import { buildJob } from '../../../src/core/runs/build-manifest.ts';
import { nextflowLaunch } from '../../core/support/launch.ts';
import { newId } from './support/cluster-fixture.ts';
import { failure, json, serve, target } from './support/server.ts';

type Container = { name: string; restartPolicy?: string };
type Job = {
  metadata: { name: string; uid?: string };
  spec: { suspend: boolean; template: { spec: { initContainers?: Container[] } } };
};

/** Keeps one Job, as a server that knows native sidecars or not. */
async function open(known: boolean) {
  let job: Job | undefined;
  let made = 0;
  const { cluster, seen } = await serve(({ method, body }, response) => {
    if (method === 'DELETE') {
      job = undefined;
      json(response, 200, { kind: 'Status', status: 'Success' });
    } else if (method === 'POST' && job) json(response, 409, failure(409, 'exists'));
    else if (method === 'POST') {
      made += 1;
      job = JSON.parse(body) as Job;
      job.metadata.uid = `uid-${made}`;
      if (!known)
        for (const container of job.spec.template.spec.initContainers ?? [])
          delete container.restartPolicy;
      json(response, 201, job);
    } else if (job) json(response, 200, job);
    else json(response, 404, failure(404, 'no such Job'));
  });
  return { cluster, methods: () => seen.map(({ method }) => method), stored: () => job };
}

function manifest() {
  const run_id = newId();
  const input = { run_id, domain: 'default', attempt: 1, name: run_id, nonce: '0' };
  return buildJob({ ...input, launch: nextflowLaunch(), target }).job;
}

test('a cluster that knows them makes the Job as it is', async () => {
  const { cluster, methods } = await open(true);
  expect(await cluster.createJob(manifest())).toMatchObject({ uid: 'uid-1', traced: true });
  expect(methods()).toEqual(['POST']);
});

test('on another one the Job is made anew without that container, which would hold its driver up for ever', async () => {
  const { cluster, methods, stored } = await open(false);
  const job = await cluster.createJob(manifest());
  expect(job).toMatchObject({ uid: 'uid-2', suspended: true, traced: false });
  expect(stored()?.spec.template.spec.initContainers).toBeUndefined();
  expect(methods()).toEqual(['POST', 'DELETE', 'POST']);
});

test('one that was made anew is found again, and made no third time', async () => {
  const { cluster, methods } = await open(false);
  const same = manifest();
  await cluster.createJob(same);
  expect(await cluster.createJob(same)).toMatchObject({ uid: 'uid-2', traced: false });
  expect(methods().slice(3)).toEqual(['POST', 'GET']);
});
