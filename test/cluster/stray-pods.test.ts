/** The same on the real cluster, with the controller's rights and no more. */
import { KubeConfig } from '@kubernetes/client-node';
import { describe } from 'vitest';
import { strayPodsSuite } from '../adapters/kubernetes/suites/stray-pods.ts';
import { kubeconfig, openLab } from './support/lab.ts';

describe.skipIf(kubeconfig === '')('a real cluster', () => {
  strayPodsSuite('Kubernetes', async () => {
    const lab = await openLab('sluice-strays');
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { target } = lab;
    const image = 'local/busybox:1';
    return { cluster: lab.controller(), target, config, image, close: () => lab.remove() };
  });
});
