/** How long a run may still take: an estimate where something speaks for it, else none. */
import { expect, it } from 'vitest';
import { estimateOf } from '../../../src/page/screens/run/state/estimate.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const running = { state: 'running', started_at: '2026-01-01T00:00:00.000Z' } as const;
const at = (seconds: number): number => START + seconds * 1_000;
const steady = (seconds: number, until: number) =>
  Array.from({ length: Math.floor(until / seconds) }, (_, index) => ({
    atMs: at((index + 1) * seconds),
    percent: index + 1,
  }));

it('goes by the progress of a steady run', () => {
  const found = estimateOf(running, at(40), steady(2, 40), []);
  expect(found?.by).toBe('progress');
  // 20 % in 40 s.
  expect(found?.fromSeconds).toBeCloseTo(160, 0);
  expect(found?.toSeconds).toBeCloseTo(160, 0);
});

it('becomes a span where the rate changes, and none where that would be a guess', () => {
  const slower = [...steady(1, 20), { atMs: at(60), percent: 30 }];
  const found = estimateOf(running, at(60), slower, []);
  expect(found?.fromSeconds).toBeLessThan(found?.toSeconds ?? 0);
  const stuck = [...steady(1, 20), { atMs: at(1_000), percent: 21 }];
  expect(estimateOf(running, at(1_000), stuck, [])).toBeUndefined();
});

it('does not estimate from too little', () => {
  expect(estimateOf(running, at(3), [{ atMs: at(3), percent: 50 }], [])).toBeUndefined();
  expect(estimateOf(running, at(60), [{ atMs: at(60), percent: 2 }], [])).toBeUndefined();
  expect(estimateOf(running, at(60), [{ atMs: at(60), percent: 100 }], [])).toBeUndefined();
  expect(estimateOf(running, at(60), [], [])).toBeUndefined();
  expect(estimateOf(running, at(60), [], [100, 110])).toBeUndefined();
});

it('goes by how long others took where it tells no progress', () => {
  expect(estimateOf(running, at(60), [], [110, 100, 120, 100, 115])).toEqual({
    by: 'history',
    fromSeconds: 40,
    toSeconds: 55,
    runs: 5,
  });
  // The others say nothing together.
  expect(estimateOf(running, at(1), [], [10, 11, 500, 600, 1_000])).toBeUndefined();
  // It has taken longer than they did.
  expect(estimateOf(running, at(200), [], [100, 110, 120])).toBeUndefined();
});

it('is only for a run that runs', () => {
  for (const state of ['queued', 'starting', 'cancelling', 'succeeded'] as const)
    expect(estimateOf({ ...running, state }, at(60), [], [100, 100, 100])).toBeUndefined();
  expect(
    estimateOf({ state: 'running', started_at: null }, at(60), [], [100, 100, 100]),
  ).toBeUndefined();
});
