/** What drivers of Nextflow load: a home of their own, and plugins that no run can have put there. */
import { expect, test } from 'vitest';
import { Pipeline } from '../../../../src/core/catalogue/entry.ts';
import { PLUGINS_PATH } from '../../../../src/core/kinds/nextflow/env.ts';
import { HOME_PATH } from '../../../../src/core/kinds/nextflow.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { RunRequest } from '../../../../src/core/runs/request.ts';
import { pipelines, targets } from '../../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../../src/engine/commands/submit.ts';
import { memoryWorld, QUICK } from '../../../support/world.ts';

const domain = 'default';
type Mount = { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean };
type Template = {
  readonly spec: {
    readonly containers: readonly [{ readonly volumeMounts: readonly Mount[] }];
    readonly volumes: readonly { readonly name: string }[];
  };
};

/** The volume that a driver of the entry has at a path, and whether it can write to it. */
async function started(entry: object, at: string) {
  let template: Template | undefined;
  const { world } = memoryWorld({
    script: (_, manifest) => {
      template = manifest.spec['template'] as Template;
      return QUICK;
    },
  });
  const target = {
    name: 'lab',
    work_claim: 'work',
    plugins: { claim: 'tools', path: 'of-target' },
  };
  await targets.create(world, domain, Target.parse(target));
  const flow = { name: 'flow', kind: 'nextflow', source: 'acme/flow', target: 'lab', ...entry };
  await pipelines.create(world, domain, Pipeline.parse(flow));
  await submitRun(world, { domain, request: RunRequest.parse({ pipeline: 'flow' }) });
  const [driver] = template?.spec.containers ?? [];
  const mount = driver?.volumeMounts.find(({ mountPath }) => mountPath === at);
  return { mount, volume: template?.spec.volumes.find(({ name }) => name === mount?.name) };
}

test('the home of a driver is its own', async () => {
  expect((await started({}, HOME_PATH)).volume).toEqual({ name: 'home', emptyDir: {} });
});

test.each([
  ['the target', {}, { claim: 'tools', path: 'of-target' }],
  [
    'the entry',
    { plugins: { claim: 'mine', path: 'of/entry' } },
    { claim: 'mine', path: 'of/entry' },
  ],
])('plugins come from the folder that %s names, read-only', async (_who, entry, want) => {
  const { mount, volume } = await started(entry, PLUGINS_PATH);
  expect(mount).toMatchObject({ readOnly: true, subPath: want.path });
  expect(volume).toMatchObject({ persistentVolumeClaim: { claimName: want.claim } });
});

test('no entry takes them from where all runs write', async () => {
  await expect(started({ plugins: { claim: 'work' } }, PLUGINS_PATH)).rejects.toMatchObject({
    code: 'invalid',
    fields: [{ field: 'nextflow.plugins.claim' }],
  });
});
