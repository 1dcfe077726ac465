/** Very many runs that are over, in the model of Azure Tables, as cleanup leaves them. */
import { newRunId } from '../../../src/core/names.ts';
import { DAY_MS } from '../../../src/core/retention-limits.ts';
import type { Run } from '../../../src/core/runs/run.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { putIndex } from '../../../src/engine/store/index-store.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { modelOfTables } from '../../support/model.ts';
import { cleanUp, request, seededBytes } from '../../support/world.ts';

const domain = 'default';
/** What Azure's blobs take, seen from a function of the same region. */
const BLOB_MS = 10;

/**
 * `old` runs that ended before the time for which runs are kept, of which each tenth has a key and each hundredth is held,
 * and `young` ones, all with a log in a blob. They are spread over three months.
 */
export async function bigSweep(counts: { readonly old: number; readonly young: number }) {
  const model = modelOfTables({ instances: 1, seed: 23 });
  const { run } = await submitRun(model.world, { domain, request: request() });
  await cleanUp(model);
  const template = await readRun(model.world, run.run_id);
  const rows = model.store.dump('runs').filter(({ partition }) => partition === run.run_id);
  if (!template) throw new Error('the run is gone');
  const random = seededBytes(29);
  const now = model.clock.now() + 200 * DAY_MS;
  const of = async (age: number, index: number, held: boolean, key: string | null) => {
    const at = now - age;
    const run_id = newRunId(at, random(4));
    const time = new Date(at).toISOString();
    const own = { run_id, key, created_at: time, finished_at: time };
    const hold = held ? { since: time, by: 'ada', reason: null } : null;
    const copy: Run = { ...template.run, ...own, hold };
    await model.store.commit(
      'runs',
      run_id,
      rows.map((row) => ({
        op: 'put',
        key: row.key,
        values: row.key === 'run' ? { ...row.values, body: JSON.stringify(copy) } : row.values,
      })),
    );
    await putIndex(model.world, copy);
    const name = `events/${domain}/${run_id}/000000000001-${String(copy.last_seq).padStart(12, '0')}.jsonl`;
    await model.blobs.put(name, new Uint8Array([index % 256]), 'application/x-ndjson');
    if (key !== null)
      await model.store.commit('idempotency', domain, [
        { op: 'put', key, values: { run_id, body: 'x' } },
      ]);
    return run_id;
  };
  const kept = 30 * DAY_MS;
  const held: string[] = [];
  for (let index = 0; index < counts.old; index += 1) {
    const age = kept + DAY_MS + (index * 90 * DAY_MS) / counts.old;
    const isHeld = index % 100 === 0;
    const key = index % 10 === 0 ? `key-${index}` : null;
    const id = await of(age, index, isHeld, key);
    if (isHeld) held.push(id);
  }
  const young: string[] = [];
  for (let index = 0; index < counts.young; index += 1)
    young.push(await of((index * 20 * DAY_MS) / counts.young, index, false, null));
  await model.clock.advance(now - model.clock.now());
  const [instance] = model.worlds as [World];
  const { blobs } = instance;
  const world: World = {
    ...instance,
    retention: { runsDays: 30 },
    blobs: {
      ...blobs,
      remove: (name) => instance.clock.sleep(BLOB_MS).then(() => blobs.remove(name)),
    },
  };
  return { model, world, held, young };
}
