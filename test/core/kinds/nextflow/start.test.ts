/** What a Nextflow driver loads: nothing that another run can have put there. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Target } from '../../../../src/core/kinds/target.ts';
import { buildJob, type JobInput } from '../../../../src/core/runs/build-manifest.ts';
import { nextflowLaunch } from '../../support/launch.ts';

const target = Target.parse({ name: 'default', work_claim: 'work' });
const launch = nextflowLaunch();

type Pod = {
  readonly spec: {
    readonly containers: readonly [
      {
        readonly command: readonly string[];
        readonly env: readonly { readonly name: string; readonly value: string }[];
        readonly volumeMounts: readonly unknown[];
      },
    ];
    readonly volumes: readonly unknown[];
  };
};

function build(more: Partial<JobInput> = {}) {
  const run = { run_id: 'r01jqk3v9x2abcde', domain: 'default', attempt: 1 };
  const { job } = buildJob({ ...run, name: 'r', nonce: 'abc', launch, target, ...more });
  const { containers, volumes } = (job.spec['template'] as Pod).spec;
  const [driver] = containers;
  const env = Object.fromEntries(driver.env.map(({ name, value }) => [name, value]));
  return { driver, env, volumes };
}

/** What the driver's command makes of an environment, by a `nextflow` that prints it. */
function started(env: Record<string, string>, folders: readonly string[] = []) {
  const root = mkdtempSync(join(tmpdir(), 'sluice-command-'));
  try {
    for (const folder of ['bin', ...folders]) mkdirSync(join(root, folder), { recursive: true });
    const script = '#!/bin/sh\necho "$HOME|$NXF_HOME|$NXF_DIST|$NXF_PLUGINS_DIR|$*"\n';
    writeFileSync(join(root, 'bin/nextflow'), script, { mode: 0o755 });
    const [sh = '', ...words] = build().driver.command;
    const { stdout } = spawnSync(sh, [...words, 'run', 'a b'], {
      encoding: 'utf8',
      env: {
        PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
        ...Object.fromEntries(
          Object.entries(env).map(([name, value]) => [name, value.replace('ROOT', root)]),
        ),
      },
    });
    return stdout.trim().replace(root, 'ROOT');
  } finally {
    rmSync(root, { recursive: true });
  }
}
const HOME = '/sluice/home|/sluice/home/.nextflow';

test.each([
  ['an image with its framework', { NXF_HOME: 'ROOT/opt' }, `${HOME}|ROOT/opt/framework||`],
  ['one in the home of its user', { HOME: 'ROOT' }, `${HOME}|ROOT/.nextflow/framework||`],
  ['one that says where it is', { NXF_DIST: 'ROOT/elsewhere' }, `${HOME}|ROOT/elsewhere||`],
  ['one without', { NXF_HOME: 'ROOT/none' }, `${HOME}|||`],
  ['one with plugins', { NXF_PLUGINS_DIR: '/opt/plugins' }, `${HOME}||/opt/plugins|`],
])('has a home of its own, and of %s that is used', (_what, env, want) => {
  const folders = ['opt/framework', '.nextflow/framework'];
  expect(started(env, folders)).toBe(`${want}run a b`);
});

test('loads its plugins from a folder that the entry or else the target names, which it cannot change', () => {
  const plugins = { claim: 'tools', path: 'nextflow/25' };
  const mounted = { name: 'plugins', mountPath: '/sluice/plugins', readOnly: true };
  const volume = {
    name: 'plugins',
    persistentVolumeClaim: { claimName: 'tools', readOnly: true },
  };
  for (const more of [
    { target: { ...target, plugins } },
    {
      launch: nextflowLaunch({ plugins }),
      target: { ...target, plugins: { claim: 'other', path: '' } },
    },
  ]) {
    const { env, driver, volumes } = build(more);
    expect(env['NXF_PLUGINS_DIR']).toBe('/sluice/plugins');
    expect(driver.volumeMounts).toContainEqual({ ...mounted, subPath: 'nextflow/25' });
    expect(volumes).toContainEqual(volume);
  }
  const { driver } = build({ target: { ...target, plugins: { claim: 'tools', path: '' } } });
  expect(driver.volumeMounts).toContainEqual(mounted);
  expect(build().env['NXF_PLUGINS_DIR']).toBeUndefined();
});

test('takes no plugins from the volume that all runs write to', () => {
  const plugins = { claim: 'work', path: 'plugins' };
  expect(() => build({ launch: nextflowLaunch({ plugins }) })).toThrow(
    /plugins\.claim is the work claim/,
  );
  expect(() => Target.parse({ name: 'default', work_claim: 'work', plugins })).toThrow(
    /is the work claim/,
  );
  for (const path of ['/etc', '../x', 'a/../b', 'a//b'])
    expect(Target.safeParse({ name: 'a', plugins: { claim: 'tools', path } }).success).toBe(false);
});

test.each([
  ['service_account', 'sluice-controller'],
  ['task_service_account', 'sluice-controller'],
  ['namespace', 'sluice-system'],
])('never runs as the controller: a target with this %s is refused', (field, value) => {
  const { error } = Target.safeParse({ name: 'default', [field]: value });
  expect(error?.issues).toMatchObject([
    { path: [field], message: expect.stringMatching(/of the controller/) },
  ]);
});
