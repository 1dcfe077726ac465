/** Options among the parameters of the legacy paths: done, or told that they are not. */
import { expect, test } from 'vitest';
import { tickUntil } from '../../support/world.ts';
import { testApi } from '../support.ts';
import { run } from './support.ts';

type TestApi = ReturnType<typeof testApi>;
const flow = (api: TestApi, parameters: object, pipeline = 'acme/flow') =>
  run(api, { pipeline, parameters });

async function withTarget(target: object = { work_claim: 'work' }): Promise<TestApi> {
  const api = testApi({}, { script: () => ({ lines: [], endsAt: 1_000, exitCode: 1 }) });
  await api.call('/api/v1/targets', { body: { name: 'default', ...target } });
  return api;
}
const view = async (api: TestApi, id: string) => (await api.call(`/api/v1/runs/${id}`)).json;

/** A run of the pipeline that is over. */
async function ended(api: TestApi, pipeline?: string): Promise<string> {
  const { json } = await flow(api, {}, pipeline);
  await tickUntil(
    api.world,
    api.clock,
    async () => (await view(api, json.run_id)).finished_at !== null,
  );
  // The place in the lane is free only when nothing of the run is left.
  await tickUntil(api.world, api.clock, async () => {
    const { json: lane } = await api.call('/api/v1/lanes/default');
    return lane.active.length === 0;
  });
  return json.run_id;
}

test('resume continues the newest ended run of the same pipeline', async () => {
  const api = await withTarget();
  await ended(api);
  const last = await ended(api);
  await ended(api, 'acme/other');
  const { status, json } = await flow(api, { resume: true, depth: 2 });
  expect(status).toBe(200);
  expect(json).not.toHaveProperty('warnings');
  expect(await view(api, json.run_id)).toMatchObject({
    origin: { run_id: last, how: 'resume' },
    nextflow: { session_id: (await view(api, last)).nextflow.session_id },
    params: { depth: 2 },
  });
});

test('resume with a session continues the run that has it', async () => {
  const api = await withTarget();
  const first = await ended(api);
  await ended(api);
  const { session_id } = (await view(api, first)).nextflow;
  const { json } = await flow(api, { resume: session_id });
  expect((await view(api, json.run_id)).origin).toEqual({ run_id: first, how: 'resume' });
});

test.each([
  ['there is none', {}, false, /no ended run of acme\/flow/],
  ['nothing of it is left', { work_claim: null }, true, /no work claim/],
])(
  'where %s to continue, a run starts anew, and the answer says so',
  async (_why, target, had, why) => {
    const api = await withTarget(target);
    if (had) await ended(api);
    const { status, json } = await flow(api, { resume: true });
    expect(status).toBe(200);
    expect(json.warnings).toEqual([expect.stringMatching(why)]);
    expect(json.warnings[0]).toMatch(/^resume is not done/);
    expect((await view(api, json.run_id)).origin).toBeNull();
  },
);

test('where the resumed run still has the lane, the answer says that nothing is started', async () => {
  const api = await withTarget();
  await ended(api);
  const { json: first } = await flow(api, { resume: true });
  const { json } = await flow(api, { resume: true });
  expect(json).toMatchObject({ attached: true, run_id: first.run_id });
  expect(json.warnings).toEqual([
    expect.stringMatching(`^resume is not done, nothing is started, and run ${first.run_id} is`),
  ]);
  expect(json.warnings[0]).not.toContain('anew');
});

test('options that say in what tasks run are told to be without effect', async () => {
  const api = await withTarget();
  const { json } = await flow(api, {
    'with-docker': 'ubuntu',
    'with-singularity': true,
    'with-conda': false,
    resume: false,
    n: 1,
  });
  expect(json.warnings).toEqual([
    expect.stringMatching(/^with-docker is not done/),
    expect.stringMatching(/^with-singularity is not done/),
  ]);
  expect((await view(api, json.run_id)).params).toEqual({ n: 1 });
});
