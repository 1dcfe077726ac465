/** A work list of any length in the model of Azure Tables: runs that live and runs that wait, in any order. */
import { newRunId } from '../../src/core/names.ts';
import { submitRun } from '../../src/engine/commands/submit.ts';
import { tick } from '../../src/engine/reconcile/tick.ts';
import { readRun } from '../../src/engine/store/run-store.ts';
import { dropWork, newWork, putWork } from '../../src/engine/store/work.ts';
import type { Cluster, Listing } from '../../src/ports/cluster.ts';
import type { Write } from '../../src/ports/store.ts';
import type { World } from '../../src/ports/world.ts';
import { modelOfTables } from './model.ts';
import { request, seededBytes } from './world.ts';

const PER_LANE = 5_000;
/** Tickets of one commit, two rows each. */
const PER_COMMIT = 50;
/** What a cluster takes to list so much: twenty pages. */
const LIST_MS = 2_000;
const READ_LOG_MS = 20;
const domain = 'default';

export type Order = 'mixed' | 'live first' | 'live last';

/** `live` runs whose drivers have each printed a line that has not been read, and `waiting` runs with their tickets. */
export async function bigTick(counts: {
  readonly live: number;
  readonly waiting: number;
  readonly order: Order;
}) {
  const model = modelOfTables({
    instances: 1,
    seed: 16,
    script: () => ({ lines: [], endsAt: 3_600_000, exitCode: 0 }),
  });
  const { run } = await submitRun(model.world, { domain, request: request({ lane: 'live' }) });
  await model.clock.advance(1_000);
  await tick(model.world);
  const template = await readRun(model.world, run.run_id);
  const shown = await model.cluster.list(run.run_id);
  const [job, pod] = [shown.jobs[0], shown.pods[0]];
  await dropWork(model.world, run.run_id);
  if (!template || !job || !pod) throw new Error('the run does not live');
  const all = counts.live + counts.waiting;
  const random = seededBytes(17);
  const ids = [
    ...new Set(
      Array.from({ length: all }, (_, index) =>
        newRunId(model.clock.now() - all + index, random(4)),
      ),
    ),
  ];
  const isLive = (index: number): boolean => {
    if (counts.order === 'live first') return index < counts.live;
    if (counts.order === 'live last') return index >= all - counts.live;
    return index % Math.round(all / counts.live) === 0;
  };
  const live = ids.filter((_, index) => isLive(index));
  const waiting = ids.filter((_, index) => !isLive(index));

  for (const id of live) {
    const own = { run_id: id, job_name: id, job_uid: `job-${id}`, log: {}, asked_at: null };
    const body = { ...template.run, ...own, lease_until: null };
    await model.store.commit('runs', id, [
      {
        op: 'insert',
        key: 'run',
        values: { state: 'running', last_seq: body.last_seq, body: JSON.stringify(body) },
      },
    ]);
    await putWork(model.world, newWork(body));
  }
  for (let lane = 0; lane * PER_LANE < waiting.length; lane += 1)
    await fillQueue(
      model.world,
      `lane-${lane}`,
      waiting.slice(lane * PER_LANE, (lane + 1) * PER_LANE),
    );

  const viewOf = (id: string): Listing => ({
    jobs: [{ ...job, name: id, uid: `job-${id}`, run_id: id }],
    pods: [{ ...pod, name: `pod-${id}`, uid: `pod-${id}`, run_id: id, job_uid: `job-${id}` }],
  });
  const views = live.map(viewOf);
  const listed: Listing = {
    jobs: views.flatMap(({ jobs }) => jobs),
    pods: views.flatMap(({ pods }) => pods),
  };
  const line = new TextEncoder().encode(
    `${new Date(model.clock.now()).toISOString().slice(0, 23)}000000Z hello\n`,
  );
  let asked = 0;
  const [instance] = model.worlds as [World];
  const cluster: Cluster = Object.assign(Object.create(model.cluster) as Cluster, {
    async list(runId?: string) {
      asked += 1;
      await instance.clock.sleep(LIST_MS);
      return runId === undefined ? listed : viewOf(runId);
    },
    async *readLog() {
      await instance.clock.sleep(READ_LOG_MS);
      yield line;
    },
  });
  const reads = new Set<string>();
  const { store } = instance;
  const world: World = {
    ...instance,
    clusters: { ...instance.clusters, connect: () => cluster },
    store: {
      ...store,
      async read(table, partition, key) {
        if (table === 'runs') reads.add(partition);
        return store.read(table, partition, key);
      },
    },
  };
  return {
    model,
    live,
    waiting,
    /** Runs that were read. */
    reads,
    lists: () => asked,
    /** One tick, in virtual time. */
    tick: () => model.drive(tick(world)),
  };
}

async function fillQueue(world: World, lane: string, ids: readonly string[]): Promise<void> {
  const queue = { next: ids.length + 1, active: [], queued: ids.length };
  const body = { listed: true, capacity: 1, paused: true, ...queue };
  await world.store.commit('lanes', `${domain}.${lane}`, [
    { op: 'insert', key: 'lane', values: { body: JSON.stringify(body) } },
  ]);
  for (let start = 0; start < ids.length; start += PER_COMMIT) {
    const writes = ids.slice(start, start + PER_COMMIT).flatMap((run_id, index): Write[] => {
      const ticket = `q.9.${String(start + index + 1).padStart(12, '0')}`;
      return [
        { op: 'insert', key: ticket, values: { run_id } },
        { op: 'insert', key: `r.${run_id}`, values: { ticket } },
      ];
    });
    await world.store.commit('lanes', `${domain}.${lane}`, writes);
  }
  for (const run_id of ids)
    await putWork(world, { ...newWork({ run_id, domain, lane }), waits: true });
}
