/** The table of tasks says what was, live and after, whatever tells of them: a real Nextflow on a real cluster. */
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pipeline } from '../../../src/core/catalogue/entry.ts';
import { isTaskOver } from '../../../src/core/tasks/status.ts';
import type { TaskPage, TaskView } from '../../../src/core/tasks/task.ts';
import { pipelines, targets } from '../../../src/engine/catalogue/catalogue.ts';
import type { World } from '../../../src/ports/world.ts';
import { apiOn } from '../../api/support.ts';
import { realClock, realWorld } from '../../support/real-world.ts';
import { tickUntil } from '../../support/world.ts';
import { type NextflowLab, nextflowIsThere, openNextflowLab } from '../support/nextflow-lab.ts';
import { reachableApi } from '../support/reachable-api.ts';

/** Unpacked nf-tower and nf-weblog; the image of the lab has no plugins. */
const PLUGINS = process.env['NEXTFLOW_LAB_PLUGINS'] ?? '';
const domain = 'default';

// LAST waits for what runs when it fails, so that nothing depends on the order of pods.
const PIPELINE = `
params.end = 3
process FAN { tag "$n"
  input: val n
  output: val n
  script: "sleep 5" }
process AGAIN { errorStrategy 'retry'
  input: val n
  output: val n
  script: "exit \${task.attempt == 1 ? 5 : 0}" }
process SKIP { errorStrategy 'ignore'
  input: val n
  script: "echo of no use >&2; exit 4" }
process LAST { errorStrategy 'finish'
  input: val all
  script: "echo the end is \${params.end} >&2; exit \${params.end}" }
workflow {
  FAN(Channel.of('ada', 'ben', 'cleo'))
  AGAIN(Channel.of('x'))
  SKIP(Channel.of('x'))
  LAST(FAN.out.mix(AGAIN.out).toSortedList())
}
`;
const PINNED = "plugins { id 'nf-tower@1.9.3'; id 'nf-weblog@1.1.2' }\n";

const brief = ({ name, status, attempt, exit, error_action }: TaskView) =>
  [name, status, attempt, exit, error_action].join(' ');

describe.skipIf(!(await nextflowIsThere()))('the table of tasks', { timeout: 600_000 }, () => {
  let nextflow: NextflowLab;
  let world: World;
  let server: Awaited<ReturnType<typeof reachableApi>>;
  let call: ReturnType<typeof apiOn>['call'];

  beforeAll(async () => {
    nextflow = await openNextflowLab('sluice-table');
    server = await reachableApi(nextflow.lab);
    const inside = await realWorld(nextflow.lab.controller(), nextflow.target);
    world = { ...inside, traceUrl: server.url };
    const api = apiOn(world);
    call = api.call;
    server.serve((request) => api.app.fetch(request));
    const folder = join(nextflow.folder, 'pipeline');
    await cp(join(nextflow.folder, 'nextflow.config'), join(folder, 'nextflow.config'));
    await writeFile(join(folder, 'main.nf'), PIPELINE);
    const plugged = join(nextflow.folder, 'plugged');
    await cp(folder, plugged, { recursive: true });
    await writeFile(join(plugged, 'nextflow.config'), PINNED, { flag: 'a' });
    if (PLUGINS !== '') await cp(PLUGINS, nextflow.plugins, { recursive: true });
    const target = { ...nextflow.target, connection: 'default' };
    await targets.create(world, domain, { ...target, name: 'lab' });
    for (const trace of ['log', 'file', 'tower', 'weblog']) {
      const isTold = ['tower', 'weblog'].includes(trace);
      const plugins = isTold ? { claim: 'plugins' } : null;
      const source = `/workspace/${isTold ? 'plugged' : 'pipeline'}`;
      const nextflowOwn = { source, trace, plugins };
      const entry = { name: trace, target: 'lab', lane: trace, nextflow: nextflowOwn };
      await pipelines.create(world, domain, Pipeline.parse(entry));
    }
  });
  afterAll(async () => {
    server.close();
    await nextflow.remove();
  }, 120_000);

  const tableOf = async (id: string): Promise<TaskPage> =>
    (await call(`/api/v1/runs/${id}/tasks?limit=100`)).json;

  /** Follows a run to its end; what its table said meanwhile. */
  async function watch(id: string) {
    const live: TaskPage[] = [];
    await tickUntil(
      world,
      realClock,
      async () => {
        const { state } = (await call(`/api/v1/runs/${id}`)).json;
        if (state === 'running') live.push(await tableOf(id));
        return ['succeeded', 'failed'].includes(state);
      },
      600,
    );
    const run = (await call(`/api/v1/runs/${id}`)).json;
    return { run, live, table: await tableOf(id) };
  }

  /** `tries`: whether it tells which try a task is; `cached`: how many of the four that it tells of. */
  const SOURCES = [
    { source: 'log', tries: false, cached: 4 },
    { source: 'file', tries: true, cached: 4 },
    ...(PLUGINS === ''
      ? []
      : [
          { source: 'tower', tries: true, cached: 4 },
          { source: 'weblog', tries: true, cached: 0 },
        ]),
  ];

  describe.each(SOURCES)('from $source', ({ source, tries, cached }) => {
    let first: string;

    test('a run that fails: fan, retry, ignored failure, failure', async () => {
      const started = await call('/api/v1/runs', { body: { pipeline: source } });
      expect(started.status, started.text).toBe(201);
      first = started.json.run_id;
      const { run, live, table } = await watch(first);
      expect(run, JSON.stringify(run.reason)).toMatchObject({ state: 'failed', exit_code: 1 });
      expect(table.source).toBe(source);
      expect(table.tasks.map(brief).toSorted()).toEqual([
        'AGAIN (1) failed 1 5 retry',
        `AGAIN (1) succeeded ${tries ? 2 : 1} 0 `,
        'FAN (ada) succeeded 1 0 ',
        'FAN (ben) succeeded 1 0 ',
        'FAN (cleo) succeeded 1 0 ',
        `LAST failed 1 3 ${tries ? 'finish' : ''}`,
        'SKIP (1) failed 1 4 ignore',
      ]);
      expect(table.counts).toMatchObject({
        pending: 0,
        submitted: 0,
        running: 0,
        aborted: 0,
        cached: 0,
        succeeded: 4,
        failed: 3,
        retried: 1,
        ignored: 1,
      });
      expect(table.processes.map(({ name }) => name).toSorted()).toEqual(
        'AGAIN FAN LAST SKIP'.split(' '),
      );
      // While it ran, tasks were seen before they were over, and no table had more than there was.
      expect(live.some(({ tasks }) => tasks.some(({ status }) => !isTaskOver(status)))).toBe(true);
      expect(live.some(({ tasks }) => tasks.some(({ status }) => isTaskOver(status)))).toBe(true);
      for (const { tasks } of live) expect(tasks.length).toBeLessThanOrEqual(7);
    });

    test('a task tells what it was, and a failed one keeps its log', async () => {
      const last = (await tableOf(first)).tasks.find(({ name }) => name === 'LAST');
      const { json } = await call(`/api/v1/runs/${first}/tasks/${last?.task}`);
      expect(json).toMatchObject({ process: 'LAST', exit: 3, cpus: source === 'log' ? null : 1 });
      expect(json.work_dir).toContain(last?.hash);
      // Nextflow's log names no pods.
      if (source !== 'log') expect(json.native_id).toMatch(/^nf-/);
      // Pods tell whole seconds.
      const took = Date.parse(json.finished_at) - Date.parse(json.submitted_at);
      expect(took).toBeGreaterThan(-1_000);
      const log = await call(`/api/v1/runs/${first}/tasks/${last?.task}/log`);
      expect(log.text).toContain('the end is 3');
    });

    test('resumed with another param it reuses what was done, and succeeds', async () => {
      const resumed = await call(`/api/v1/runs/${first}/resume`, { body: { params: { end: 0 } } });
      expect(resumed.status, resumed.text).toBe(201);
      const { run, table } = await watch(resumed.json.run_id);
      expect(run, JSON.stringify(run.reason)).toMatchObject({
        state: 'succeeded',
        exit_code: 0,
        origin: { run_id: first, how: 'resume' },
      });
      expect(table.counts).toMatchObject({
        pending: 0,
        submitted: 0,
        running: 0,
        aborted: 0,
        cached,
        succeeded: 1,
        failed: 1,
        retried: 0,
        ignored: 1,
      });
    });
  });
});
