/** A client that comes late to a long log. */

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createTableStore } from '../../../src/adapters/azure/store.ts';
import { createClient } from '../../../src/client/index.ts';
import { DRIVER_CONTAINER } from '../../../src/core/names.ts';
import { startAzurite } from '../../../src/dev/azurite.ts';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld } from '../../support/world.ts';
import type { Row } from '../row.ts';
import { type Bench, onStack, until, within } from '../support/stack.ts';
import { percentile } from '../support/statistics.ts';

const EVENTS = 10_000;
const BYTES = 2_048;
/** Events of one commit: below its 100 writes. */
const EACH = 90;
const ROUNDS = 7;
const LANE = 'late';
const WAIT_MS = 120_000;

/** The product's own way of writing, on its own tables: a driver would take half an hour for as many events. */
async function writeEvents(storage: string, runId: string): Promise<World> {
  const { world: memory } = memoryWorld();
  const clock = { now: () => Date.now(), sleep: (ms: number) => delay(ms) };
  const world = { ...memory, clock, store: createTableStore({ connectionString: storage }) };
  let stored = await readRun(world, runId);
  if (!stored) throw new Error('the run is not in storage');
  const encoder = new TextEncoder();
  for (let done = 0; done < EVENTS; done += EACH) {
    const drafts = Array.from({ length: Math.min(EACH, EVENTS - done) }, (_, index) => {
      const text = `#${done + index + 1} ${randomBytes(BYTES / 2).toString('hex')}`.slice(0, BYTES);
      const time = new Date().toISOString().replace('Z', '000000Z');
      const entry = { time, bytes: encoder.encode(text), end: 'newline' as const };
      const pod = `${runId}-1`;
      return { type: 'log' as const, pod, container: DRIVER_CONTAINER, entries: [entry] };
    });
    stored = await changeRun(world, stored, {}, drafts);
  }
  return world;
}

/** Seconds until a fresh client has every one of them, once. */
async function join(api: string, runId: string): Promise<number> {
  const stop = new AbortController();
  const from = performance.now();
  const numbers: number[] = [];
  for await (const event of createClient({ url: api }).watch(runId, { signal: stop.signal })) {
    if (event.type !== 'log') continue;
    for (const { message } of event.data.lines) numbers.push(Number(/^#(\d+) /.exec(message)?.[1]));
    if (numbers.length === EVENTS) break;
  }
  const seconds = (performance.now() - from) / 1_000;
  if (numbers.some((number, index) => number !== index + 1)) throw new Error('events are missing');
  return seconds;
}

async function joins(api: string, runId: string): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    seconds.push(await within('all events at a client', WAIT_MS, join(api, runId)));
  }
  // The first one finds code and connections cold.
  return seconds.slice(1);
}

/** The run goes its way to the end, and its events to blobs. */
async function archive({ client }: Bench, world: World, runId: string): Promise<void> {
  await client.putLane(LANE, { paused: false });
  await until('the events in blobs', WAIT_MS, async () => {
    const rows = await world.store.list('runs', runId, { from: 'e.', before: 'e.~', limit: 1 });
    return rows.length === 0;
  });
}

const lateJoin: Row = {
  id: 'late-join',
  title: 'late join of 10,000 log events of 2 KB',
  where: 'local',
  units: { rows_p50: 's', rows_max: 's', blobs_p50: 's', blobs_max: 's' },
  targets: { rows_p50: ['≤', 1.5], blobs_p50: ['≤', 1.5] },
  method: `${EVENTS} log events of one line of ${BYTES} random characters each are put into the log of a run that waits in a paused lane, by the product's own commit (\`src/engine/store/run-store.ts\`); then ${ROUNDS} fresh clients, one after the other, watch the run from its start: from the call to the last of the events, every number checked. \`rows\`: while the run lives; \`blobs\`: after the lane was let go, the run is over and its rows are gone.`,
  async measure() {
    const azurite = await startAzurite();
    try {
      const settings = { AzureWebJobsStorage: azurite.connectionString };
      return await onStack({ settings }, async (bench) => {
        const { client, stack } = bench;
        await client.putLane(LANE, { paused: true });
        const { run_id: id } = await client.startRun({
          pipeline: 'bench',
          kind: 'container',
          container: { image: 'busybox:1.37', command: ['true'] },
          lane: LANE,
        });
        const world = await writeEvents(azurite.connectionString, id);
        const rows = await joins(stack.api, id);
        await archive(bench, world, id);
        const blobs = await joins(stack.api, id);
        return {
          samples: { rows_s: rows, blobs_s: blobs },
          figures: {
            rows_p50: percentile(rows, 50),
            rows_max: Math.max(...rows),
            blobs_p50: percentile(blobs, 50),
            blobs_max: Math.max(...blobs),
          },
        };
      });
    } finally {
      await azurite.close();
    }
  },
};

export const lateJoinRows: readonly Row[] = [lateJoin];
