/** A pipeline of 2,000 tasks tells of them, on storage that takes the times of Azure Tables. */
import { setTimeout as delay } from 'node:timers/promises';
import { withLatency } from '../../../src/adapters/memory/latency.ts';
import { towerNews } from '../../../src/core/nextflow/trace/tower.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { silentRecorder } from '../../../src/engine/events/outlet.ts';
import { tellTasks } from '../../../src/engine/events/tell-tasks.ts';
import { listTasks } from '../../../src/engine/queries/tasks.ts';
import { takeNews } from '../../../src/engine/store/tasks/task-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { simulatedTrace } from '../../engine/tasks/simulated-trace.ts';
import { randomOf } from '../../support/chaos.ts';
import { memoryWorld, nextflowRequest } from '../../support/world.ts';
import type { Measured, Row } from '../row.ts';
import { percentile, spread } from '../support/statistics.ts';

const TASKS = 2_000;
const PER_SECOND = 100;
const PROCESSES = 20;
const domain = 'default';
const MIB = 1_048_576;

/** Real time; see `contention.ts`. */
const clock: World['clock'] = {
  now: Date.now,
  sleep: (ms, signal) =>
    delay(Math.max(0, Math.floor(ms - 0.5)), undefined, { signal }).catch(() => undefined),
};

async function measure(): Promise<Measured> {
  const { world: memory, store } = memoryWorld();
  const { run } = await submitRun(memory, { domain, request: nextflowRequest() });
  let commits = 0;
  const times = withLatency(store, clock, randomOf(15));
  const commit: World['store']['commit'] = (...args) => {
    commits += 1;
    return times.commit(...args);
  };
  const world = { ...memory, clock, store: { ...times, commit } };
  const calls = simulatedTrace({ tasks: TASKS, perSecond: PER_SECOND, processes: PROCESSES });
  const sent = calls.map(({ at, call, body }) => ({ at, call, text: JSON.stringify(body) }));
  const recorder = silentRecorder(world);
  const call_ms: number[] = [];
  const told: Promise<void>[] = [];
  const [cpu, heap] = [process.cpuUsage(), process.memoryUsage().heapUsed];
  let highest = heap;
  const from = performance.now();
  // One after another, as Nextflow sends them, and never before its time.
  for (const { at, call, text } of sent) {
    await delay(Math.max(0, from + at - performance.now()));
    const began = performance.now();
    const news = towerNews(call, JSON.parse(text));
    const change = await takeNews(world, run.run_id, 1, news);
    call_ms.push(performance.now() - began);
    if (change) told.push(tellTasks(recorder, run.run_id, change));
    highest = Math.max(highest, process.memoryUsage().heapUsed);
  }
  const behind = performance.now() - from - (sent.at(-1)?.at ?? 0);
  await Promise.all(told);
  const { user, system } = process.cpuUsage(cpu);
  const page_ms: number[] = [];
  let listed = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const began = performance.now();
    const filter = { limit: 500, ...(cursor && { cursor }) };
    const page = await listTasks(world, domain, run.run_id, filter);
    page_ms.push(performance.now() - began);
    listed += page.tasks.length;
    if (page.next_cursor === null && page.counts.succeeded !== TASKS)
      throw new Error(`${page.counts.succeeded} tasks succeeded`);
    cursor = page.next_cursor;
  }
  const rows = store.dump('runs').filter(({ key }) => /^t(?:\.|race)/.test(key)).length;
  return {
    samples: { call_ms, page_ms },
    figures: {
      ...spread(call_ms),
      behind,
      transactions: commits,
      rows,
      lost: TASKS - listed,
      cpu: (user + system) / 1_000 / TASKS,
      memory: (highest - heap) / MIB,
      page: percentile(page_ms, 50),
    },
  };
}

export const taskRows: readonly Row[] = [
  {
    id: 'tasks-told',
    title: `a pipeline of ${TASKS} tasks, ${PER_SECOND} a second, by Tower's protocol: a call`,
    where: 'local',
    units: {
      p50: 'ms',
      p99: 'ms',
      behind: 'ms',
      transactions: 'transactions',
      rows: 'rows',
      lost: 'tasks',
      cpu: 'ms a task',
      memory: 'MiB',
      page: 'ms',
    },
    targets: { p99: ['≤', 300], behind: ['≤', 1_000], lost: ['=', 0], page: ['≤', 300] },
    method: `${TASKS} tasks of ${PROCESSES} processes, each submitted, running and completed, in calls of 100 tasks at most, one after another, at the times at which Nextflow would send them. The engine takes each call (reading its text, storing, telling events once a second) in one process without sockets, on storage in memory with the times of Azure Tables. \`behind\`: how late the last call is answered; \`cpu\`: of this process for each task, the model of storage included; \`memory\`: the growth of the heap, the stored rows included; \`page\`: a list of 500 tasks.`,
    measure,
  },
];
