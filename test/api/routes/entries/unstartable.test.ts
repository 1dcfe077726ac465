/** Entries that could never start: refused when they are saved, or told so where that depends on their target. */
import { expect, test } from 'vitest';
import { testApi } from '../../support.ts';

async function saved(nextflow: object, more: object = {}) {
  const api = testApi();
  await api.call('/api/v1/targets', { body: { name: 'default', work_claim: 'work' } });
  const body = { name: 'flow', nextflow: { source: 'acme/flow', ...nextflow }, ...more };
  return api.call('/api/v1/pipelines', { body });
}

const PATHS = '/sluice /sluice/launch /etc/sluice /etc/../x /data/.. /data/./x /a//b //a /data/';
const REFUSED: readonly (readonly [field: string, nextflow: object])[] = [
  ['nextflow.task_limits', { version: '22.10.1', task_limits: { cpu: 2 } }],
  ['nextflow.task_limits', { image: 'acme/nextflow:23.10.1', task_limits: { cpu: 2 } }],
  ...PATHS.split(' ').map((mount_path) => {
    const storage = { claim: 'data', mount_path };
    return ['nextflow.storage.mount_path', { storage }] as const;
  }),
];
test.each(REFUSED)('refuses %s of %j', async (field, nextflow) => {
  const { status, json } = await saved(nextflow);
  expect([status, json.errors?.map((each: { field: string }) => each.field)]).toEqual([
    422,
    [field],
  ]);
});

test.each([
  { version: '24.10.5', task_limits: { cpu: 2 } },
  { version: '22.10.1', task_limits: {} },
  { storage: { claim: 'data', mount_path: '/data/sluice' } },
  { storage: { claim: 'data', mount_path: '/sluice-data/..a' } },
  { plugins: { claim: 'plugins' } },
])('saves %j without a warning', async (nextflow) => {
  expect(await saved(nextflow)).toMatchObject({ status: 201, json: { warnings: [] } });
});

test('warns of what no start on its target could have, unless requests may bring it', async () => {
  const own = { plugins: { claim: 'work' } };
  const { status, json } = await saved(own);
  expect([status, json.warnings]).toEqual([
    201,
    [
      expect.stringMatching(
        /^No run of it can start on the target default: nextflow\.plugins\.claim is the work claim/,
      ),
    ],
  ]);
  const secret = { secret_env: { TOKEN: { secret: 'theirs', key: 'token' } } };
  expect((await saved(secret)).json.warnings).toHaveLength(1);
  const left = await saved(secret, { overridable: ['nextflow.secret_env'] });
  expect(left).toMatchObject({ status: 201, json: { warnings: [] } });
});

test('warns of no entry whose requests say what runs', async () => {
  const { call } = testApi();
  for (const body of [
    { name: 'image', container: { image: 'busybox' }, overridable: ['container'] },
    { name: 'script', shell: { script: 'true', image: 'busybox' } },
  ])
    expect(await call('/api/v1/pipelines', { body })).toMatchObject({
      status: 201,
      json: { warnings: [] },
    });
});
