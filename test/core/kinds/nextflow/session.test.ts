/** What the driver of a run gets that continues another one. */
import { expect, test } from 'vitest';
import { sessionId } from '../../../../src/core/kinds/nextflow/session.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { buildJob } from '../../../../src/core/runs/build-manifest.ts';
import { nextflowLaunch } from '../../support/launch.ts';

const RUN = 'r01jqk3v9x2abcde';
const FIRST = 'r01jqk000000000a';
const session = { id: sessionId(FIRST), folder: `runs/${FIRST}`, run_id: FIRST };

type Driver = {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly unknown[];
};

function build(own: object = { session }, attempt = 1) {
  const { job, config } = buildJob({
    run_id: RUN,
    domain: 'default',
    attempt,
    name: RUN,
    nonce: 'abc',
    launch: nextflowLaunch({ source: 'nf-core/rnaseq', ...own }),
    target: Target.parse({ name: 'default', work_claim: 'work' }),
  });
  const { spec } = job.spec['template'] as {
    spec: { containers: [Driver]; initContainers?: readonly unknown[] };
  };
  const [driver] = spec.containers;
  const env = Object.fromEntries(driver.env.map(({ name, value }) => [name, value]));
  const after = (option: string) => driver.args[driver.args.indexOf(option) + 1];
  return { driver, env, after, files: config.files, trace: spec.initContainers };
}

test('it is launched in the folder and session of that run, without a history', () => {
  const { driver, env, after } = build();
  expect(after('-resume')).toBe(session.id);
  expect(after('-name')).toBe(RUN);
  expect(driver.workingDir).toBe(`/workspace/${session.folder}`);
  expect(env).toMatchObject({ NXF_IGNORE_RESUME_HISTORY: 'true' });
  expect(env).not.toHaveProperty('NXF_UUID');
  for (const [mountPath, subPath] of [
    ['/sluice/launch', session.folder],
    ['/sluice/run', `runs/${RUN}`],
  ])
    expect(driver.volumeMounts).toContainEqual({ name: 'work', mountPath, subPath });
});

test('it loads neither a configuration nor a clone that was left there', () => {
  const removed = 'rm -rf nextflow.config .nextflow/assets || exit';
  for (const { driver } of [build(), build({}, 2)])
    expect(driver.command[2]?.split('\n')[0]).toBe(removed);
  expect(build({}).driver.command[2]).not.toContain('rm -');
});

test('its clone is at the path that it had before: tasks are cached by it', () => {
  const path = `/workspace/${session.folder}/.nextflow/assets`;
  expect(build().env['NXF_ASSETS']).toBe(path);
  expect(build({ session }, 2).env['NXF_ASSETS']).toBe(path);
  expect(build({}).env['NXF_ASSETS']).toBe(`/workspace/runs/${RUN}/.nextflow/assets`);
});

test('it keeps the output directory, which some tasks take as a param', () => {
  expect(JSON.parse(build().files['params.json'] ?? '')).toEqual({
    outdir: `/workspace/results/${FIRST}`,
  });
});

test('its tasks are read from the log that Nextflow writes there', () => {
  const { trace } = build({ session, trace: 'log' });
  expect(JSON.stringify(trace)).toContain(`"subPath":"${session.folder}"`);
});

test('a later attempt of it continues the same session', () => {
  expect(build({ session }, 2).after('-resume')).toBe(session.id);
});
