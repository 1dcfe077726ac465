/** What a request may change of an entry, and what the policy of a domain lets anybody start. */
import { describe, expect, it } from 'vitest';
import { POLICIES, type Policy } from '../../../src/core/access/policy.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines, targets } from '../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { putLane } from '../../../src/engine/commands/lanes.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const IMAGE = { image: 'busybox:1.37' };

/** The entry `solo`, and what a request for it comes to: the run, or the refused fields. */
async function withEntry(change: object = {}) {
  const { world } = memoryWorld();
  const entry = {
    name: 'solo',
    kind: 'container',
    container: { ...IMAGE, args: ['a'] },
    lane: 'one',
  };
  await pipelines.create(world, domain, Pipeline.parse({ ...entry, ...change }));
  const start = async (asked: object = {}): Promise<unknown> => {
    const body = RunRequest.parse({ pipeline: 'solo', ...asked });
    const refused = await submitRun(world, { domain, request: body }).then(
      ({ run }) => run,
      (error: { code: string; fields: { field: string }[] }) => [
        error.code,
        ...error.fields.map(({ field }) => field),
      ],
    );
    return refused;
  };
  return { world, start };
}

const NEXTFLOW = { kind: 'nextflow', container: null, source: 'nf-core/rnaseq' };

describe('an entry', () => {
  it.each([
    ['lane', {}, { lane: 'l1' }],
    ['target', {}, { target: 'big' }],
    ['deadline_seconds', { deadline_seconds: 60 }, { deadline_seconds: 61 }],
    ['container.image', {}, { container: { image: 'other:1' } }],
    ['container.env', {}, { container: { ...IMAGE, env: { A: '1' } } }],
    ['nextflow.revision', NEXTFLOW, { nextflow: { revision: 'mine' } }],
    ['nextflow.work_dir', NEXTFLOW, { nextflow: { work_dir: '/elsewhere' } }],
    ['revision', NEXTFLOW, { revision: 'mine' }],
    ['profile', NEXTFLOW, { profile: 'mine' }],
    ['work_dir', NEXTFLOW, { work_dir: '/elsewhere' }],
  ])('fixes its %s (%j), unless it says otherwise', async (field, entry, asked) => {
    const { start } = await withEntry(entry);
    expect(await start(asked)).toEqual(['invalid', field]);
    const free = await withEntry({ ...entry, overridable: [field] });
    await targets.create(free.world, domain, Target.parse({ name: 'big' }));
    expect(await free.start(asked)).toMatchObject({ pipeline: 'solo' });
  });

  it('takes a request that names what it has, and gives what it has to one that names nothing', async () => {
    const { start } = await withEntry({ deadline_seconds: 60 });
    const same = { lane: 'one', target: 'default', deadline_seconds: 60 };
    const asked = { ...same, revision: null, work_dir: '', container: IMAGE };
    expect(await start(asked)).toMatchObject({ lane: 'one' });
    expect(await start()).toMatchObject({ lane: 'one' });
    const flow = await withEntry({ ...NEXTFLOW, nextflow: { work_dir: '/w' } });
    for (const named of [{ work_dir: '/w' }, { nextflow: { work_dir: '/w', revision: null } }])
      expect(await flow.start(named)).toMatchObject({ work_dir: '/w' });
  });

  it('takes a value that means the same as the one that it has, or has not', async () => {
    const nothing = { env: {}, secret_env: {}, resources: {} };
    const container = await withEntry({ container: { ...IMAGE, ...nothing, command: [] } });
    expect(
      await container.start({ container: { args: [], resources: { cpu: null } } }),
    ).toMatchObject({
      kind: 'container',
    });
    const plain = await withEntry();
    expect(await plain.start({ container: { ...nothing, command: [] } })).toMatchObject({
      kind: 'container',
    });
    expect(await plain.start({ container: { args: [] } })).toEqual(['invalid', 'container.args']);
    const shell = { script: 'true', image: 'bash:5' };
    const script = await withEntry({ kind: 'shell', container: null, shell });
    expect(await script.start({ shell: { shell: '/bin/sh' } })).toMatchObject({ kind: 'shell' });
    expect(await script.start({ shell: { shell: '/bin/ash' } })).toEqual([
      'invalid',
      'shell.shell',
    ]);
    const bash = { kind: 'shell', container: null, shell: { ...shell, shell: '/bin/bash' } };
    const other = await withEntry(bash);
    expect(await other.start({ shell: { shell: '/bin/sh' } })).toEqual(['invalid', 'shell.shell']);
  });

  it('attaches without a difference to a run whose values mean the same', async () => {
    const { world } = memoryWorld();
    const start = (own: object) => {
      const shell = { script: 'true', image: 'bash:5', ...own };
      const asked = { pipeline: 'own', on_busy: 'attach', shell };
      return submitRun(world, { domain, request: RunRequest.parse(asked) });
    };
    await start({});
    expect(await start({ shell: '/bin/sh', env: {} })).toMatchObject({ differs: false });
    expect(await start({ shell: '/bin/bash' })).toMatchObject({ differs: true });
  });

  it('for scripts without an image is refused where its target has none, unless requests bring one', async () => {
    const { world } = memoryWorld();
    const save = (more: object) => {
      const entry = { name: 'script', shell: { script: 'true' }, ...more };
      return pipelines.create(world, domain, Pipeline.parse(entry));
    };
    await expect(save({})).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'shell.image', message: 'is required: the target has no shell_image' }],
    });
    await expect(save({ overridable: ['shell.script'] })).rejects.toThrow('shell.image');
    await targets.create(world, domain, Target.parse({ name: 'big', shell_image: 'bash:5' }));
    for (const [at, more] of [
      { target: 'big' },
      { shell: { script: 'true', image: 'bash:5' } },
      ...['shell', 'shell.image', 'target'].map((name) => ({ overridable: [name] })),
    ].entries())
      expect((await save({ ...more, name: `e${at}` })).value.name).toBe(`e${at}`);
  });

  it('keeps its revision for a request that leaves it empty, fixed or not', async () => {
    for (const overridable of [[], ['revision']]) {
      const { start } = await withEntry({ ...NEXTFLOW, revision: '3.14.0', overridable });
      for (const asked of [{ revision: '' }, { nextflow: { revision: '' } }, { revision: null }])
        expect(await start(asked)).toMatchObject({ nextflow: { revision: '3.14.0' } });
    }
  });

  it('says what it has fixed a field to, but no script', async () => {
    const shell = { script: 'echo 1\necho 2\n', image: 'bash:5' };
    const { world } = memoryWorld();
    await pipelines.create(world, domain, Pipeline.parse({ name: 'script', shell }));
    const body = { pipeline: 'script', shell: { script: 'true', image: 'bash:4' } };
    await expect(
      submitRun(world, { domain, request: RunRequest.parse(body) }),
    ).rejects.toMatchObject({
      fields: [
        {
          field: 'shell.script',
          message: 'is fixed by the pipeline script, and not overridable',
        },
        {
          field: 'shell.image',
          message: 'is fixed to bash:5 by the pipeline script, and not overridable',
        },
      ],
    });
  });

  it('fixes the params that it names, by each of their spellings, and leaves the others', async () => {
    const { start } = await withEntry({
      params: { outDir: '/a', n: 1 },
      fixed_params: ['outDir', 'secret'],
    });
    expect(await start({ params: { n: 2, outDir: '/a' } })).toMatchObject({ params: { n: 2 } });
    expect(await start({ params: { outDir: '/b' } })).toEqual(['invalid', 'params.outDir']);
    expect(await start({ params: { 'out-dir': '/b' } })).toEqual(['invalid', 'params.out-dir']);
    expect(await start({ params: { secret: null, lane: 1 } })).toEqual([
      'invalid',
      'params.secret',
    ]);
  });
});

describe('a policy', () => {
  const refusal = async (policy: Partial<Policy>, asked: object, entry: object = {}) => {
    const { world, start } = await withEntry(entry);
    await writePolicy(world, domain, { ...POLICIES.open, ...policy });
    return start(asked);
  };
  const alone = { pipeline: 'job', kind: 'container', container: IMAGE };
  const flow = { pipeline: 'nf-core/rnaseq' };

  it('that is catalogue_only starts entries alone', async () => {
    const policy = { catalogue_only: true };
    expect(await refusal(policy, alone)).toEqual(['invalid', 'pipeline']);
    expect(await refusal(policy, flow)).toEqual(['invalid', 'pipeline']);
    expect(await refusal(policy, {})).toMatchObject({ pipeline: 'solo' });
  });

  it('holds for a container of a request, of an entry, and of an override', async () => {
    const policy = { images: ['docker.io/library/busybox:*'] };
    const other = { container: { image: 'evil/busybox:1.37' } };
    expect(await refusal(policy, { ...alone, ...other })).toEqual(['invalid', 'container.image']);
    expect(await refusal(policy, {}, other)).toEqual(['invalid', 'container.image']);
    const free = { overridable: ['container'] };
    expect(await refusal(policy, other, free)).toEqual(['invalid', 'container.image']);
    expect(await refusal(policy, alone)).toMatchObject({ pipeline: 'job' });
    expect(await refusal(policy, {})).toMatchObject({ pipeline: 'solo' });
  });

  it('holds for the image of a script, also when its target gives it', async () => {
    const policy = { images: ['docker.io/library/busybox:*'] };
    const { world, start } = await withEntry();
    await writePolicy(world, domain, { ...POLICIES.open, ...policy });
    const script = (image?: string, on = 'default') =>
      start({ pipeline: 'job', shell: { script: 'true', image }, target: on });
    expect(await script()).toEqual(['invalid', 'shell.image']);
    for (const [name, shell_image] of [
      ['good', 'busybox:1.37'],
      ['bad', 'evil/busybox:1.37'],
    ] as const)
      await targets.create(world, domain, Target.parse({ name, shell_image }));
    expect(await script(undefined, 'bad')).toEqual(['invalid', 'shell.image']);
    expect(await script('evil/busybox:1.37', 'good')).toEqual(['invalid', 'shell.image']);
    expect(await script('busybox:1.36', 'bad')).toMatchObject({ kind: 'shell' });
    const shell = { script: 'true', image: 'busybox:1.37' };
    expect(await script(undefined, 'good')).toMatchObject({ shell });
  });

  it('holds for a repository of a request and of an entry', async () => {
    const policy = { repositories: ['github.com/nf-core/*'] };
    expect(await refusal(policy, { pipeline: 'evil/rnaseq' })).toEqual(['invalid', 'pipeline']);
    const entry = { ...NEXTFLOW, source: 'https://git.example.org/a/b' };
    expect(await refusal(policy, {}, entry)).toEqual(['invalid', 'pipeline']);
    expect(await refusal(policy, flow)).toMatchObject({ pipeline: 'nf-core/rnaseq' });
  });

  it('with declared lanes takes no lane that is not there, from a request or an entry', async () => {
    const { world, start } = await withEntry();
    await writePolicy(world, domain, { ...POLICIES.open, lanes: 'declared' });
    expect(await start()).toEqual(['invalid', 'pipeline']);
    expect(await start({ ...alone, lane: 'two' })).toEqual(['invalid', 'lane']);
    expect(await start(alone)).toMatchObject({ lane: 'default' });
    await putLane(world, domain, 'one', {});
    expect(await start()).toMatchObject({ lane: 'one' });
  });

  it('of a new domain lets it start entries only, and it reaches no cluster of others', async () => {
    const { world } = memoryWorld();
    const start = (asked: Record<string, unknown>) =>
      submitRun(world, { domain: 'new', request: request(asked) });
    await expect(start({})).rejects.toThrow('catalogue_only');
    const entry = Pipeline.parse({ name: 'known', kind: 'container', container: IMAGE });
    const create = () => pipelines.create(world, 'new', entry);
    await expect(create()).rejects.toThrow('target is default, which the domain new does not have');
    await targets.create(world, 'new', Target.parse({ name: 'default', namespace: 'new' }));
    await create();
    expect((await start({ pipeline: 'known' })).run).toMatchObject({ pipeline: 'known' });
  });

  it('of the default domain is the one of the settings until it is written', async () => {
    const { world } = memoryWorld();
    const closed = { ...world, defaultPolicy: 'closed' as const };
    await expect(submitRun(closed, { domain, request: request() })).rejects.toThrow(
      'catalogue_only',
    );
    await writePolicy(closed, domain, POLICIES.open);
    expect((await submitRun(closed, { domain, request: request() })).outcome).toBe('created');
  });
});
