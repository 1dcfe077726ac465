/** Secrets by reference: a run gets those that its target offers, and no others. */
import { expect, test } from 'vitest';
import { Target } from '../../../src/core/kinds/target.ts';
import { targets } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { getRun, listRuns } from '../../../src/engine/queries/runs.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';

async function withSecret(secret: string) {
  const { world } = memoryWorld();
  await targets.create(world, domain, Target.parse({ name: 'lab', secrets: ['team'] }));
  const container = { image: 'a', secret_env: { KEY: { secret, key: 'k' } } };
  const asked = request({ target: 'lab', container });
  return { world, start: () => submitRun(world, { domain, request: asked }), container };
}

test('a Secret that the target offers is named in the run, by its name alone', async () => {
  const { world, start, container } = await withSecret('team');
  const { run } = await start();
  expect(await getRun(world, domain, run.run_id)).toMatchObject({ container });
});

test('any other is refused at the start, and nothing is recorded', async () => {
  const { world, start } = await withSecret('registry');
  await expect(start()).rejects.toMatchObject({
    code: 'invalid',
    fields: [{ field: 'container.secret_env.KEY.secret' }],
  });
  expect((await listRuns(world, domain, { limit: 10 })).runs).toEqual([]);
});
