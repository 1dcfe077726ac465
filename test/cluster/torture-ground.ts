/** The cluster of KUBECONFIG as ground for the torture, with no more rights than the manifests give. */
import type { Ground } from '../torture/place.ts';
import { openLab } from './lab.ts';

export async function labGround(name: string): Promise<Ground> {
  const lab = await openLab(name);
  return {
    server: lab.server,
    caData: lab.caData,
    token: await lab.controllerToken(),
    namespace: lab.namespace,
    image: 'local/busybox:1',
    close: () => lab.remove(),
  };
}
