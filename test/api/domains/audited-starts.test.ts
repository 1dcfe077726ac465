/** The entries of starts in the audit log: written beside the start, and told as it was answered. */
import { expect, test } from 'vitest';
import { withLatency } from '../../../src/adapters/memory/latency.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld } from '../../support/world.ts';
import { apiOn, JOB } from '../support.ts';

test('a start takes no longer for its entry', async () => {
  const took = async (stores: boolean): Promise<number> => {
    const { world, store, clock } = memoryWorld();
    const slow = withLatency(store, clock, () => 0.5);
    const commit: World['store']['commit'] = (...args) =>
      stores || args[0] !== 'audit' ? slow.commit(...args) : Promise.resolve(new Map());
    const api = apiOn({ ...world, store: { ...slow, commit } });
    const began = { at: 0 };
    for (const lane of ['first', 'second']) {
      began.at = clock.now();
      const statuses: number[] = [];
      void api
        .call('/api/v1/runs', { body: { ...JOB, lane } })
        .then(({ status }) => statuses.push(status));
      while (statuses.length === 0) await clock.advance(1);
      expect(statuses).toEqual([201]);
    }
    return clock.now() - began.at;
  };
  expect(await took(true)).toBe(await took(false));
});

test('a start whose answer fails says so in its one entry', async () => {
  const { world } = memoryWorld();
  let fails = false;
  const commit: World['store']['commit'] = async (...args) => {
    const written = await world.store.commit(...args);
    if (args[0] === 'lanes') fails = true;
    return written;
  };
  const fault = () => Promise.reject(new Error('away'));
  const broken: World['store']['read'] = (...args) =>
    fails && args[0] !== 'audit' ? fault() : world.store.read(...args);
  const api = apiOn({ ...world, store: { ...world.store, commit, read: broken } });
  const answer = await api.call('/api/v1/runs', { body: JOB });
  expect(answer.status).toBe(503);
  fails = false;
  expect((await api.call('/api/v1/audit')).json.entries).toMatchObject([
    {
      operation: 'startRun',
      thing: { kind: 'run', id: answer.json.run_id },
      outcome: 'unknown',
      status: 503,
    },
  ]);
});
