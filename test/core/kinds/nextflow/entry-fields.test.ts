/** What an entry has in the place of its target's, and what holds for every task, on the real Nextflow. */
import { describe, expect, test } from 'vitest';
import type { Nextflow } from '../../../../src/core/kinds/nextflow/fields.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { buildJob } from '../../../../src/core/runs/build-manifest.ts';
import { nextflowLaunch } from '../../support/launch.ts';
import { NEXTFLOWS, runNextflow } from '../../support/nextflow.ts';

const target = Target.parse({ name: 'default', work_claim: 'work' });
const RUN = 'r01jqk3v9x2abcde';

function build(own: Partial<Nextflow>, change: Partial<Target> = {}) {
  const run = { run_id: RUN, domain: 'default', attempt: 1, name: 'r', nonce: 'a' };
  const { job, config } = buildJob({
    ...run,
    launch: nextflowLaunch(own),
    target: { ...target, ...change },
  });
  const { spec } = job.spec['template'] as {
    readonly spec: {
      readonly containers: readonly [Record<string, unknown>];
      readonly volumes: readonly unknown[];
    };
  };
  return { driver: spec.containers[0], volumes: spec.volumes, files: config.files };
}

test.each([
  ['the image of the target', {}, {}, 'nextflow/nextflow:25.10.2'],
  ['an image of the entry', { image: 'acme/nextflow:1' }, {}, 'acme/nextflow:1'],
  ['a version of the entry', { version: '24.10.5' }, {}, 'nextflow/nextflow:24.10.5'],
  [
    'a version in a registry with a port, without a tag',
    { version: '26.04.0-edge' },
    { nextflow_image: 'reg:5000/nf/nextflow' },
    'reg:5000/nf/nextflow:26.04.0-edge',
  ],
])('the driver runs %s', (_what, own, change, want) => {
  expect(build(own, change).driver['image']).toBe(want);
});

test('a version says nothing of an image by its digest', () => {
  const nextflow_image = `nextflow/nextflow@sha256:${'0'.repeat(64)}`;
  expect(() => build({ version: '24.10.5' }, { nextflow_image })).toThrow(
    /nextflow\.version has no image/,
  );
});

test('the driver has the resources of its entry, and a heap within them', () => {
  const { driver } = build({ resources: { memory: '4Gi' } });
  expect(driver['resources']).toEqual({
    requests: { cpu: '500m', memory: '4Gi' },
    limits: { memory: '4Gi' },
  });
  expect(driver['env']).toContainEqual({ name: 'NXF_JVM_ARGS', value: '-Xmx3072m' });
});

test('the work volume of an entry is that of driver and tasks', () => {
  const { driver, volumes, files } = build({ storage: { claim: 'lab-data', mount_path: '/data' } });
  expect(volumes).toContainEqual({
    name: 'work',
    persistentVolumeClaim: { claimName: 'lab-data' },
  });
  expect(driver['workingDir']).toBe(`/data/runs/${RUN}`);
  expect(driver['args']).toContain('/data/work');
  expect(files['nextflow.config']).toContain("k8s.storageClaimName = 'lab-data'");
  expect(files['nextflow.config']).toContain("k8s.storageMountPath = '/data'");
  expect(() =>
    build({ storage: { claim: 'lab-data' }, plugins: { claim: 'lab-data', path: '' } }),
  ).toThrow(/plugins\.claim is the work claim/);
});

test('the configuration of an entry is read before that of Sluice', () => {
  const { driver, files } = build({ config: 'process.cpus = 3\n' });
  expect(files['entry.config']).toBe('process.cpus = 3\n');
  const args = driver['args'] as readonly string[];
  expect(args.filter((each) => each.endsWith('.config'))).toEqual([
    '/etc/sluice/entry.config',
    '/etc/sluice/nextflow.config',
  ]);
  expect(build({}).files).not.toHaveProperty('entry.config');
});

test('limits of tasks are refused where the version has none', () => {
  const task_limits = { cpu: 2 };
  expect(() => build({ task_limits, version: '23.10.1' })).toThrow(
    /task_limits need Nextflow 24\.04/,
  );
  for (const image of ['a/nextflow:24.04.0', 'a/nextflow:26.04.6', 'a/nextflow:mine', 'a/nextflow'])
    expect(build({ task_limits, image }).files['nextflow.config']).toContain('resourceLimits');
  expect(build({ task_limits: {}, version: '23.10.1' }).files['nextflow.config']).not.toContain(
    'resourceLimits',
  );
});

/** A pipeline that asks for much in every way that nf-core's do, and tries to lift the limits. */
const PIPELINE = {
  'flow/main.nf': `
process A { label 'big'; cpus 16; memory '64 GB'; time '9h'
 exec: println "GOT \${task.process} \${task.cpus} \${task.memory} \${task.time}" }
process B { cpus { 8 * task.attempt }; memory { 32.GB * task.attempt }; time { 5.h }; resourceLimits cpus: 40
 exec: println "GOT \${task.process} \${task.cpus} \${task.memory} \${task.time}" }
process C { time '9h'
 exec: println "GOT \${task.process} \${task.cpus} \${task.memory} \${task.time}" }
process D { cpus 1; memory '1 GB'; time '1m'
 exec: println "GOT \${task.process} \${task.cpus} \${task.memory} \${task.time}" }
workflow SUB { A(); B(); C(); D() }
workflow { SUB(); println "MARKER \${params.marker}" }
`,
  'flow/nextflow.config': `
process {
  resourceLimits = [cpus: 50]
  withLabel: big { cpus = 32; memory = 100.GB; resourceLimits = [cpus: 60] }
  withName: '.*' { resourceLimits = [cpus: 55] }
  withName: 'SUB:B' { cpus = { 24 }; resourceLimits = [cpus: 99] }
  withName: '.*:C' { cpus = 12; memory = { 9.GB } }
}
`,
};
const FRAGMENT = `process { withName: 'A' { cpus = 40; memory = 70.GB; resourceLimits = [cpus: 77] } }
params.marker = 'of the entry'
process.executor = 'k8s'
`;
/** Those of the lab that have limits. */
const NEWER = NEXTFLOWS.filter(({ name }) => !/^2[23]\./.test(name));

describe.skipIf(NEWER.length === 0)('in the real Nextflow', () => {
  test.each(NEWER)(
    'no selector, label or script gets more than the limits: $name',
    async (each) => {
      const { driver, files } = build(
        { config: FRAGMENT, task_limits: { cpu: 2, memory: '2Gi', time_seconds: 3_600 } },
        { work_claim: null },
      );
      const args = driver['args'] as readonly string[];
      const configs = args.flatMap((word, at) =>
        word === '-c' ? ['-c', (args[at + 1] ?? '').replace('/etc/sluice/', '')] : [],
      );
      const { exit, text } = await runNextflow(each, { ...PIPELINE, ...files }, [
        'run',
        'flow',
        ...configs,
      ]);
      expect(exit, text).toBe(0);
      expect(text).toContain('MARKER of the entry');
      expect(
        Array.from(text.matchAll(/^GOT SUB:(.*)$/gm), ([, got]) => got ?? '').toSorted(),
      ).toEqual(['A 2 2 GB 1h', 'B 2 2 GB 1h', 'C 2 2 GB 1h', 'D 1 1 GB 1m']);
    },
  );
});

const FULL = `process.executor = 'k8s'
k8s.namespace = 'sluice'
k8s.serviceAccount = 'sluice-task'
k8s.storageClaimName = 'work'
k8s.storageMountPath = '/workspace'
k8s.computeResourceType = 'Pod'
k8s.pod = [['label': 'sluice.dev/run-id', 'value': '${RUN}'], ['label': 'sluice.dev/attempt', 'value': '1'], ['label': 'sluice.dev/domain', 'value': 'default'], ['label': 'app.kubernetes.io/managed-by', 'value': 'sluice'], ['label': 'app.kubernetes.io/component', 'value': 'task'], ['automountServiceAccountToken': false]]
k8s.securityContext = ['runAsUser': 1000, 'runAsGroup': 1000, 'fsGroup': 1000, 'fsGroupChangePolicy': 'OnRootMismatch']
trace.overwrite = true
report.overwrite = true
timeline.overwrite = true
dag.overwrite = true
process {
  resourceLimits = ['cpus': 4, 'memory': '8589934592 B', 'time': '3600 s']
  withName: '.*|${RUN}' {
    resourceLimits = ['cpus': 4, 'memory': '8589934592 B', 'time': '3600 s']
  }
}
`;
const LIMITED = {
  trace: 'off',
  task_limits: { cpu: 4, memory: '8Gi', time_seconds: 3_600 },
} as const;

test('the configuration of a run: executor, place, accounts, storage, labels, limits', () => {
  expect(build(LIMITED).files['nextflow.config']).toBe(FULL);
});

describe.skipIf(NEXTFLOWS.length === 0)('every version', () => {
  test.each(NEXTFLOWS)('reads the configuration, over that of the entry: $name', async (each) => {
    const config =
      "k8s.namespace = 'other'\nk8s.pod = []\nprocess.executor = 'local'\nk8s.httpReadTimeout = '9s'\n";
    const { files } = build({ ...LIMITED, config });
    const { exit, text } = await runNextflow(each, files, [
      '-c',
      'entry.config',
      '-c',
      'nextflow.config',
      'config',
      '-flat',
    ]);
    expect(exit, text).toBe(0);
    expect(text).toContain("k8s.namespace = 'sluice'");
    expect(text).toContain("process.executor = 'k8s'");
    expect(text).toContain("k8s.httpReadTimeout = '9s'");
    expect(text).toContain(RUN);
  });
});
