/** The tasks of real Nextflow runs on a real cluster, by its log file and by its trace file: live, and after the end. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { pipelines } from '../../../src/engine/catalogue/catalogue.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { handleMessage } from '../../../src/engine/follow/messages.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { listTasks } from '../../../src/engine/queries/tasks.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { realWorld } from '../../support/real-world.ts';
import { request } from '../../support/world.ts';
import { type NextflowLab, nextflowIsThere, openNextflowLab } from '../support/nextflow-lab.ts';

const domain = 'default';
/** Nextflow takes half a minute to start on a busy machine. */
const PATIENCE_MS = 200_000;
const LOOK_MS = 200;

async function until<T>(
  what: string,
  ask: () => Promise<T | null | false | undefined>,
): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const answer = await ask();
    if (answer !== null && answer !== false && answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`not so in time: ${what}`);
}
const run = promisify(execFile);

/** One task of each sort: some that end well, one that fails first and is tried again, one that fails and is ignored. */
const MIXED = `
params.seconds = 1
process WORK {
  tag "$id"
  input: val id
  output: val id
  script: "sleep \${params.seconds}; echo $id"
}
process FLAKY {
  errorStrategy 'retry'
  input: val id
  script: "[ \${task.attempt} -gt 1 ] || exit 3"
}
process EMPTY {
  tag "$id"
  errorStrategy 'ignore'
  input: val id
  output: path 'never'
  script: "echo nothing"
}
workflow { Channel.of('a', 'b') | WORK; WORK.out | filter { it == 'a' } | (FLAKY & EMPTY) }
`;

describe.skipIf(!(await nextflowIsThere()))('tasks of Nextflow', { timeout: 500_000 }, () => {
  let nextflow: NextflowLab;
  let cluster: Cluster;
  let world: World;

  beforeAll(async () => {
    nextflow = await openNextflowLab('sluice-trace');
    cluster = nextflow.lab.controller();
    world = await realWorld(cluster, nextflow.target);
    await writeFile(join(nextflow.folder, 'mixed.nf'), MIXED);
  });
  afterAll(() => nextflow.remove(), 120_000);

  let started = 0;
  /** Starts the pipeline by an entry of its own, also in a repetition of the test. */
  async function start(trace: 'log' | 'file', seconds: number): Promise<string> {
    started += 1;
    const name = `${trace}-${started}`;
    const own = { source: '/workspace/mixed.nf', trace };
    const entry = { name, nextflow: own, params: { seconds }, overridable: [] };
    await pipelines.create(world, domain, Pipeline.parse(entry));
    const asked = request({ pipeline: name, kind: undefined, container: undefined });
    return (await submitRun(world, { domain, request: asked })).run.run_id;
  }
  const table = (id: string) => listTasks(world, domain, id, { limit: 500 });
  const stateOf = async (id: string) => (await getRun(world, domain, id)).state;
  /** Follows the run until it is over, as messages of the queue would have it. */
  async function follow(id: string, signal = new AbortController().signal): Promise<void> {
    for (;;) {
      const stored = await readRun(world, id);
      if (!stored || stored.run.finished_at !== null || signal.aborted) return;
      const { generation } = stored.run;
      await handleMessage(world, { kind: 'follow', run_id: id, generation }, signal);
      await world.clock.sleep(LOOK_MS, signal);
    }
  }
  /** The pod ends by itself, soon after its driver; the sweep may have deleted it by then. */
  const podEnds = (id: string) =>
    until('no container of it runs', async () => {
      const { pods } = await cluster.list(id, ['drivers']);
      return pods.every(({ containers }) => containers.every(({ state }) => state !== 'running'));
    });

  test.each(['log', 'file'] as const)(
    'by %s: right while it runs and afterwards',
    async (source) => {
      const id = await start(source, 4);
      const following = follow(id);
      await until('a task is submitted, and none has ended', async () => {
        const { counts, source: said } = await table(id);
        return said === source && counts.submitted > 0 && counts.succeeded === 0;
      });
      await until('a task has ended while the run runs', async () => {
        const { counts } = await table(id);
        return counts.succeeded > 0 && (await stateOf(id)) === 'running';
      });
      await following;
      await until('the run is over', async () => (await getRun(world, domain, id)).finished_at);
      expect(await stateOf(id)).toBe('succeeded');
      await podEnds(id);
      const { counts, tasks, processes } = await table(id);
      expect(counts).toMatchObject({ succeeded: 3, failed: 2, retried: 1, ignored: 1, aborted: 0 });
      expect(processes.map(({ name }) => name).toSorted()).toEqual(['EMPTY', 'FLAKY', 'WORK']);
      const failed = tasks.find(
        ({ process, status }) => process === 'FLAKY' && status === 'failed',
      );
      expect(failed).toMatchObject({ exit: 3, error_action: 'retry' });
      for (const { hash, work_dir, submitted_at, finished_at } of tasks) {
        expect(work_dir).toContain(`/workspace/work/${hash}`);
        // Pods tell their end in whole seconds.
        const second = `${submitted_at?.slice(0, 19)}Z`;
        expect(Date.parse(finished_at ?? '')).toBeGreaterThanOrEqual(Date.parse(second));
      }
      expect((await getRun(world, domain, id)).progress).toMatchObject({ percent: 100 });
    },
  );

  test('an instance that ends in the middle and another that goes on lose and double no row', async () => {
    const id = await start('log', 3);
    const stop = new AbortController();
    const first = follow(id, stop.signal);
    await until('a task is submitted', async () => (await table(id)).counts.submitted > 0);
    stop.abort();
    await first;
    await follow(id);
    await until('the run is over', async () => (await getRun(world, domain, id)).finished_at);
    const { counts, tasks } = await table(id);
    expect(counts).toMatchObject({ succeeded: 3, failed: 2, aborted: 0 });
    expect(tasks).toHaveLength(5);
    expect(new Set(tasks.map(({ task }) => task)).size).toBe(5);
  });

  test('what a killed driver had under way is shown as aborted', async () => {
    const id = await start('log', 300);
    const following = follow(id);
    await until('a task is submitted', async () => (await table(id)).counts.submitted > 0);
    // The driver's Java process, by the argument that no other has.
    const { stdout } = await run('pgrep', ['-f', `nextflow.cli.Launcher.* -name ${id} `]);
    for (const pid of stdout.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
    await following;
    await until('the run is over', async () => (await getRun(world, domain, id)).finished_at);
    expect(await getRun(world, domain, id)).toMatchObject({ state: 'failed', exit_code: 137 });
    const { counts } = await table(id);
    expect(counts).toMatchObject({ submitted: 0, running: 0, succeeded: 0 });
    expect(counts.aborted).toBeGreaterThan(0);
  });
});
