/** Two starts that draw the same id in the same millisecond. */
import { describe, expect, test } from 'vitest';
import { POLICIES } from '../../../src/core/access/policy.ts';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld, otherInstance, request, seededBytes } from '../../support/world.ts';

const OTHER = 'other';

/** Every instance draws the same bytes, in the same order. */
const again = (world: World): World => ({ ...otherInstance(world), random: seededBytes(1) });

async function twoDomains() {
  const parts = memoryWorld();
  await writePolicy(parts.world, OTHER, POLICIES.open);
  await targets.create(parts.world, OTHER, Target.parse({ name: 'default', namespace: OTHER }));
  return parts;
}

const asked = (key: string | undefined, lane: string) => {
  const body = request({ lane });
  return { request: body, ...(key !== undefined && { idempotency: { key, body } }) };
};

describe.each([
  ['without keys', undefined, undefined],
  ['with a key each', 'k1', 'k2'],
  ['with a key for the second', undefined, 'k2'],
] as const)('%s', (_, first, second) => {
  test.each([
    ['in two domains', OTHER, 'default'],
    ['in one domain', 'default', 'b'],
    ['for the same', 'default', 'default'],
  ])('%s: each caller has a run of its own', async (_what, domain, lane) => {
    const { world } = await twoDomains();
    const one = await submitRun(again(world), { domain: 'default', ...asked(first, 'default') });
    const submission = { domain, ...asked(second, lane) };
    const other = await submitRun(again(world), submission);
    expect(other.outcome).toBe('created');
    expect(other.run.run_id).not.toBe(one.run.run_id);
    expect((await readRun(world, other.run.run_id))?.run).toMatchObject({ domain, lane });
    expect((await readRun(world, one.run.run_id))?.run).toMatchObject({ domain: 'default' });
    if (second === undefined) return;
    const replayed = await submitRun(again(world), submission);
    expect(replayed).toMatchObject({ outcome: 'replayed', run: { run_id: other.run.run_id } });
  });
});

test('a key whose request died before it recorded its run does not come to the one that has its id now', async () => {
  const { world } = memoryWorld();
  const body = request({ lane: 'b' });
  const submission = { domain: 'default', request: body, idempotency: { key: 'k', body } };
  const dying: World = {
    ...again(world),
    store: {
      ...world.store,
      async commit(table, partition, writes) {
        if (table === 'work') throw new Error('the instance is gone');
        return world.store.commit(table, partition, writes);
      },
    },
  };
  await expect(submitRun(dying, submission)).rejects.toThrow('gone');
  const one = await submitRun(again(world), { domain: 'default', request: request() });
  const own = await submitRun(world, submission);
  expect(own.run.run_id).not.toBe(one.run.run_id);
  expect(own.run.lane).toBe('b');
  expect((await submitRun(world, submission)).run.run_id).toBe(own.run.run_id);
});
