/** A name that is no entry of the catalogue starts nothing. */
import { expect, test } from 'vitest';
import { POLICIES } from '../../../src/core/access/policy.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { RunRequest } from '../../../src/core/runs/request.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { writePolicy } from '../../../src/engine/catalogue/policy.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { memoryWorld } from '../../support/world.ts';

const domain = 'default';
const container = { image: 'busybox:1.37' };

async function withHello() {
  const parts = memoryWorld();
  const entry = { name: 'hello', kind: 'container', container };
  await pipelines.create(parts.world, domain, Pipeline.parse(entry));
  const start = (asked: object, launchOnly = false) =>
    submitRun(parts.world, { domain, launchOnly, request: RunRequest.parse(asked) });
  return { ...parts, start };
}

test.each([
  { pipeline: 'helo' },
  { pipeline: 'Hello', kind: 'nextflow' },
  { pipeline: 'helo', kind: 'container' },
])('%j is refused with the nearest names, and nothing is written', async (asked) => {
  const { start, store, world } = await withHello();
  const refusal = { code: 'no_such_pipeline', members: { nearest: ['hello'] } };
  await expect(start(asked)).rejects.toMatchObject(refusal);
  await expect(start(asked, true)).rejects.toMatchObject(refusal);
  await writePolicy(world, domain, POLICIES.closed);
  await expect(start(asked)).rejects.toMatchObject(refusal);
  for (const table of ['work', 'runs', 'lanes', 'index'] as const)
    expect(store.dump(table)).toEqual([]);
});

test.each([
  { pipeline: 'hello' },
  { pipeline: 'helo', kind: 'container', container },
  { pipeline: 'nf-core/rnaseq' },
  { pipeline: './main.nf' },
  { pipeline: 'git@host:pipe' },
])('%j starts', async (asked) => {
  const { start } = await withHello();
  expect((await start(asked)).outcome).toBe('created');
});
