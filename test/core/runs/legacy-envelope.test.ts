/** Events in the form of the legacy paths. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { isLegacy, LEGACY_GROUP, toEnvelope } from '../../../src/core/runs/legacy/envelope.ts';
import type { Run } from '../../../src/core/runs/run.ts';

const head = {
  seq: 7,
  run_id: 'r01jqk3v9x2abcde',
  timestamp: '2026-01-02T03:04:05.678Z',
} as const;
const status = (state: string) =>
  ({
    ...head,
    type: 'status',
    data: { status: state, message: null, reason: null, job_name: 'j', attempt: 1 },
  }) as unknown as RunEvent;

test('an event becomes its type, data, time and run, and nothing else of it', () => {
  const progress = { ...head, type: 'progress', data: { completed: 1, total: 2, percent: 50 } };
  expect(toEnvelope(progress as unknown as RunEvent)).toEqual({
    type: 'progress',
    data: { completed: 1, total: 2, percent: 50 },
    timestamp: head.timestamp,
    run_id: head.run_id,
  });
});

test.each(['queued', 'starting', 'running', 'succeeded', 'failed', 'cancelled'])(
  'the status %s stays',
  (state) => {
    const event = status(state);
    expect(toEnvelope(event)?.data).toEqual(event.data);
  },
);

test('cancelling, which those clients do not know, is running with a word about it', () => {
  expect(toEnvelope(status('cancelling'))?.data).toEqual({
    status: 'running',
    message: 'Cancelling',
    reason: null,
    job_name: 'j',
    attempt: 1,
  });
});

test('the word cancelling in other events is left alone', () => {
  const complete = {
    ...head,
    type: 'complete',
    data: { status: 'cancelling', reason: null, exit_code: null },
  };
  expect(toEnvelope(complete as unknown as RunEvent)?.data).toEqual(complete.data);
});

test('a gap has no form of its own there', () => {
  const gap = { ...head, type: 'gap', data: { message: 'lines are missing' } };
  expect(toEnvelope(gap as unknown as RunEvent)).toBeUndefined();
});

test.each([
  ['default', 'default', true],
  ['default', 'nightly', false],
  ['acme', 'default', false],
])('a run of domain %s in lane %s is one of theirs: %s', (domain, lane, legacy) => {
  expect(isLegacy({ domain, lane } as Run)).toBe(legacy);
});

test('their group belongs to the default domain', () => {
  expect(LEGACY_GROUP).toBe('default.legacy');
});
