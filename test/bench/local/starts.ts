/** How many starts a second are accepted for good. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStorage } from '../../../src/adapters/sqlite/storage.ts';
import { createApi } from '../../../src/api/app.ts';
import { SQLITE } from '../../../src/build/build.ts';
import { createClient } from '../../../src/client/index.ts';
import type { LaneView } from '../../../src/core/runs/view.ts';
import { startSqlite } from '../../../src/dev/sqlite.ts';
import type { World } from '../../../src/ports/world.ts';
import { realClock } from '../../support/real-world.ts';
import { memoryWorld } from '../../support/world.ts';
import type { Measured, Row } from '../row.ts';
import { clusterOf, listObjects } from '../support/emulator.ts';
import { onStack, until } from '../support/stack.ts';
import { spread } from '../support/statistics.ts';

/** Requests that wait for an answer at a time. */
const AT_ONCE = 32;
const WARM_UP = 50;
const STARTS = 1_000;
const MEMORY_STARTS = 5_000;
const LANES = 100;
/** Sent a second time with their keys: no second run may come of it. */
const REPEATED = 100;

/** One request to the API; whatever carries it. */
type Send = (path: string, init: RequestInit) => Promise<Response>;

const post = (send: Send, lane: string, key: string): Promise<Response> =>
  send('/api/v1/runs', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({
      pipeline: 'bench',
      kind: 'container',
      container: { image: 'busybox:1.37', command: ['sleep', '600'] },
      lane,
    }),
  });

type Started = {
  readonly ids: ReadonlyMap<string, string>;
  readonly latency: number[];
  readonly seconds: number;
};

/** Starts runs in turn in the lanes, some at once; every answer must be 201. */
async function startAll(send: Send, lanes: readonly string[], count: number, prefix: string) {
  const ids = new Map<string, string>();
  const latency: number[] = [];
  let next = 0;
  const starter = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const key = `${prefix}-${number}`;
      const from = performance.now();
      const response = await post(send, lanes[number % lanes.length] ?? '', key);
      const text = await response.text();
      latency.push(performance.now() - from);
      if (response.status !== 201) throw new Error(`a start got ${response.status}: ${text}`);
      ids.set(key, (JSON.parse(text) as { run_id: string }).run_id);
    }
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, starter));
  return { ids, latency, seconds: (performance.now() - from) / 1_000 } satisfies Started;
}

type LaneOf = (name: string) => Promise<LaneView>;

/** Every run once, in one place, and no other; a repeated key gives the run that it gave before. */
async function countDoubles(send: Send, lane: LaneOf, lanes: readonly string[], all: Started[]) {
  const ids = new Map(all.flatMap((each) => [...each.ids]));
  const placed: string[] = [];
  let wrong = ids.size - new Set(ids.values()).size;
  for (const name of lanes) {
    const { active, queue, queued, capacity } = await lane(name);
    if (queue.length !== queued) throw new Error(`lane ${name} shows ${queue.length} of ${queued}`);
    wrong += Math.max(0, active.length - capacity);
    placed.push(...active, ...queue.map(({ run_id }) => run_id));
  }
  wrong += placed.length - new Set(placed).size;
  const missing = [...ids.values()].filter((id) => !placed.includes(id));
  if (missing.length > 0) throw new Error(`${missing.length} accepted runs are in no lane`);
  const again = await Promise.all(
    [...ids].slice(0, REPEATED).map(async ([key, id]) => {
      const answer = await post(send, laneOf(lanes, key), key);
      return ((await answer.json()) as { run_id: string }).run_id === id;
    }),
  );
  wrong += again.filter((same) => !same).length;
  return wrong;
}

const laneOf = (lanes: readonly string[], key: string): string =>
  lanes[Number(key.split('-')[1]) % lanes.length] ?? '';

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `lane-${index}`);

const outcome = (started: Started, doubles: number, note: string): Measured => ({
  samples: { latency_ms: started.latency },
  figures: {
    rate: started.ids.size / started.seconds,
    ...spread(started.latency),
    double_starts: doubles,
  },
  note,
});

/** Over HTTP, on Azurite. */
const onAzurite = (count: number): Promise<Measured> =>
  onStack({}, async ({ stack, client }) => {
    const lanes = names(count);
    const busy = count === 1;
    for (const name of lanes) await client.putLane(name, { capacity: 1, paused: !busy });
    const send: Send = (path, init) => fetch(`${stack.api}${path}`, init);
    const warm = await startAll(send, lanes, WARM_UP, 'warm');
    const started = await startAll(send, lanes, STARTS - WARM_UP, 'bench');
    const cluster = clusterOf(await readFile(stack.kubeconfig, 'utf8'));
    const wrong = await countDoubles(send, client.getLane, lanes, [warm, started]);
    const first = lanes[0] ?? '';
    await client.putLane(first, { paused: false });
    const jobs = await until('a Job of the first lane', 30_000, async () => {
      const found = await listObjects(cluster, '/apis/batch/v1/jobs');
      return found.length > 0 && found;
    });
    return outcome(
      started,
      wrong + jobs.length - 1,
      busy ? 'a lane of one that is busy: one run holds it' : `${LANES} lanes, paused`,
    );
  });

/** The API on a world: requests without a socket. */
async function inProcess(world: World, count: number, total: number): Promise<Measured> {
  const app = createApi(world, {
    openMode: true,
    corsOrigins: [],
    rateLimit: { perSecond: 1_000_000, burst: 1_000_000 },
    webPubSub: 'https://push.example.org',
    pageFile: async () => undefined,
    assets: async () => undefined,
  });
  const send: Send = async (path, init) => {
    const headers = new Headers(init.headers);
    headers.set('host', '127.0.0.1');
    return app.request(`http://127.0.0.1${path}`, { ...init, headers });
  };
  const client = createClient({
    url: 'http://127.0.0.1',
    fetch: (url, init) =>
      send(new URL(url instanceof Request ? url.url : url).pathname, init ?? {}),
  });
  const lanes = names(count);
  for (const name of lanes) await client.putLane(name, { capacity: 1, paused: true });
  const warm = await startAll(send, lanes, WARM_UP, 'warm');
  const started = await startAll(send, lanes, total, 'bench');
  const wrong = await countDoubles(send, client.getLane, lanes, [warm, started]);
  return outcome(started, wrong, `${count === 1 ? 'one lane' : `${count} lanes`}, paused`);
}

const inMemory = (count: number): Promise<Measured> =>
  inProcess(memoryWorld().world, count, count === 1 ? STARTS - WARM_UP : MEMORY_STARTS);

/** State and queues in the storage process, as it is built; the cluster and the rest in memory. */
async function onSqlite(count: number): Promise<Measured> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const sqlite = await startSqlite({ dir, program: SQLITE });
  try {
    const { store, blobs, queue } = createSqliteStorage(dir);
    const world = {
      ...memoryWorld().world,
      clock: realClock,
      store: store(''),
      blobs: blobs('sluice'),
      queue: queue('follow'),
      dispatchQueue: queue('dispatch'),
    };
    return await inProcess(world, count, count === 1 ? STARTS - WARM_UP : MEMORY_STARTS);
  } finally {
    await sqlite.close();
    await rm(dir, { recursive: true, force: true });
  }
}

const UNITS = { rate: '1/s', p50: 'ms', p99: 'ms', double_starts: 'runs' };
const CHECK = `Afterwards every accepted run must be in one place of one lane, no lane may hold more than its capacity, ${REPEATED} keys that are sent again must give the runs that they gave before`;

const row = (
  id: string,
  title: string,
  rate: number,
  method: string,
  measure: () => Promise<Measured>,
): Row => ({
  id,
  title,
  where: 'local',
  units: UNITS,
  targets: { rate: ['≥', rate], double_starts: ['=', 0] },
  method,
  measure,
});

export const startRows: readonly Row[] = [
  row(
    'starts-one-lane',
    'starts answered 201, one lane, Azurite',
    50,
    `${STARTS - WARM_UP} POSTs with \`on_busy: queue\`, ${AT_ONCE} at a time, after ${WARM_UP} to warm up, into a lane of one that is busy: each is accepted for good (idempotency row, work row, run, ticket, index) before its 201. ${CHECK}, and the cluster must show one Job.`,
    () => onAzurite(1),
  ),
  row(
    'starts-many-lanes',
    `starts answered 201, ${LANES} lanes, Azurite`,
    125,
    `The same in turn into ${LANES} lanes, which are paused, so that the machine need not start ${LANES} processes meanwhile; accepted is the same. ${CHECK}; then one lane is let go, and the cluster must show one Job.`,
    () => onAzurite(LANES),
  ),
  row(
    'starts-sqlite-one-lane',
    'starts answered 201, one lane, SQLite',
    600,
    `${STARTS - WARM_UP} requests to the API in one process without sockets, ${AT_ONCE} at a time, into one paused lane; state and queues in the storage process on this disk, each commit synced before it is answered, all else in memory; the rate limit is off. ${CHECK}.`,
    () => onSqlite(1),
  ),
  row(
    'starts-sqlite-many-lanes',
    `starts answered 201, ${LANES} lanes, SQLite`,
    600,
    `The same with ${MEMORY_STARTS} requests in turn into ${LANES} paused lanes. ${CHECK}.`,
    () => onSqlite(LANES),
  ),
  row(
    'starts-memory-one-lane',
    'starts answered 201, one lane, in memory',
    1_000,
    `${STARTS - WARM_UP} requests to the API on the world in memory, in one process without sockets, ${AT_ONCE} at a time, into one paused lane; the rate limit is off. ${CHECK}.`,
    () => inMemory(1),
  ),
  row(
    'starts-memory-many-lanes',
    `starts answered 201, ${LANES} lanes, in memory`,
    1_000,
    `The same with ${MEMORY_STARTS} requests in turn into ${LANES} paused lanes. ${CHECK}.`,
    () => inMemory(LANES),
  ),
];
