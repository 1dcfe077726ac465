/** What plots of tasks show: the timeline's bars, axis and counts, and quartiles of what was used. */
import { describe, expect, it } from 'vitest';
import { useOf } from '../../../src/core/tasks/use.ts';
import {
  areaOf,
  placeOf,
  SLOTS,
  ticksOf,
  timelineOf,
} from '../../../src/page/screens/run/tasks/model/timeline.ts';
import { askedOf, boxesOf } from '../../../src/page/screens/run/tasks/model/use.ts';
import { inStatus, madeTask } from './made-tasks.ts';

const MINUTE = 60_000;
const time = (minute: number): string => new Date(minute * MINUTE).toISOString();
const task = (id: string, times: readonly (number | null)[], more = {}) => {
  const [submitted = null, started = null, finished = null] = times;
  const at = (minute: number | null): string | null => (minute === null ? null : time(minute));
  return madeTask(Number(id), 100, 0, {
    task: id,
    process: 'A',
    submitted_at: at(submitted),
    started_at: at(started),
    finished_at: at(finished),
    ...more,
  });
};

describe('the timeline', () => {
  it('has a bar for each task from its submission on, up to now for those that are not over', () => {
    const tasks = [
      task('2', [4, 5, null], inStatus('running')),
      task('1', [0, 1, 3]),
      task('3', [6, null, null], inStatus('submitted')),
      task('4', [null, null, null], inStatus('pending')),
    ].map((each, index) => (index === 0 ? { ...each, finished_at: null } : each));
    const { from, to, lanes } = timelineOf(tasks, ['A'], 10 * MINUTE);
    expect([from, to]).toEqual([0, 10 * MINUTE]);
    expect(lanes[0]?.bars.map(({ task: id, began, to: end }) => [id, began, end])).toEqual([
      ['1', MINUTE, 3 * MINUTE],
      ['2', 5 * MINUTE, 10 * MINUTE],
      ['3', null, 10 * MINUTE],
    ]);
    expect(placeOf({ from, to }, 5 * MINUTE)).toBe(50);
  });

  it('has what ran without a known begin as a bar from its submission on, in its own colour', () => {
    const tasks = [
      task('1', [0, null, 3]),
      task('2', [0, null, 3], { status: 'failed', error_action: 'ignore' }),
      task('3', [0, null, null], inStatus('submitted')),
    ];
    const [lane] = timelineOf(tasks, ['A'], 4 * MINUTE).lanes;
    expect(lane?.bars.map(({ blind, look, to }) => [blind, look, to])).toEqual([
      [true, 'succeeded', 3 * MINUTE],
      [true, 'ignored', 3 * MINUTE],
      [false, 'submitted', 4 * MINUTE],
    ]);
    expect(lane?.running[0]).toBe(2);
  });

  it('leaves out cached tasks, whose times are those of another run, and counts them', () => {
    const tasks = [task('1', [0, 1, 3], { status: 'cached' }), task('2', [1_000, 1_001, 1_002])];
    const { from, cached, lanes } = timelineOf(tasks, ['A', 'B'], 0);
    expect([from, cached, lanes.length]).toEqual([1_000 * MINUTE, 1, 1]);
    expect(timelineOf([], ['A'], 7)).toEqual({ from: 7, to: 7, lanes: [], cached: 0 });
  });

  it('keeps the order of the pipeline, and begins that lie before the submission within their bar', () => {
    const tasks = [task('1', [2, 1, 3], { process: 'B' }), task('2', [0, 1, 3])];
    const { lanes } = timelineOf(tasks, ['A', 'B'], 0);
    expect(lanes.map(({ process }) => process)).toEqual(['A', 'B']);
    expect(lanes[1]?.bars[0]?.began).toBe(2 * MINUTE);
  });

  it('counts what ran at once', () => {
    const tasks = [task('1', [0, 0, 10]), task('2', [0, 5, 10])];
    const running = timelineOf(tasks, ['A'], 0).lanes[0]?.running ?? [];
    expect(running.length).toBe(SLOTS);
    expect([running[0], running[SLOTS / 2 - 1], running[SLOTS / 2], running.at(-1)]).toEqual([
      1, 1, 2, 2,
    ]);
    expect(areaOf(running)).toMatch(/^M0 1L0 0\.500H1.*L160 1Z$/);
  });

  it.each([
    [95_000, 6, [0, 30_000, 60_000, 90_000]],
    [0, 6, [0]],
    [3_600_000, 6, [0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000]],
  ])('has round ticks for %i ms', (length, most, want) => {
    expect(ticksOf(length, most)).toEqual(want);
  });
});

describe('what was used', () => {
  it('is told beside what was asked for at most', () => {
    const tasks = [
      madeTask(0, 9, 0, { process: 'A', cpus: 2, memory: null }),
      madeTask(1, 9, 0, { process: 'A', cpus: 4, memory: null }),
    ];
    expect(Object.fromEntries(askedOf(tasks, 'cpu'))).toEqual({ A: 4 });
    expect(Object.fromEntries(askedOf(tasks, 'memory'))).toEqual({});
    const [use] = useOf(tasks);
    if (use === undefined) throw new Error('both ended with success');
    expect(boxesOf(use, 'cpu').share).toEqual(use.cpu_share);
    expect(boxesOf(use, 'memory')).toEqual({ used: use.memory, share: null });
  });
});
