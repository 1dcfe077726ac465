/** A driver of real Nextflow that is killed in the middle of its run, and the run that continues it. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTerminal } from '../../../src/core/events/state.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import type { World } from '../../../src/ports/world.ts';
import { apiOn } from '../../api/support.ts';
import { realClock as clock, realWorld } from '../../support/real-world.ts';
import { tickUntil } from '../../support/world.ts';
import { type NextflowLab, nextflowIsThere, openNextflowLab } from '../support/nextflow-lab.ts';

/** Each of the second tasks needs one of the first, so what is submitted tells what is done. */
const PIPELINE = `
params.seconds = 600
process FIRST {
  tag "$who"
  input: val who
  output: val who
  script: "echo first $who"
}
process SECOND {
  tag "$who"
  input: val who
  output: stdout
  script: "sleep \${params.seconds}; echo second $who"
}
workflow { Channel.of('ada', 'ben') | FIRST | SECOND | view { it.trim() } }
`;

/** The process of the run's driver on this machine, which is the node. */
function pidOf(runId: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return words[0]?.endsWith('java') === true && words.includes(runId);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
  expect(found, 'processes of the driver').toHaveLength(1);
  return Number(found[0]);
}

describe.skipIf(!(await nextflowIsThere()))(
  'a driver that was killed',
  { timeout: 600_000 },
  () => {
    let nextflow: NextflowLab;
    let world: World;
    let cluster: Cluster;

    beforeAll(async () => {
      nextflow = await openNextflowLab('sluice-resume');
      await writeFile(join(nextflow.folder, 'two.nf'), PIPELINE);
      cluster = nextflow.lab.controller();
      world = await realWorld(cluster, nextflow.target);
    });
    afterAll(() => nextflow.remove(), 120_000);

    const tasksOf = async (runId: string) =>
      (await cluster.list(runId)).pods.filter(({ role }) => role === 'task');

    test('is continued when its task pods are gone: what it had completed is cached', async () => {
      const { call } = apiOn(world);
      const logOf = async (runId: string) => (await call(`/api/v1/runs/${runId}/log`)).text;
      const isOver = async (runId: string) =>
        isTerminal((await call(`/api/v1/runs/${runId}`)).json.state);

      const started = await call('/api/v1/runs', { body: { pipeline: '/workspace/two.nf' } });
      const first: string = started.json.run_id;
      await tickUntil(world, clock, async () => /process > SECOND/.test(await logOf(first)), 480);
      process.kill(pidOf(first), 'SIGKILL');
      await tickUntil(world, clock, () => isOver(first), 240);
      const { json: killed } = await call(`/api/v1/runs/${first}`);
      expect(killed).toMatchObject({ state: 'failed', exit_code: 137, reason: { code: 'killed' } });

      // Of a shorter second task; the first ones do not depend on it.
      const resumed = await call(`/api/v1/runs/${first}/resume`, {
        body: { params: { seconds: 1 } },
      });
      expect(resumed.status, resumed.text).toBe(201);
      const second: string = resumed.json.run_id;
      expect(resumed.json.nextflow.session_id).toBe(killed.nextflow.session_id);
      expect(await call(`/api/v1/runs/${first}/resume`, { body: {} })).toMatchObject({
        status: 409,
        json: { code: 'session_busy', run_id: second },
      });
      await tickUntil(
        world,
        clock,
        async () => {
          const { jobs } = await cluster.list(second);
          if (jobs.length > 0)
            expect(await tasksOf(first), 'task pods of the old driver').toEqual([]);
          return jobs.length > 0;
        },
        480,
      );
      await tickUntil(world, clock, () => isOver(second), 480);
      const { json: done } = await call(`/api/v1/runs/${second}`);
      expect(done, await logOf(second)).toMatchObject({
        state: 'succeeded',
        origin: { run_id: first, how: 'resume' },
      });
      expect(await logOf(second)).toMatch(/Cached process > FIRST/);
      expect(await logOf(second)).toMatch(/second ada/);
      const { json: table } = await call(`/api/v1/runs/${second}/tasks`);
      expect(table.counts.cached, JSON.stringify(table)).toBeGreaterThan(0);

      // Everything again: the run after it finds all of both, under a third name in the same folder.
      const again = await call(`/api/v1/runs/${second}/resume`, { body: {} });
      expect(again.status, again.text).toBe(201);
      await tickUntil(world, clock, () => isOver(again.json.run_id), 480);
      const last = await logOf(again.json.run_id);
      expect(last.match(/Cached process/g), last).toHaveLength(4);
      expect(last).not.toContain('Submitted process');
      expect(await tick(world)).toMatchObject({ failed: 0 });
    });
  },
);
