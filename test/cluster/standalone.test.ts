/** The standalone installation on a real cluster, from its manifests: a namespace for it, one for runs, one for a further domain. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  loadAllYaml,
  NetworkingV1Api,
  type V1StatefulSet,
} from '@kubernetes/client-node';
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  it,
  onTestFailed,
  onTestFinished,
  vi,
} from 'vitest';
import { WebSocket } from 'ws';
import { ROOT } from '../../src/build/build.ts';
import { createClient, type RunEvent } from '../../src/client/index.ts';
import { PATIENCE } from '../support/patience.ts';
import { apply, kubectl, MANIFESTS, moved, overlay, render } from './support/kustomize.ts';
import { kubeconfig } from './support/lab.ts';
import { canMakeImages, forgetImage, IMAGE, makeImage } from './support/standalone-image.ts';

const USER = 65_532;
const LINES = 300;
const POD = 'sluice-0';
/** Names of claims come from the StatefulSet. */
const CLAIM = `data-${POD}`;

const config = new KubeConfig();
if (kubeconfig !== '') config.loadFromFile(kubeconfig);

/** Names of the namespaces `sluice` and `sluice-system` in a test, which removes them. */
function namespaces(what: string) {
  const runs = `sluice-${what}-${randomBytes(3).toString('hex')}`;
  const names = { sluice: runs, 'sluice-system': `${runs}-system`, 'sluice-acme': `${runs}-acme` };
  const core = config.makeApiClient(CoreV1Api);
  onTestFinished(async () => {
    for (const name of Object.values(names))
      await core.deleteNamespace({ name }).catch(() => undefined);
  });
  return { names, runs, system: names['sluice-system'], acme: names['sluice-acme'], core };
}

/** A volume on the node for the claim, because the lab makes none. The kubelet gives folders of a node to nobody. */
async function volume(system: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-volume-'));
  await chown(path, USER, USER);
  await chmod(path, 0o700);
  onTestFinished(async () => {
    await kubectl(
      '-n',
      system,
      'delete',
      'statefulset,pod',
      '--all',
      '--force',
      '--grace-period=0',
    );
    await kubectl('delete', 'pv', system, '--wait=false');
    await rm(path, { recursive: true, force: true });
  });
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: system },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path },
      claimRef: { namespace: system, name: CLAIM },
      storageClassName: '',
    },
  });
}

/** The manifests with the image and the volume of the lab, and a policy under which a test may start anything. */
const ofLab = () =>
  overlay(join(MANIFESTS, 'standalone'), {
    images: [{ name: 'registry.example.com/sluice', newName: IMAGE.name, newTag: IMAGE.tag }],
    configMapGenerator: [
      {
        name: 'sluice-settings',
        namespace: 'sluice-system',
        behavior: 'merge',
        literals: ['SLUICE_DEFAULT_POLICY=open'],
      },
    ],
    patches: [
      {
        target: { kind: 'StatefulSet', name: 'sluice' },
        patch: JSON.stringify([
          { op: 'add', path: '/spec/volumeClaimTemplates/0/spec/storageClassName', value: '' },
        ]),
      },
    ],
  });

const setOf = async (folder: string): Promise<V1StatefulSet> =>
  (loadAllYaml(await render(join(MANIFESTS, folder))) as KubernetesObject[]).find(
    ({ kind }) => kind === 'StatefulSet',
  ) as V1StatefulSet;

const job = {
  pipeline: 'lines',
  container: {
    image: 'local/busybox:1',
    command: [
      'sh',
      '-c',
      `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "line $i"; sleep 0.1; done`,
    ],
  },
};
const linesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines : [])).map((l) => l.message);

/** A live client that uses nothing but the address that it is told. */
async function live(url: string, token: string, runId: string) {
  const answer = await fetch(`${url}/api/v1/negotiate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ run_ids: [runId] }),
  });
  const address = ((await answer.json()) as { url: string }).url;
  expect(address.startsWith(`${url.replace('http', 'ws')}/client/hubs/`)).toBe(true);
  const socket = new WebSocket(address, ['json.webpubsub.azure.v1']);
  onTestFinished(() => socket.terminate());
  let heard = '';
  socket.on('message', (data: Buffer) => (heard += data.toString()));
  await once(socket, 'open');
  await vi.waitUntil(() => heard.includes('"line '), PATIENCE);
}

describe.skipIf(kubeconfig === '' || !canMakeImages)('a standalone installation', () => {
  beforeAll(makeImage, 240_000);
  afterAll(forgetImage);

  it('runs from its manifests, and loses no line of a run when its pod is killed', async () => {
    const { names, runs, system, acme, core } = namespaces('one');
    onTestFailed(async () => console.error(await kubectl('-n', system, 'logs', POD, '--tail=100')));
    await apply(await volume(system));
    const said = await apply(moved(await render(await ofLab()), names));
    expect(said, 'pod security has nothing to say').not.toContain('Warning');

    const ready = async (before?: string) =>
      vi.waitFor(async () => {
        const pod = await core.readNamespacedPod({ name: POD, namespace: system });
        const conditions = pod.status?.conditions ?? [];
        expect(pod.metadata?.uid).not.toBe(before);
        expect(
          conditions.find(({ type }) => type === 'Ready')?.status,
          JSON.stringify(pod.status),
        ).toBe('True');
        return { uid: pod.metadata?.uid ?? '', url: `http://${pod.status?.podIP}:8080` };
      }, PATIENCE);
    const first = await ready();
    const token = (
      await kubectl('-n', system, 'exec', POD, '--', 'node', '/app/runtime/main.js', 'admin-token')
    ).trim();
    expect(token).toMatch(/^[\w-]{48}$/);
    expect(await kubectl('-n', system, 'logs', POD)).not.toContain(token);
    expect((await fetch(`${first.url}/api/v1/runs`)).status).toBe(401);
    expect((await fetch(`${first.url}/admin/host/status`)).status).toBe(404);

    const before = createClient({ url: first.url, token });
    const place = { shell_image: 'local/busybox:1', work_claim: null };
    await before.targets.put({ ...place, name: 'default', namespace: runs });
    const { run_id } = await before.startRun(job);
    await live(first.url, token, run_id);
    const events: RunEvent[] = [];
    for await (const event of before.watch(run_id)) {
      events.push(event);
      if (linesOf(events).length > LINES / 10) break;
    }
    // A second for its processes, which need more to end in order.
    await core.deleteNamespacedPod({ name: POD, namespace: system, gracePeriodSeconds: 1 });

    const second = await ready(first.uid);
    const after = createClient({ url: second.url, token });
    await live(second.url, token, run_id);
    for await (const event of after.watch(run_id, { after: events.at(-1)?.seq ?? 0 }))
      events.push(event);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
    expect(linesOf(events)).toEqual(
      Array.from({ length: LINES }, (_line, index) => `line ${index + 1}`),
    );
    expect(events.at(-1)).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
    const log = await fetch(`${second.url}/api/v1/runs/${run_id}/log`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect((await log.text()).trimEnd().split('\n')).toEqual(linesOf(events));

    // One more domain, by the recipe of the README.
    await apply(moved(await render(join(ROOT, 'examples', 'tenant')), names));
    await after.targets.create({ ...place, name: 'default', namespace: acme }, { domain: 'acme' });
    const theirs = await after.tokens.create({ name: 'acme', domain: 'acme', scopes: ['admin'] });
    const tenant = createClient({ url: second.url, token: theirs.token });
    await tenant.putLane('hello', { capacity: 1 });
    const container = { image: 'local/busybox:1', command: ['echo', 'hello'] };
    await tenant.pipelines.create({ name: 'hello', lane: 'hello', container });
    const hello = await tenant.startRun({ pipeline: 'hello' });
    const told: RunEvent[] = [];
    for await (const event of tenant.watch(hello.run_id)) told.push(event);
    expect(linesOf(told)).toEqual(['hello']);
  }, 240_000);

  it.each(['standalone', 'overlays/kind', 'overlays/aks'])(
    'has objects that a cluster takes: %s',
    async (folder) => {
      const { names, system, core } = namespaces('all');
      expect(await apply(moved(await render(join(MANIFESTS, folder)), names))).not.toContain(
        'Warning',
      );
      const isHere = { namespace: system, name: 'sluice' };
      expect((await core.readNamespacedService(isHere)).spec?.clusterIP).toBeTruthy();
      if (folder.endsWith('aks')) {
        const ingress = await config.makeApiClient(NetworkingV1Api).readNamespacedIngress(isHere);
        expect(ingress.spec?.ingressClassName).toBe('webapprouting.kubernetes.azure.com');
      }
      const { spec } = (await setOf(folder)).spec?.volumeClaimTemplates?.[0] ?? {};
      const metadata = { name: 'try', namespace: system };
      const named = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec };
      expect(await apply(JSON.stringify(named), '--dry-run=server')).toContain(
        'created (server dry run)',
      );
    },
    120_000,
  );
});
