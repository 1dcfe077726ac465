/** The token of a run's trace: one for each Job, known by its hash alone, whoever finds the Job. */
import { expect, test } from 'vitest';
import { singleCluster } from '../../../src/adapters/memory/cluster.ts';
import { runOfTraceToken } from '../../../src/core/access/trace-token.ts';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import type { JobManifest } from '../../../src/core/kubernetes/manifest.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { dryRun } from '../../../src/engine/commands/runs/dry-run.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import { memoryWorld, nextflowRequest, otherInstance, sha256 } from '../../support/world.ts';

const domain = 'default';

async function lab(trace: string, traceUrl: string | null = 'https://app.example') {
  const parts = memoryWorld();
  const made: JobManifest[] = [];
  const cluster = Object.assign(Object.create(parts.cluster) as Cluster, {
    createJob(manifest: JobManifest) {
      made.push(manifest);
      return parts.cluster.createJob(manifest);
    },
  });
  const world = {
    ...parts.world,
    clusters: singleCluster(cluster),
    ...(traceUrl !== null && { traceUrl }),
  };
  const entry = Pipeline.parse({ name: 'p', nextflow: { source: 'a/b', trace } });
  await pipelines.create(world, domain, entry);
  const start = async (by = world) =>
    (await submitRun(by, { domain, request: nextflowRequest({ pipeline: 'p' }) })).run.run_id;
  return { ...parts, world, cluster, made, start };
}

/** The token in the driver's environment. */
function tokenOf(job: JobManifest | undefined): string {
  const text = JSON.stringify(job);
  return /slt_r[0-9a-z]{15}_[\w-]{43}/.exec(text)?.[0] ?? '';
}

test('a run has the hash of the token that its driver has, and nothing stored or logged has the token', async () => {
  const { world, made, start, store, log, push } = await lab('tower');
  const runId = await start();
  const token = tokenOf(made[0]);
  expect(runOfTraceToken(token)).toBe(runId);
  expect((await readRun(world, runId))?.run.trace_token).toBe(await sha256(token));
  await tick(world);
  const stored = ['runs', 'index', 'work', 'lanes', 'audit', 'catalogue', 'idempotency'] as const;
  const all = JSON.stringify([stored.map((table) => store.dump(table)), log.entries, push.sent]);
  expect(all).not.toContain(token);
  expect(all).not.toContain(token.slice(-43));
});

test('whoever finds a Job of another process takes the token that this Job has', async () => {
  const { world, cluster, made, start, clock } = await lab('tower');
  const dying: Cluster['createJob'] = async (manifest) => {
    await cluster.createJob(manifest);
    throw new ClusterError('unavailable', 0, 'did not answer within 10 s');
  };
  const dead = {
    ...otherInstance(world),
    clusters: singleCluster(Object.assign(Object.create(cluster) as Cluster, { createJob: dying })),
  };
  const runId = await start(dead);
  for (let second = 0; second < 120 && !(await readRun(world, runId))?.run.job_uid; second += 1) {
    await tick(world);
    await clock.advance(1_000);
  }
  const tokens = made.map(tokenOf);
  const run = (await readRun(world, runId))?.run;
  // The Job of the dead process lacked its ConfigMap: it was made anew, with the last token.
  expect(run?.trace_token).toBe(await sha256(tokens.at(-1) ?? ''));
  expect(new Set(tokens).size).toBe(tokens.length);
});

test.each([
  ['tower', null],
  ['weblog', null],
  ['file', 'https://app.example'],
  ['off', 'https://app.example'],
])('%s with the address %s needs no token', async (trace, address) => {
  const { world, made, start } = await lab(trace, address);
  const run = (await readRun(world, await start()))?.run;
  expect([run?.job_uid === null, run?.trace_token, tokenOf(made[0])]).toEqual([
    false,
    undefined,
    '',
  ]);
});

test('a start that is only tried shows what the driver is told, without a token', async () => {
  const { world } = await lab('tower');
  const tried = await dryRun(world, { domain, request: nextflowRequest({ pipeline: 'p' }) });
  expect(tried.driver?.env).toMatchObject({
    TOWER_ACCESS_TOKEN: 'made-when-it-starts',
    TOWER_API_ENDPOINT: 'https://app.example/api/v1/ingest',
  });
  expect(tried.warnings.join()).not.toContain('SLUICE_TRACE_URL');
  const nowhere = await lab('tower', null);
  const { warnings, driver } = await dryRun(nowhere.world, {
    domain,
    request: nextflowRequest({ pipeline: 'p' }),
  });
  expect(driver?.env).not.toHaveProperty('TOWER_ACCESS_TOKEN');
  expect(warnings).toContainEqual(expect.stringContaining('SLUICE_TRACE_URL'));
});
