/** How refusals by rights become entries of the audit log. */
import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src/core/access/audit.ts';
import { DAYS } from '../../../src/engine/access/audit.ts';
import { auditRefusal, flushRefusals } from '../../../src/engine/access/refusals.ts';
import type { World } from '../../../src/ports/world.ts';
import { memoryWorld } from '../../support/world.ts';

type Memory = ReturnType<typeof memoryWorld>;
const MINUTE = 60_000;

const refusal = ({ clock }: Memory, change: Partial<AuditEntry> = {}): AuditEntry => ({
  at: new Date(clock.now()).toISOString(),
  domain: null,
  caller: { id: null, name: null, kind: 'unknown' },
  operation: 'listLanes',
  thing: null,
  outcome: 'refused',
  status: 401,
  code: 'unauthorized',
  from: '203.0.113.7',
  request_id: null,
  count: 1,
  ...change,
});

const entriesOf = ({ store }: Memory): AuditEntry[] =>
  store
    .dump('audit')
    .filter(({ partition }) => partition !== DAYS)
    .map(({ values }) => JSON.parse(String(values['body'])) as AuditEntry);

const insider = { id: 't1', name: 'ci', kind: 'token' };

describe('of callers that are not known', () => {
  test('are counted by network, whatever route they ask for', async () => {
    const memory = memoryWorld();
    for (const from of ['203.0.113.7', '2001:db8::1', '2001:db8::2'])
      for (const operation of ['listLanes', 'listRuns'])
        auditRefusal(memory.world, refusal(memory, { from, operation }));
    await flushRefusals(memory.world);
    expect(entriesOf(memory).map(({ from, count }) => [from, count])).toEqual([
      ['203.0.113.7', 2],
      ['2001:db8::1', 4],
    ]);
  });

  test('are few entries a minute, and hide no caller that is known', async () => {
    const memory = memoryWorld();
    for (let minute = 0; minute < 2; minute += 1) {
      for (let index = 0; index < 1_500; index += 1)
        auditRefusal(memory.world, refusal(memory, { from: `10.0.${index >> 8}.${index & 255}` }));
      const known = { domain: 'lab', caller: insider, status: 403, from: '10.0.0.1' };
      auditRefusal(memory.world, refusal(memory, known));
      await memory.clock.advance(MINUTE);
    }
    const entries = entriesOf(memory);
    const unknown = entries.filter(({ caller }) => caller.kind === 'unknown');
    expect(unknown).toHaveLength(102);
    expect(unknown.reduce((sum, { count }) => sum + count, 0)).toBe(3_000);
    expect(unknown.filter(({ from }) => from === null).map(({ count }) => count)).toEqual([
      1_450, 1_450,
    ]);
    const rest = entries.filter(({ caller }) => caller.kind !== 'unknown');
    expect(rest.map(({ caller, count }) => [caller, count])).toEqual([
      [insider, 1],
      [insider, 1],
    ]);
  });
});

describe('that could not be stored', () => {
  const failing = ({ world, store }: Memory) => {
    const storage = { away: true };
    const commit: typeof store.commit = (...args) =>
      storage.away ? Promise.reject(new Error('away')) : store.commit(...args);
    const weak: World = { ...world, store: { ...store, commit } };
    return { weak, storage };
  };

  test.each([0, MINUTE - 2_000])('are tried again, first %d ms into a minute', async (into) => {
    const memory = memoryWorld();
    const { weak, storage } = failing(memory);
    await memory.clock.advance(into);
    for (let index = 0; index < 2; index += 1) auditRefusal(weak, refusal(memory));
    await memory.clock.advance(5_000);
    storage.away = false;
    await memory.clock.advance(2 * MINUTE);
    expect(entriesOf(memory).reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  test('do not wait in memory without end', async () => {
    const memory = memoryWorld();
    const { weak, storage } = failing(memory);
    for (let minute = 0; minute < 100; minute += 1) {
      auditRefusal(weak, refusal(memory));
      await memory.clock.advance(MINUTE);
    }
    storage.away = false;
    await flushRefusals(weak);
    expect(entriesOf(memory).length).toBeLessThanOrEqual(52);
    expect(entriesOf(memory).length).toBeGreaterThan(40);
  });
});
