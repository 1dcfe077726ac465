/** A lane: which requests get a place, which wait, and in which order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accept,
  admit,
  assertLane,
  isIdle,
  type Lane,
  type LaneRequest,
  leave,
  NEW_LANE,
  room,
  TICKETS,
  ticketKey,
  ticketPriority,
  tombstone,
} from '../../../src/core/lanes/lane.ts';
import { LANE_QUEUE_MAX } from '../../../src/core/limits.ts';

const lane = (more: Partial<Lane> = {}): Lane => ({ ...NEW_LANE, listed: true, ...more });
const request = (run_id: string, more: Partial<LaneRequest> = {}): LaneRequest => ({
  run_id,
  priority: 5,
  queueing: true,
  ...more,
});

describe('the order of tickets', () => {
  test('is the order of their keys: higher priority first, then the lower number', () => {
    const keys = [
      ticketKey(9, 2),
      ticketKey(9, 10),
      ticketKey(5, 1),
      ticketKey(5, 999_999_999_999),
      ticketKey(0, 1),
    ];
    expect(keys.toSorted()).toEqual(keys);
  });

  test.each([0, 5, 9])('priority %d is read back from the key', (priority) => {
    const key = ticketKey(priority, 7);
    expect(ticketPriority(key)).toBe(priority);
    expect(key >= TICKETS.from && key < TICKETS.before).toBe(true);
  });
});

describe('a request', () => {
  test('gets the free place, and a lane that was never used is listed then', () => {
    const { lane: after, results, tickets } = accept(NEW_LANE, [request('a')]);
    expect(results).toEqual(['active']);
    expect(tickets).toEqual([]);
    expect(after).toEqual({ ...NEW_LANE, listed: true, active: ['a'] });
  });

  test('that cannot get in leaves a lane that was never used unlisted', () => {
    const { lane: after, results } = accept({ ...NEW_LANE, paused: true }, [
      request('a', { queueing: false }),
    ]);
    expect(results).toEqual(['busy']);
    expect(after).toEqual({ ...NEW_LANE, paused: true });
  });

  test('of a run that holds a place takes no second one', () => {
    const held = lane({ active: ['a'], capacity: 3 });
    expect(accept(held, [request('a'), request('a')])).toEqual({
      lane: held,
      tickets: [],
      results: ['active', 'active'],
    });
  });

  test('twice in one batch gets one place', () => {
    const { lane: after, results } = accept(lane({ capacity: 3 }), [request('a'), request('a')]);
    expect([after.active, results]).toEqual([['a'], ['active', 'active']]);
  });

  test('waits behind those that wait, also when a place is free', () => {
    const { results, tickets, lane: after } = accept(lane({ queued: 1, next: 8 }), [request('b')]);
    expect(results).toEqual(['queued']);
    expect(tickets).toEqual([{ key: ticketKey(5, 8), run_id: 'b' }]);
    expect(after).toMatchObject({ active: [], queued: 2, next: 9 });
  });

  test('waits in a paused lane', () => {
    expect(accept(lane({ paused: true }), [request('a')]).results).toEqual(['queued']);
  });

  test('that may not wait is busy, and what comes after it in the batch is not held up', () => {
    const { results, lane: after } = accept(lane({ capacity: 1 }), [
      request('a'),
      request('b', { queueing: false }),
      request('c'),
      request('d', { queueing: false }),
    ]);
    expect(results).toEqual(['active', 'busy', 'queued', 'busy']);
    expect(after).toMatchObject({ active: ['a'], queued: 1, next: 2 });
  });

  test('is refused by a full queue, and the last place of it is still given', () => {
    const almost = lane({ active: ['a'], queued: LANE_QUEUE_MAX - 1, next: 100_000 });
    const { results, lane: after } = accept(almost, [request('b'), request('c')]);
    expect(results).toEqual(['queued', 'full']);
    expect(after).toMatchObject({ queued: LANE_QUEUE_MAX, next: 100_001 });
  });
});

describe('places for those that wait', () => {
  test.each<[string, Partial<Lane>, number]>([
    ['as many as are free', { capacity: 3, active: ['a'], queued: 9 }, 2],
    ['no more than wait', { capacity: 3, queued: 1 }, 1],
    ['none in a paused lane', { capacity: 3, queued: 1, paused: true }, 0],
    ['none where the capacity was lowered', { capacity: 1, active: ['a', 'b'], queued: 1 }, 0],
  ])('%s', (_what, state, places) => {
    expect(room(lane(state))).toBe(places);
  });

  test('go to the tickets in the order given, behind those that hold one', () => {
    const tickets = [
      { key: ticketKey(9, 2), run_id: 'c' },
      { key: ticketKey(5, 1), run_id: 'b' },
    ];
    const before = lane({ capacity: 3, active: ['a'], queued: 3 });
    expect(admit(before, tickets)).toEqual({ ...before, active: ['a', 'c', 'b'], queued: 1 });
  });
});

describe('a run that leaves', () => {
  const before = lane({ capacity: 2, active: ['a', 'b'], queued: 1, next: 2 });

  test('frees its place', () => {
    expect(leave(before, 'a', null)).toEqual({ ...before, active: ['b'] });
  });

  test('gives back its ticket', () => {
    const ticket = { key: ticketKey(5, 1), run_id: 'c' };
    expect(leave(before, 'c', ticket)).toEqual({ ...before, queued: 0 });
  });

  test('twice, or without a place, changes nothing', () => {
    expect(leave(leave(before, 'a', null), 'a', null)).toEqual(leave(before, 'a', null));
    expect(leave(before, 'z', null)).toEqual(before);
  });
});

test('a deleted lane keeps nothing but the number of its next ticket', () => {
  expect(tombstone(lane({ capacity: 7, paused: true, next: 42 }))).toEqual({
    ...NEW_LANE,
    next: 42,
  });
});

test('a lane is idle without places held and tickets', () => {
  expect([lane(), lane({ active: ['a'] }), lane({ queued: 1 })].map(isIdle)).toEqual([
    true,
    false,
    false,
  ]);
});

test.each<[string, Partial<Lane>, string]>([
  ['one run in two places', { active: ['a', 'b', 'a'] }, 'two places'],
  ['a negative queue', { queued: -1 }, 'negative'],
  ['runs in a deleted lane', { listed: false, active: ['a'] }, 'deleted'],
  ['tickets of a deleted lane', { listed: false, queued: 1 }, 'deleted'],
])('an inconsistent lane stops the work: %s', (_what, state, message) => {
  expect(() => assertLane(lane(state))).toThrow(message);
});

test('whatever is asked: places are within the capacity, tickets are unique, and the lane is consistent', () => {
  const requests = fc.array(
    fc.record({
      run_id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      priority: fc.integer({ min: 0, max: 9 }),
      queueing: fc.boolean(),
    }),
    { maxLength: 8 },
  );
  const before = fc.record({
    capacity: fc.integer({ min: 1, max: 4 }),
    paused: fc.boolean(),
    next: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(before, requests, (state, asked) => {
      const start = lane(state);
      const { lane: after, tickets, results } = accept(start, asked);
      assertLane(after);
      expect(after.active.length).toBeLessThanOrEqual(after.capacity);
      expect(new Set(tickets.map(({ key }) => key)).size).toBe(tickets.length);
      expect(results.filter((result) => result === 'queued')).toHaveLength(tickets.length);
      expect(after.queued).toBe(tickets.length);
      // A run only waits while every place is taken, or the lane is paused.
      expect(after.queued === 0 || after.paused || after.active.length === after.capacity).toBe(
        true,
      );
      const first = tickets.toSorted((a, b) => (a.key < b.key ? -1 : 1)).slice(0, room(after));
      assertLane(admit(after, first));
    }),
  );
});
