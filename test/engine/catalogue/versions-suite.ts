/** Saved versions of pipelines on a store, whichever it is. */
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { VERSIONS_KEPT } from '../../../src/core/limits.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { listVersions, readVersion } from '../../../src/engine/catalogue/versions.ts';
import type { Store } from '../../../src/ports/store.ts';
import { memoryWorld, START } from '../../support/world.ts';

const domain = 'default';
const at = new Date(START).toISOString();

export function testVersions(what: string, storeOf: () => Store): void {
  describe(`saved versions of a pipeline: ${what}`, () => {
    const worldOf = () => ({ ...memoryWorld().world, store: storeOf() });
    const entry = (name: string, description: string) =>
      Pipeline.parse({ name, kind: 'nextflow', source: 'org/flow', description });
    const shown = async (world: ReturnType<typeof worldOf>, name: string, limit = 20) =>
      (await listVersions(world, domain, name, { limit })).versions.map(
        ({ version, saved_by, entry: { description } }) => [version, saved_by, description],
      );

    it('are kept, numbered, with author and time', async () => {
      const world = worldOf();
      const made = await pipelines.create(world, domain, entry('told', 'one'), 'ada');
      expect(made.value.version).toBe(1);
      await pipelines.change(world, domain, entry('told', 'two'), () => true, 'bob');
      expect((await pipelines.read(world, domain, 'told')).value).toMatchObject({ version: 2 });
      expect(await shown(world, 'told')).toEqual([
        [2, 'bob', 'two'],
        [1, 'ada', 'one'],
      ]);
      expect(await readVersion(world, domain, 'told', 1)).toEqual({
        version: 1,
        saved_at: at,
        saved_by: 'ada',
        entry: { ...entry('told', 'one'), version: 1 },
      });
      await expect(readVersion(world, domain, 'told', 3)).rejects.toThrow('1 to 2 are kept');
      await expect(shown(world, 'never')).rejects.toMatchObject({ code: 'not_found' });
    });

    it('stay when the entry is deleted, and continue when it is made anew', async () => {
      const world = worldOf();
      await pipelines.create(world, domain, entry('back', 'one'));
      await pipelines.remove(world, domain, 'back');
      await expect(pipelines.read(world, domain, 'back')).rejects.toMatchObject({
        code: 'not_found',
      });
      expect((await pipelines.list(world, domain)).map(({ value }) => value.name)).not.toContain(
        'back',
      );
      expect(await shown(world, 'back')).toEqual([[1, null, 'one']]);
      const again = await pipelines.create(world, domain, entry('back', 'two'));
      expect(again.value.version).toBe(2);
      expect((await shown(world, 'back')).map(([version]) => version)).toEqual([2, 1]);
    });

    it('never get one number twice, and none is lost, however many save at once', async () => {
      const world = worldOf();
      await pipelines.create(world, domain, entry('busy', 'first'));
      const saves = Array.from({ length: 8 }, (_, index) =>
        pipelines.change(world, domain, entry('busy', `save ${index}`)).then(
          ({ value }) => [value.version, value.description] as const,
          (error: { code?: string }) => error.code,
        ),
      );
      const answers = await Promise.all(saves);
      const done = answers.filter((each) => typeof each === 'object');
      // A save that others came before too often says so, and has saved nothing.
      expect(answers.filter((each) => each === 'changed')).toHaveLength(8 - done.length);
      const kept = (await shown(world, 'busy')).map(([version, , text]) => [version, text]);
      expect(kept.toReversed()).toEqual([[1, 'first'], ...done.toSorted(([a], [b]) => a - b)]);
    });

    it('come in pages, up to the oldest that is kept', async () => {
      const world = worldOf();
      await pipelines.create(world, domain, entry('many', '1'));
      for (let version = 2; version <= VERSIONS_KEPT + 3; version += 1)
        await pipelines.change(world, domain, entry('many', String(version)));
      const versions: number[] = [];
      for (let cursor: number | null = null; ; ) {
        const page = await listVersions(world, domain, 'many', {
          limit: 20,
          ...(cursor !== null && { cursor }),
        });
        versions.push(...page.versions.map(({ version }) => version));
        cursor = page.next_cursor;
        if (cursor === null) break;
      }
      expect(versions).toEqual(
        Array.from({ length: VERSIONS_KEPT }, (_, index) => VERSIONS_KEPT + 3 - index),
      );
      await expect(readVersion(world, domain, 'many', 3)).rejects.toThrow('4 to 103 are kept');
    });

    it('come in pages of 4 MiB, however large they are', async () => {
      const world = worldOf();
      const large = { ...entry('large', ''), params: new Map([['a', 'x'.repeat(500_000)]]) };
      await pipelines.create(world, domain, large);
      for (let version = 2; version <= 10; version += 1)
        await pipelines.change(world, domain, large);
      const page = await listVersions(world, domain, 'large', { limit: 20 });
      expect(page.versions.map(({ version }) => version)).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
      const rest = await listVersions(world, domain, 'large', { limit: 20, cursor: 3 });
      expect(rest.versions.map(({ version }) => version)).toEqual([2, 1]);
      expect([page.next_cursor, rest.next_cursor]).toEqual([3, null]);
    });
  });
}
