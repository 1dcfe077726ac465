/** What a check of a target tells, and what to do, for each thing that may be wrong with it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { memoryProbe } from '../../../src/adapters/memory/probe.ts';
import { RIGHTS, TARGET_CHECK_MS } from '../../../src/core/catalogue/target-check.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { checkTarget } from '../../../src/engine/commands/check-target.ts';
import { type Cluster, ClusterError, type ClusterProbe } from '../../../src/ports/cluster.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';

async function check(probe: Partial<ClusterProbe>, more: object = {}) {
  const { world, clock, cluster } = memoryWorld();
  const target = Target.parse({ name: 'lab', ...more });
  await targets.create(world, domain, target);
  const asked = new Proxy(cluster, {
    get: (object, name) =>
      name === 'probe' ? { ...memoryProbe, ...probe } : (Reflect.get(object, name) as unknown),
  }) as Cluster;
  const clusters = { ...world.clusters, connect: () => asked };
  const found = checkTarget({ ...world, clusters }, domain, 'lab');
  const asking = { open: true };
  const end = found.finally(() => (asking.open = false));
  await new Promise((resolve) => setImmediate(resolve));
  while (asking.open) await clock.advance(TARGET_CHECK_MS);
  const told = await end;
  const by = (status: string) =>
    told.checks.filter((each) => each.status === status).map((each) => each.check);
  return { ...told, failed: by('failed'), unknown: by('unknown'), good: by('ok') };
}
const refuse = (code: ClusterError['code'], message: string) => () =>
  Promise.reject(new ClusterError(code, 0, message));
const hang = () => new Promise<never>(() => undefined);

const EVERYTHING = [
  'connection',
  'credentials',
  'namespace',
  'job',
  'rights.jobs',
  'rights.pods',
  'rights.pods/log',
  'rights.events',
  'rights.configmaps',
  'service_account',
  'task_service_account',
];

test('all is well: what the target names is looked at too', async () => {
  const names = { work_claim: 'work', secrets: ['s3'], image_pull_secrets: ['registry'] };
  expect(await check({}, { ...names, plugins: { claim: 'plugins' } })).toMatchObject({
    ok: true,
    server_version: 'v1.34.0+memory',
    answered_in_ms: 0,
    good: [...EVERYTHING, 'work_claim', 'plugins', 'secrets.s3', 'image_pull_secrets.registry'],
  });
});

test('a cluster that does not answer, or refuses the credentials, is asked nothing more', async () => {
  const gone = await check({ version: refuse('unavailable', 'connect ECONNREFUSED') });
  expect(gone).toMatchObject({ ok: false, server_version: null, failed: ['connection'], good: [] });
  expect(gone.checks[0]?.message).toMatch(
    /ECONNREFUSED\. Is the address of the connection default/,
  );
  const stranger = await check({ allows: refuse('denied', 'Unauthorized') });
  expect(stranger).toMatchObject({ ok: false, failed: ['credentials'], good: ['connection'] });
  expect(stranger.checks[1]?.message).toMatch(/^Unauthorized\. Renew the credentials/);
});

test.each([
  ['not_found', 'namespaces "sluice" not found', ['namespace'], ['job']],
  ['denied', 'jobs is forbidden: because it is being terminated', ['namespace'], ['job']],
  ['denied', 'User "x" cannot create', [], ['namespace', 'job']],
  ['refused', 'exceeded quota', ['job'], []],
  ['unavailable', 'no answer', [], ['namespace', 'job']],
] as const)('a Job that is %s (%s)', async (code, message, failed, unknown) => {
  expect(await check({ tryJob: refuse(code, message) })).toMatchObject({
    ok: failed.length === 0,
    failed,
    unknown,
  });
});

test('rights that are missing are named, and what is not there', async () => {
  const found = await check({
    allows: async ({ resource, verb }) => resource !== 'pods' || verb !== 'watch',
    has: async ({ kind }) => kind !== 'ServiceAccount',
  });
  expect(found.failed).toEqual(['rights.pods', 'service_account', 'task_service_account']);
  const messages = found.checks
    .filter(({ status }) => status === 'failed')
    .map((each) => each.message);
  expect(messages[0]).toMatch(/^Not allowed: watch\./);
  expect(messages[1]).toMatch(/no ServiceAccount sluice-driver in the namespace sluice/);
});

test('what it may not look at is no fault', async () => {
  const found = await check({ has: refuse('denied', 'forbidden') });
  expect(found).toMatchObject({ ok: true, unknown: ['service_account', 'task_service_account'] });
  expect(found.checks.at(-1)?.message).toContain(
    'kubectl get serviceaccount sluice-task -n sluice',
  );
});

test('a cluster that hangs is given up in time, wherever it hangs', async () => {
  expect(await check({ version: hang })).toMatchObject({ ok: false, unknown: ['connection'] });
  expect(await check({ tryJob: hang })).toMatchObject({ unknown: ['namespace', 'job'] });
  expect((await check({ has: hang })).good).toContain('rights.jobs');
});

test('the rights are those that the manifests give', () => {
  const documents = parseAllDocuments(readFileSync('k8s-manifests/runs/rbac.yaml', 'utf8'));
  type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };
  const role = documents
    .map((each) => each.toJS() as { kind: string; metadata: { name: string }; rules: Rule[] })
    .find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'sluice-controller');
  const given = role?.rules.map(({ apiGroups, resources, verbs }) => ({
    group: apiGroups[0],
    resource: resources[0],
    verbs,
  }));
  expect(given).toEqual(RIGHTS);
});
