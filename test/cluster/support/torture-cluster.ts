/** The cluster of KUBECONFIG for the torture tests, with no more rights than the manifests give. */
import { request } from 'node:https';
import { PassThrough } from 'node:stream';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import type { TestCluster } from '../../torture/place.ts';
import { kubeconfig, openLab } from './lab.ts';

/** Runs a command in the driver's container, with the rights of KUBECONFIG itself. */
async function run(namespace: string, pod: string, command: readonly string[]): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { promise, resolve } = Promise.withResolvers<V1Status>();
  // It demands a stream, also of a command that prints nothing.
  const out = new PassThrough().resume();
  const exec = new Exec(config);
  await exec.exec(namespace, pod, 'driver', [...command], out, null, null, false, resolve);
  const { status, message } = await promise;
  if (status !== 'Success') throw new Error(`${command.join(' ')}: ${message}`);
}

export async function labCluster(name: string): Promise<TestCluster> {
  const lab = await openLab(name);
  const { server, caData, namespace } = lab;
  const token = await lab.controllerToken();
  return {
    server,
    caData,
    token,
    namespace,
    image: 'local/busybox:1',
    touch: (pod, path) => run(namespace, pod, ['touch', path]),
    listen: (pod) =>
      new Promise((resolve, reject) => {
        const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=driver&follow=true`;
        const headers = { authorization: `Bearer ${token}` };
        const ca = Buffer.from(caData, 'base64');
        request(new URL(path, server), { headers, ca }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => resolve(Buffer.concat(chunks)));
        })
          .on('error', reject)
          .end();
      }),
    close: () => lab.remove(),
  };
}
