/** What a driver is told so that it sends its trace, and what it is not told. */
import { expect, test } from 'vitest';
import { traceChoice } from '../../../../src/core/kinds/nextflow/trace.ts';
import { Target } from '../../../../src/core/kinds/target.ts';
import { buildJob, type JobInput } from '../../../../src/core/runs/build-manifest.ts';
import type { Launch } from '../../../../src/core/runs/request.ts';
import { nextflowLaunch } from '../../support/launch.ts';

const RUN = 'r01jqk3v9x2abcde';
const target = Target.parse({ name: 'default', work_claim: 'work', secrets: ['s'] });
const access = { endpoint: 'https://app.example/api/v1/ingest', token: 'slt_x', sha256: 'hash' };

type Own = NonNullable<Launch['nextflow']>;

function driver(own: Partial<Own>, trace: JobInput['trace']) {
  const input = { run_id: RUN, domain: 'default', attempt: 1, name: RUN, nonce: 'abc', target };
  const { job, config } = buildJob({ ...input, launch: nextflowLaunch(own), trace });
  const template = job.spec['template'] as {
    spec: { containers: [{ env: { name: string; value: string }[] }] };
  };
  const env = template.spec.containers[0].env.map(({ name, value }) => [name, value]);
  return {
    tower: Object.fromEntries(env.filter(([name]) => name?.startsWith('TOWER_'))),
    settings: (config.files['nextflow.config'] ?? '')
      .split('\n')
      .filter((line) => /^(tower|weblog|plugins)/.test(line)),
    annotations: job.metadata.annotations,
  };
}

test('with tower, token and run are in the environment, which counts before what a pipeline configures', () => {
  const made = driver({ trace: 'tower' }, { source: 'tower', ...access });
  expect(made.tower).toEqual({
    TOWER_ACCESS_TOKEN: 'slt_x',
    TOWER_API_ENDPOINT: access.endpoint,
    TOWER_WORKFLOW_ID: RUN,
  });
  // The address counts in the opposite order: a pipeline's own would get the token.
  expect(made.settings).toEqual([
    'tower.enabled = true',
    `tower.endpoint = '${access.endpoint}'`,
    'tower.retryPolicy.maxAttempts = 20',
  ]);
  expect(made.annotations['sluice.dev/trace-token-sha256']).toBe('hash');
});

test('with weblog all is in its configuration, and the plugins of the pipeline stay', () => {
  const made = driver({ trace: 'weblog' }, { source: 'weblog', ...access });
  expect(made.tower).toEqual({});
  expect(made.settings).toEqual([
    'weblog.enabled = true',
    `weblog.url = '${access.endpoint}/weblog'`,
    "weblog.basicToken = '@token:slt_x'",
  ]);
});

test.each([
  ['tower', undefined, 'file'],
  ['weblog', undefined, 'file'],
  ['tower', { source: 'tower', ...access }, 'tower'],
  ['off', undefined, 'off'],
] as const)('%s with %j is read by %s', (trace, given, source) => {
  expect(
    traceChoice({
      own: { ...nextflowLaunch().nextflow, source: 'a/b', trace } as Own & { source: string },
      trace: given,
    }),
  ).toBe(source);
  if (given !== undefined) return;
  const made = driver({ trace }, undefined);
  expect([made.tower, made.settings]).toEqual([{}, []]);
  expect(made.annotations).not.toHaveProperty('sluice.dev/trace-token-sha256');
});

test('a secret cannot take the place of the token; without tower it is for a server of the user', () => {
  const secret_env = { TOWER_ACCESS_TOKEN: { secret: 's', key: 'k' } };
  expect(() => driver({ trace: 'tower', secret_env }, undefined)).toThrow(
    /nextflow\.secret_env\.TOWER_ACCESS_TOKEN is set by Sluice itself where the trace is tower/,
  );
  for (const trace of ['weblog', 'file', 'off', undefined] as const)
    expect(driver({ ...(trace && { trace }), secret_env }, undefined).tower).toHaveProperty(
      'TOWER_ACCESS_TOKEN',
    );
});
