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

it('starts entries only, with their container, for a caller who may do no more', async () => {
  const { world } = await withEntry({ overridable: ['container', 'lane'] });
  const start = (asked: object) =>
    submitRun(world, { domain, launchOnly: true, request: RunRequest.parse(asked) });
  await expect(start({ pipeline: 'nf-core/rnaseq' })).rejects.toMatchObject({ code: 'forbidden' });
  const own = { pipeline: 'solo', container: IMAGE };
  await expect(start(own)).rejects.toMatchObject({ code: 'forbidden' });
  expect((await start({ pipeline: 'solo', lane: 'two' })).run).toMatchObject({ lane: 'two' });
});

it('takes fields of Nextflow from such a caller where the entry leaves them, and no script', async () => {
  const { world } = await withEntry({ ...NEXTFLOW, overridable: ['nextflow.revision'] });
  const script = { name: 'script', shell: { script: 'true', image: 'bash:5' } };
  await pipelines.create(world, domain, Pipeline.parse({ ...script, overridable: ['shell'] }));
  const start = (asked: object) =>
    submitRun(world, { domain, launchOnly: true, request: RunRequest.parse(asked) });
  const own = { pipeline: 'script', shell: { script: 'false' } };
  await expect(start(own)).rejects.toMatchObject({ code: 'forbidden' });
  expect((await start({ pipeline: 'script' })).run).toMatchObject({ shell: script.shell });
  const { run } = await start({ pipeline: 'solo', nextflow: { revision: 'dev' } });
  expect(run).toMatchObject({ nextflow: { revision: 'dev' }, revision: 'dev' });
});
