import { expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/adapters/memory/store.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { listVersions } from '../../../src/engine/catalogue/versions.ts';
import { memoryWorld } from '../../support/world.ts';
import { testVersions } from './versions-suite.ts';

const memory = createMemoryStore();
testVersions('memory', () => memory);

it('are saved with the entry or not at all, whenever storage fails', async () => {
  const { world, store } = memoryWorld();
  const { commit } = store;
  const flow = (description: string) =>
    Pipeline.parse({ name: 'flow', nextflow: { source: 'org/flow' }, description });
  await pipelines.create(world, 'default', flow('one'));
  for (const done of [false, true]) {
    let commits = 0;
    store.commit = async (...args) => {
      commits += 1;
      if (done) await commit(...args);
      throw new Error('no answer');
    };
    const before = (await pipelines.read(world, 'default', 'flow')).value.version;
    const lost = pipelines.change(world, 'default', flow(`done: ${done}`));
    await expect(lost).rejects.toThrow('no answer');
    store.commit = commit;
    const { value } = await pipelines.read(world, 'default', 'flow');
    expect([commits, value.version]).toEqual([1, done ? before + 1 : before]);
    const { versions } = await listVersions(world, 'default', 'flow', { limit: 20 });
    expect(versions[0]?.entry).toEqual(value);
    expect(versions).toHaveLength(value.version);
  }
});
