/** The Kubernetes emulator for the torture tests: a process of its own. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import { startChild } from '../../src/dev/child.ts';
import { LOG_FILE_BYTES } from './oracle.ts';
import type { TestCluster } from './place.ts';

export async function emulator(): Promise<TestCluster> {
  const child = await startChild({
    name: 'kubernetes',
    entry: fileURLToPath(new URL('../../src/emulators/kubernetes/main.ts', import.meta.url)),
    args: ['--log-max-bytes', String(LOG_FILE_BYTES)],
    closeSignal: 'SIGTERM',
  });
  const config = new KubeConfig();
  config.loadFromString(await readFile(String(child.ready['kubeconfig']), 'utf8'));
  const touched: string[] = [];
  return {
    async touch(_pod, path) {
      touched.push(path);
      await writeFile(path, '');
    },
    server: config.getCurrentCluster()?.server ?? '',
    token: config.getCurrentUser()?.token ?? '',
    namespace: 'sluice',
    image: 'busybox:1.37',
    async close() {
      await child.close();
      for (const path of touched) await rm(path, { force: true });
    },
  };
}
