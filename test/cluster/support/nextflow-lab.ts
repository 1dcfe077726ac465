/** A lab namespace in which real Nextflow runs: a work volume with a pipeline of three tasks. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import type { Target } from '../../../src/core/kinds/target.ts';
import { until } from '../../adapters/kubernetes/support/cluster-fixture.ts';
import { kubeconfig, type Lab, openLab } from './lab.ts';

const IMAGE = 'docker.io/local/nextflow:24.10.5';

/** The test's work volume is a folder of the node, so the node has to be this machine, with the image. */
export async function nextflowIsThere(): Promise<boolean> {
  if (kubeconfig === '') {
    return false;
  }
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { items } = await config.makeApiClient(CoreV1Api).listNode();
  return items.some(({ status }) => status?.images?.some(({ names }) => names?.includes(IMAGE)));
}

const CONFIG = `
process.container = '${IMAGE}'
process.memory = '128 MB'
process.cpus = 1
`;
const HELLO = `
params.seconds = 0
params.greeting = 'hello'
println "params: \${groovy.json.JsonOutput.toJson(params)}"
process SAY {
  tag "$who"
  input: val who
  output: stdout
  script: "echo hello $who; sleep \${params.seconds}"
}
workflow { Channel.of('ada', 'ben', 'cleo') | SAY | view { it.trim() } }
`;

export type NextflowLab = {
  readonly lab: Lab;
  readonly target: Target;
  /** The work volume's folder on this machine. */
  readonly folder: string;
  /** The folder of a second volume, whose claim is `plugins`. */
  readonly plugins: string;
  remove(): Promise<void>;
};

/** A claim on a new folder of this machine. */
async function newVolume({ core, namespace }: Lab, claim: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `sluice-${claim}-`));
  // As a volume is set up for many users; the driver is user 1000, not the one who made the folder.
  await chmod(folder, 0o1777);
  const name = `${namespace}-${claim}`;
  const storage = { accessModes: ['ReadWriteMany'], storageClassName: '' };
  await core.createPersistentVolume({
    body: {
      metadata: { name },
      spec: {
        ...storage,
        capacity: { storage: '1Gi' },
        persistentVolumeReclaimPolicy: 'Retain',
        hostPath: { path: folder, type: 'Directory' },
        claimRef: { namespace, name: claim },
      },
    },
  });
  const request = { volumeName: name, resources: { requests: { storage: '1Gi' } } };
  await core.createNamespacedPersistentVolumeClaim({
    namespace,
    body: { metadata: { name: claim }, spec: { ...storage, ...request } },
  });
  return folder;
}

export async function openNextflowLab(name: string): Promise<NextflowLab> {
  const lab = await openLab(name);
  const { namespace } = lab;
  const target = {
    ...lab.target,
    nextflow_image: IMAGE,
    work_claim: 'work',
    resources: { cpu: '100m', memory: '1Gi' },
  };
  const [folder, plugins] = [await newVolume(lab, 'work'), await newVolume(lab, 'plugins')];
  await writeFile(join(folder, 'hello.nf'), HELLO);
  await writeFile(join(folder, 'nextflow.config'), CONFIG);
  const remove = async () => {
    await lab.remove();
    for (const claim of ['work', 'plugins'])
      await lab.core.deletePersistentVolume({ name: `${namespace}-${claim}` });
    await until('the namespace is gone', async () =>
      lab.core.readNamespace({ name: lab.namespace }).then(
        () => false,
        () => true,
      ),
    );
    for (const each of [folder, plugins]) await rm(each, { recursive: true, force: true });
  };
  return { lab, target, folder, plugins, remove };
}
