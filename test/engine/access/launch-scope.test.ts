/** What a caller with the scope `launch`, who may start entries and no more, may change of them. */
import { expect, it } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';
const IMAGE = { image: 'busybox:1.37' };
const NEXTFLOW = { kind: 'nextflow', container: null, source: 'nf-core/rnaseq' };

async function withEntry(change: object) {
  const { world } = memoryWorld();
  const entry = { name: 'solo', kind: 'container', container: { ...IMAGE, args: ['a'] } };
  await pipelines.create(world, domain, Pipeline.parse({ ...entry, ...change }));
  return { world };
}

it('starts entries only, with their container, for a caller who may do no more', async () => {
  const { world } = await withEntry({ overridable: ['container', 'lane'] });
  const start = (asked: object) =>
    submitRun(world, { domain, launchOnly: true, request: RunRequest.parse(asked) });
  await expect(start({ pipeline: 'nf-core/rnaseq' })).rejects.toMatchObject({ code: 'forbidden' });
  const own = { pipeline: 'solo', container: IMAGE };
  await expect(start(own)).rejects.toMatchObject({ code: 'forbidden' });
  expect((await start({ pipeline: 'solo', lane: 'two' })).run).toMatchObject({ lane: 'two' });
});

it.each([
  [{}, { container: IMAGE }, { args: ['b'] }, { args: ['b'] }],
  [
    { container: null, shell: { script: 'true', image: 'bash:5' } },
    { shell: { script: 'false' } },
    { env: { A: '1' } },
    { env: { A: '1' } },
  ],
])(
  'takes from such a caller the fields that the entry names one by one (%#)',
  async (change, other, fields, shown) => {
    const kind = Object.keys(other)[0] ?? '';
    const overridable = Object.keys(fields).map((name) => `${kind}.${name}`);
    const { world } = await withEntry({ ...change, kind, overridable });
    const start = (own: object) => {
      const body = RunRequest.parse({ pipeline: 'solo', [kind]: own });
      return submitRun(world, { domain, launchOnly: true, request: body });
    };
    expect((await start(fields)).run).toMatchObject({ [kind]: shown });
    for (const own of [Object.values(other)[0], { ...Object.values(other)[0], ...fields }])
      await expect(start(own)).rejects.toMatchObject({ code: 'forbidden' });
  },
);

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
