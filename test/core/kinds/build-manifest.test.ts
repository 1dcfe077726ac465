import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { sessionId } from '../../../src/core/kinds/nextflow/session.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { buildJob, type JobInput } from '../../../src/core/runs/build-manifest.ts';
import { containerLaunch as container, nextflowLaunch as launch } from '../support/launch.ts';

const RUN = 'r01jqk3v9x2abcde';
const target = Target.parse({ name: 'default', work_claim: 'work' });

type Pod = {
  metadata: { labels: Record<string, string>; annotations: Record<string, string> };
  spec: Record<string, unknown> & {
    containers: [
      {
        command?: string[];
        args?: string[];
        env: { name: string; value: string }[];
        workingDir?: string;
        resources: unknown;
        volumeMounts: unknown[];
      },
    ];
    volumes: unknown[];
  };
};

function build(more: Partial<JobInput> = {}) {
  const built = buildJob({
    run_id: RUN,
    domain: 'default',
    attempt: 1,
    name: RUN,
    nonce: 'abc',
    launch: launch(),
    target,
    ...more,
  });
  const pod = built.job.spec['template'] as Pod;
  const [driver] = pod.spec.containers;
  const env = Object.fromEntries(driver.env.map(({ name, value }) => [name, value]));
  return { ...built, pod, driver, env };
}
const after = (args: readonly string[] | undefined, option: string) =>
  args?.[args.indexOf(option) + 1];

describe('a container job', () => {
  test('is one suspended Job whose pod satisfies the restricted level', () => {
    const { job, config } = build({
      launch: container(
        { command: ['a'], args: ['b'], env: { X: '1' }, resources: { cpu: '2', memory: '3Gi' } },
        { deadline_seconds: 60 },
      ),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    expect(config.files).toEqual({ 'params.json': '{}' });
    expect(job).toMatchSnapshot();
  });

  test('takes what the target offers when it asks for nothing, and no volume without a claim', () => {
    const { driver, pod } = build({
      launch: container(),
      target: { ...target, work_claim: null },
    });
    expect(driver.resources).toEqual({
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { memory: '1Gi' },
    });
    expect(driver.command).toBeUndefined();
    expect(driver.args).toBeUndefined();
    expect(driver.volumeMounts).toEqual([
      { name: 'config', mountPath: '/etc/sluice', readOnly: true },
    ]);
    expect(pod.spec.volumes).toEqual([{ name: 'config', configMap: { name: `${RUN}-abc` } }]);
  });

  test('finds its params in a file', () => {
    const params = { sample: 'a', n: 1, flag: true, none: null };
    const text = JSON.stringify(params);
    const { config, env, driver } = build({ launch: container({}, { params: text }) });
    expect(JSON.parse(config.files['params.json'] ?? '')).toEqual(params);
    expect(env['SLUICE_PARAMS_FILE']).toBe('/etc/sluice/params.json');
    expect(driver.volumeMounts).toContainEqual({
      name: 'config',
      mountPath: '/etc/sluice',
      readOnly: true,
    });
  });

  test('cannot take over the variables that are ours', () => {
    const { driver } = build({
      launch: container({
        env: { SLUICE_RUN_ID: 'other', SLUICE_ATTEMPT: '9', SLUICE_PARAMS_FILE: '/x' },
      }),
      attempt: 2,
    });
    expect(driver.env.filter(({ name }) => name.startsWith('SLUICE_'))).toEqual([
      { name: 'SLUICE_RUN_ID', value: RUN },
      { name: 'SLUICE_ATTEMPT', value: '2' },
      { name: 'SLUICE_PARAMS_FILE', value: '/etc/sluice/params.json' },
    ]);
  });

  test('never gets a token of the Kubernetes API', () => {
    expect(build({ launch: container() }).pod.spec['automountServiceAccountToken']).toBe(false);
  });

  test('runs as the image says when the target sets no user', () => {
    const { pod } = build({ launch: container(), target: { ...target, run_as_user: null } });
    expect(pod.spec['securityContext']).toEqual({ seccompProfile: { type: 'RuntimeDefault' } });
  });
});

describe('a Nextflow job', () => {
  test('runs Nextflow as process 1 with everything it needs in arguments, environment and files', () => {
    const { job, config } = build({
      launch: launch({ revision: 'v1.2', profile: 'test,k8s' }, { params: '{"a":1,"b":"x"}' }),
    });
    expect({ job, config }).toMatchSnapshot();
  });

  test.each([
    ['nf-core/rnaseq', true],
    ['NF-CORE/rnaseq', true],
    ['https://github.com/nf-core/rnaseq', true],
    ['http://github.com/nf-core/rnaseq', true],
    ['github.com/nf-core/rnaseq', true],
    ['git@github.com:nf-core/rnaseq.git', true],
    ['gh:nf-core/rnaseq', true],
    ['https://nf-co.re/rnaseq', true],
    ['nf-co.re/rnaseq', true],
    ['acme/nf-core/rnaseq', false],
    ['nf-corefoo/rnaseq', false],
    ['https://example.org/nf-core/rnaseq', false],
  ])('of %s gets an output directory of its own: %s', (source, expected) => {
    const params = (text: string): unknown =>
      JSON.parse(
        build({ launch: launch({ source }, { params: text }) }).config.files['params.json'] ?? '',
      );
    const outdir = `/workspace/results/${RUN}`;
    expect(params('{"x":1}')).toEqual(expected ? { x: 1, outdir } : { x: 1 });
    expect(params('{"outdir":null}')).toEqual({ outdir: null });
  });

  test('keeps the types of params', () => {
    const params = { s: '007', n: 1.5, b: false, z: null, list: [1, 'a'], map: { 'k y': [] } };
    const { config } = build({ launch: launch({}, { params: JSON.stringify(params) }) });
    expect(JSON.parse(config.files['params.json'] ?? '')).toEqual(params);
  });

  test.each([
    ['source', { source: '-with-weblog' }],
    ['source', { source: '@/etc/passwd' }],
    ['revision', { revision: '-latest' }],
    ['profile', { profile: '-stub' }],
    ['work_dir', { work_dir: '@/proc/self/environ' }],
  ])('is refused when its %s would be read as an option or a file of options', (field, more) => {
    let error: unknown;
    try {
      build({ launch: launch(more) });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'invalid', fields: [{ field: `nextflow.${field}` }] });
  });

  test('leaves out what was not asked for', () => {
    const { driver } = build({ launch: launch({ revision: '', profile: '', work_dir: '' }) });
    expect(driver.args).not.toContain('-r');
    expect(driver.args).not.toContain('-profile');
    expect(after(driver.args, '-work-dir')).toBe('/workspace/work');
    expect(after(build({ launch: launch({ work_dir: '/data/w' }) }).driver.args, '-work-dir')).toBe(
      '/data/w',
    );
  });

  test('without a work volume runs its tasks itself and needs no rights', () => {
    const { pod, config, driver } = build({ target: { ...target, work_claim: null } });
    expect(config.files['nextflow.config']).toContain("process.executor = 'local'");
    expect(config.files['nextflow.config']).not.toContain('k8s');
    expect(pod.spec.volumes).toContainEqual({ name: 'work', emptyDir: {} });
    expect(pod.spec['automountServiceAccountToken']).toBe(false);
    expect(driver.workingDir).toBe(`/workspace/runs/${RUN}`);
  });

  test('of a later attempt resumes the session that the first one was given', () => {
    const first = build();
    const second = build({ attempt: 2, name: `${RUN}-2` });
    expect(first.env['NXF_UUID']).toBe(sessionId(RUN));
    expect(first.driver.args).not.toContain('-resume');
    expect(after(second.driver.args, '-resume')).toBe(sessionId(RUN));
    expect(second.env['NXF_IGNORE_RESUME_HISTORY']).toBe('true');
    expect(second.config.name).toBe(`${RUN}-2-abc`);
    expect(second.driver.workingDir).toBe(first.driver.workingDir);
  });

  test.each([
    ['512Mi', 128],
    ['1Gi', 640],
    ['2G', 1430],
    ['8Gi', 6144],
  ])('with %s of memory gives Java %d MiB of heap', (memory, heap) => {
    const { env } = build({ target: { ...target, resources: { cpu: '1', memory } } });
    expect(env['NXF_JVM_ARGS']).toBe(`-Xmx${heap}m`);
  });
});

describe('text of callers', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      'x: y',
      '{{a}}',
      "'; System.exit(1); '",
      '$(SLUICE_RUN_ID)',
      '${x}',
      '\\u0027',
      '\n---\n',
    ),
  );

  test('never reaches names, labels or the configuration, whatever it is', () => {
    fc.assert(
      fc.property(
        hostile,
        hostile,
        fc.dictionary(hostile, hostile),
        (pipeline, profile, params) => {
          fc.pre(!/^[-@]/.test(pipeline) && !/^[-@]/.test(profile));
          const plain = build();
          const { job, pod, config } = build({
            launch: launch(
              { source: pipeline, profile },
              { pipeline, params: JSON.stringify(params) },
            ),
          });
          expect(job.metadata.name).toBe(RUN);
          expect(job.metadata.labels).toEqual(plain.job.metadata.labels);
          expect(pod.metadata).toEqual(plain.pod.metadata);
          expect(config.files['nextflow.config']).toBe(plain.config.files['nextflow.config']);
          expect(JSON.parse(config.files['params.json'] ?? '')).toEqual(
            JSON.parse(JSON.stringify(params)),
          );
        },
      ),
    );
  });

  /** What Kubernetes makes of commands, arguments and values (its documented `$(VAR)` expansion). */
  const expand = (text: string, env: Record<string, string>): string =>
    text.replaceAll(
      /\$(\$|\(([^)]*)\))/g,
      (whole: string, inner: string, name: string | undefined) =>
        inner === '$' ? '$' : (env[name ?? ''] ?? whole),
    );

  test('in arguments and environment comes through the expansion of Kubernetes unchanged', () => {
    const dollars = fc.string({ unit: fc.constantFrom('$', '(', ')', 'A', ' '), maxLength: 12 });
    fc.assert(
      fc.property(dollars, (text) => {
        const { driver, env } = build({ launch: container({ args: [text], env: { A: text } }) });
        expect(expand(driver.args?.[0] ?? '', { A: 'expanded', ...env })).toBe(text);
        expect(expand(env['A'] ?? '', env)).toBe(text);
      }),
    );
  });
});
