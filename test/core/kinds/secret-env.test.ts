/** Variables from Secrets: what a Job gets of them, and what is refused. */
import { describe, expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { AppError } from '../../../src/core/errors.ts';
import { DRIVER_ENV } from '../../../src/core/kinds/nextflow/env.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { buildJob } from '../../../src/core/runs/build-manifest.ts';
import { type Launch, RunRequest } from '../../../src/core/runs/request.ts';
import { containerLaunch, nextflowLaunch, shellLaunch } from '../support/launch.ts';

const RUN = 'r01jqk3v9x2abcde';
const target = Target.parse({
  name: 'lab',
  work_claim: 'work',
  secrets: ['db'],
  vault: { provider_class: 'keys', secret: 'from-vault' },
  image_pull_secrets: ['registry'],
});
const SOURCES = { PASSWORD: { secret: 'db', key: 'password' } };
const VAULT = { TOKEN: { vault_key: 'token' } };

type Named = { readonly name: string } & Readonly<Record<string, unknown>>;
type Pod = {
  readonly spec: {
    readonly containers: readonly [{ readonly env: Named[]; readonly volumeMounts: Named[] }];
    readonly volumes: Named[];
    readonly imagePullSecrets?: Named[];
  };
};

function build(launch: Launch, where = target, attempt = 1) {
  const built = buildJob({
    run_id: RUN,
    domain: 'default',
    attempt,
    name: RUN,
    nonce: 'abc',
    launch,
    target: where,
  });
  const { spec } = built.job.spec['template'] as Pod;
  const [driver] = spec.containers;
  const named = (list: readonly Named[], name: string) => list.find((each) => each.name === name);
  return {
    spec,
    config: built.config.files['nextflow.config'],
    env: driver.env,
    variable: (name: string) => named(driver.env, name),
    mount: named(driver.volumeMounts, 'vault'),
    volume: named(spec.volumes, 'vault'),
  };
}

const faultsOf = (make: () => unknown): unknown => {
  try {
    make();
  } catch (error) {
    if (error instanceof AppError) return error.fields;
    throw error;
  }
  return [];
};

describe.each([
  ['container', containerLaunch],
  ['shell', shellLaunch],
  ['nextflow', nextflowLaunch],
] as const)('secret_env of the kind %s', (kind, launchOf) => {
  const launch = (secret_env: object, more: object = {}) =>
    launchOf({
      ...(kind === 'shell' && { image: 'img:1' }),
      secret_env,
      ...more,
    } as never);

  test('becomes a reference that only the cluster reads', () => {
    const { variable, mount, volume } = build(launch(SOURCES));
    expect(variable('PASSWORD')).toEqual({
      name: 'PASSWORD',
      valueFrom: { secretKeyRef: { name: 'db', key: 'password' } },
    });
    expect([mount, volume]).toEqual([undefined, undefined]);
  });

  test('of a vault mounts it, which makes the cluster fetch the secret', () => {
    const { variable, mount, volume } = build(launch(VAULT));
    expect(variable('TOKEN')).toEqual({
      name: 'TOKEN',
      valueFrom: { secretKeyRef: { name: 'from-vault', key: 'token' } },
    });
    expect(mount).toMatchObject({ readOnly: true });
    expect(volume).toMatchObject({
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        volumeAttributes: { secretProviderClass: 'keys' },
      },
    });
  });

  test.each([
    ['a Secret that the target does not offer', { A: { secret: 'other', key: 'x' } }, 'A.secret'],
    ['the Secret that a vault makes', { A: { secret: 'from-vault', key: 'x' } }, 'A.secret'],
    ['a Secret that pulls images', { A: { secret: 'registry', key: 'x' } }, 'A.secret'],
  ])('refuses %s', (_what, sources, field) => {
    expect(faultsOf(() => build(launch(sources)))).toMatchObject([
      { field: `${kind}.secret_env.${field}`, message: expect.stringContaining('lab') },
    ]);
  });

  test('refuses everything where the target offers nothing', () => {
    const bare = Target.parse({ name: 'bare', work_claim: 'work' });
    const refused = (sources: object) => faultsOf(() => build(launch(sources), bare));
    expect(refused(SOURCES)).toMatchObject([{ field: `${kind}.secret_env.PASSWORD.secret` }]);
    expect(refused(VAULT)).toMatchObject([{ field: `${kind}.secret_env.TOKEN.vault_key` }]);
  });

  test.each([
    ['without a key', { A: { secret: 'db' } }, 'A'],
    ['with both', { A: { secret: 'db', key: 'k', vault_key: 'k' } }, 'A'],
    ['with nothing', { A: {} }, 'A'],
    ['with a value', { A: { value: 'hunter2' } }, 'A'],
    ['with a key that Kubernetes refuses', { A: { secret: 'db', key: 'a b' } }, 'A.key'],
    ['in a variable that Sluice sets', { SLUICE_RUN_ID: SOURCES.PASSWORD }, 'SLUICE_RUN_ID'],
    [
      'in too many',
      Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`V${at}`, SOURCES.PASSWORD])),
      '',
    ],
  ])('of a request is refused %s', (_how, secret_env, field) => {
    const asked = { pipeline: 'a/b', kind, [kind]: { secret_env } };
    const { error } = RunRequest.safeParse(asked);
    const paths = error?.issues.map(({ path }) => path.join('.'));
    expect([...new Set(paths)]).toEqual(
      [['secret_env', field].filter(Boolean).join('.')].map((at) => `${kind}.${at}`),
    );
  });

  test('may be left to requests by an entry', () => {
    const main = { container: { image: 'a' }, shell: { script: 'a' }, nextflow: { source: 'a/b' } }[
      kind
    ];
    const entry = {
      name: 'x',
      kind,
      [kind]: { ...main, secret_env: SOURCES },
      overridable: [`${kind}.secret_env`],
    };
    expect(Pipeline.parse(entry)).toMatchObject({ [kind]: { secret_env: SOURCES } });
  });
});

test('a variable is in env or in secret_env, not in both', () => {
  const launch = containerLaunch({ env: { PASSWORD: 'plain' }, secret_env: SOURCES });
  expect(faultsOf(() => build(launch))).toEqual([
    { field: 'container.secret_env.PASSWORD', message: 'is in container.env too' },
  ]);
});

test('no variable that sets up a Nextflow driver can be replaced', () => {
  const plugins = { claim: 'tools', path: '' };
  const set = [1, 2]
    .flatMap((attempt) => build(nextflowLaunch({ plugins }), target, attempt).env)
    .map(({ name }) => name);
  for (const name of [...set, 'HOME', 'NXF_HOME', 'NXF_DIST']) {
    const asked = { pipeline: 'a/b', nextflow: { secret_env: { [name]: SOURCES.PASSWORD } } };
    expect(RunRequest.safeParse(asked).success, name).toBe(false);
  }
  expect(DRIVER_ENV.filter((name) => !set.includes(name))).toEqual([
    'HOME',
    'NXF_DIST',
    'NXF_HOME',
  ]);
});

test('the images of drivers and of task pods are pulled with the Secrets of the target', () => {
  const { spec, config } = build(nextflowLaunch());
  expect(spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
  expect(config).toContain("['imagePullSecret': 'registry']");
  const without = build(nextflowLaunch(), Target.parse({ name: 'bare', work_claim: 'work' }));
  expect(without.spec).not.toHaveProperty('imagePullSecrets');
});

test('a target that uses none of this is stored as before', () => {
  expect(Object.keys(Target.parse({ name: 'bare' }))).not.toEqual(
    expect.arrayContaining(['image_pull_secrets']),
  );
  expect(
    Target.parse({ name: 'bare', secrets: null, vault: null, image_pull_secrets: null }),
  ).toEqual(Target.parse({ name: 'bare' }));
});
