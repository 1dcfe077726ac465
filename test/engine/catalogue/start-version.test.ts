/** A request that asks for a saved version of its pipeline. */
import { describe, expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';
const FREE = { overridable: ['pipeline_version'] };

/** The entry `count` with an image for each version. */
function ground() {
  const { world } = memoryWorld();
  const entry = (image: string, more: object) =>
    Pipeline.parse({ name: 'count', container: { image }, ...more });
  const start = (asked: object, launchOnly = false) =>
    submitRun(world, {
      domain,
      launchOnly,
      request: RunRequest.parse({ pipeline: 'count', ...asked }),
    });
  return {
    world,
    start,
    make: (image: string, more: object = FREE) =>
      pipelines.create(world, domain, entry(image, more)),
    save: (image: string, more: object = FREE) =>
      pipelines.change(world, domain, entry(image, more)),
    remove: () => pipelines.remove(world, domain, 'count'),
    refused: (asked: object) =>
      start(asked).then(
        () => undefined,
        (error: { message: string }) => error.message,
      ),
  };
}

describe('a saved version', () => {
  test('runs as it was saved, where the current entry leaves it to requests', async () => {
    const { make, save, start } = ground();
    await make('img:1', {});
    await save('img:2');
    const { run } = await start({ pipeline_version: 1 }, true);
    expect(run).toMatchObject({ pipeline_version: 1, container: { image: 'img:1' } });
    expect(run.request).toMatchObject({ pipeline_version: 1 });
    expect((await start({})).run).toMatchObject({ pipeline_version: 2 });
  });

  test('is fixed to the current one, which may be named, where the current entry does not', async () => {
    const { make, save, start, refused } = ground();
    await make('img:1');
    await save('img:2', {});
    expect(await refused({ pipeline_version: 1 })).toBe(
      'pipeline_version is fixed to 2 by the pipeline count, and not overridable',
    );
    expect((await start({ pipeline_version: 2 })).run).toMatchObject({ pipeline_version: 2 });
    expect(await refused({ pipeline: 'nf-core/rnaseq', pipeline_version: 1 })).toBe(
      'pipeline_version is only for entries of the catalogue',
    );
  });

  test('that was deleted with its entry is not started, also when the entry is made again', async () => {
    const { make, save, start, remove, refused } = ground();
    await make('img:1');
    await save('img:2');
    expect(await refused({ pipeline_version: 3 })).toContain('is 3, which the pipeline count');
    await remove();
    expect(await refused({ pipeline_version: 1 })).toContain('There is no pipeline count');
    await make('img:3');
    await save('img:4');
    for (const pipeline_version of [1, 2])
      expect(await refused({ pipeline_version })).toContain(`is ${pipeline_version}, which`);
    expect((await start({ pipeline_version: 3 })).run).toMatchObject({ pipeline_version: 3 });
  });
});
