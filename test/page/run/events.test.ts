/** Events as the screen keeps them, and the stages that its timeline shows. */
import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { reason } from '../../../src/core/reasons.ts';
import { readHistory } from '../../../src/page/screens/run/live/history.ts';
import { RunEvents } from '../../../src/page/screens/run/live/run-events.ts';
import { stagesOf } from '../../../src/page/screens/run/state/timeline.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const time = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

type Body = {
  [T in RunEvent['type']]: { type: T; data: Extract<RunEvent, { type: T }>['data'] };
}[RunEvent['type']];
const event = (seq: number, body: Body, seconds = seq): RunEvent => ({
  seq,
  run_id: 'run-1',
  timestamp: time(seconds),
  ...body,
});
const status = (
  state: Extract<Body, { type: 'status' }>['data']['status'],
  why: string | null = null,
  attempt = 0,
): Body => ({
  type: 'status',
  data: {
    status: state,
    message: why,
    reason: why === null ? null : reason('lane_busy', why),
    job_name: attempt > 0 ? `job-${attempt}` : null,
    attempt,
  },
});
const log = (pod: string, ...containers: string[]): Body => ({
  type: 'log',
  data: {
    count: containers.length,
    lines: containers.map((container) => ({ timestamp: time(0), message: 'x', pod, container })),
  },
});

it('keeps lines of logs by their count, and the pods that they came from', () => {
  const events = new RunEvents(0);
  events.add(event(1, log('pod-a', 'main', 'main')));
  events.add(event(2, log('pod-a', 'init')));
  events.add(event(3, log('pod-b', 'main')));
  expect(events.lines.map(({ text }) => text)).toEqual([
    '2 lines of pod-a',
    '1 line of pod-a',
    '1 line of pod-b',
  ]);
  expect(events.pods.map(({ pod, containers }) => `${pod}: ${containers.join(' ')}`)).toEqual([
    'pod-a: main init',
    'pod-b: main',
  ]);
  expect(JSON.stringify(events.lines)).not.toContain('message');
});

it('takes each event once', () => {
  const events = new RunEvents(1);
  for (const seq of [1, 2, 2, 3, 3]) events.add(event(seq, status('running', null, 1)));
  expect(events.lines.map(({ seq }) => seq)).toEqual([2, 3]);
  expect([...events.attempts]).toEqual([[1, 'job-1']]);
});

it('forgets old values of progress, not all of them', () => {
  const events = new RunEvents(0);
  for (let seq = 1; seq <= 2_000; seq++)
    events.add(
      event(seq, { type: 'progress', data: { completed: seq, total: 2_000, percent: seq / 20 } }),
    );
  expect(events.samples.length).toBeLessThanOrEqual(500);
  expect(events.samples.at(-1)?.percent).toBe(100);
});

it('shows how long each state lasted, once, with all that it waited for', () => {
  const events = new RunEvents(0);
  events.add(event(1, status('queued', 'others hold the places'), 0));
  events.add(event(2, status('queued', 'the lane is paused'), 5));
  events.add(event(3, status('queued', 'others hold the places'), 6));
  events.add(event(4, status('starting', null, 1), 10));
  events.add(event(5, status('running', null, 1), 13));
  expect(stagesOf(events.changes, START + 20_000)).toEqual([
    {
      state: 'queued',
      from: time(0),
      to: time(10),
      seconds: 10,
      reasons: ['others hold the places', 'the lane is paused'],
    },
    { state: 'starting', from: time(10), to: time(13), seconds: 3, reasons: [] },
    { state: 'running', from: time(13), to: null, seconds: 7, reasons: [] },
  ]);
  events.add(event(6, status('failed', 'it broke', 1), 15));
  const end = { status: 'failed', reason: null, exit_code: 1, duration_seconds: 2 } as const;
  events.add(
    event(
      7,
      {
        type: 'complete',
        data: {
          ...end,
          run: {
            run_id: 'run-1',
            status: 'failed',
            started_at: null,
            finished_at: null,
            job_name: null,
            message: null,
          },
        },
      },
      15,
    ),
  );
  expect(stagesOf(events.changes, START + 99_000).slice(2)).toEqual([
    { state: 'running', from: time(13), to: time(15), seconds: 2, reasons: [] },
    { state: 'failed', from: time(15), to: null, seconds: 0, reasons: ['it broke'] },
  ]);
});

it('reads the history in pages up to where live events begin, and no further', async () => {
  const all = Array.from({ length: 2_500 }, (_, index) =>
    event(index + 1, status('running', null, 1)),
  );
  const asked: number[] = [];
  const client = {
    // Pages may be short: what fits.
    events: async (_runId: string, { after = 0 }: { after?: number }) => {
      asked.push(after);
      return { events: all.slice(after, after + 700), last_seq: all.length, complete: false };
    },
  };
  const events = new RunEvents(0);
  let pages = 0;
  await readHistory(
    client as never,
    'run-1',
    events,
    2_000,
    new AbortController().signal,
    () => (pages += 1),
  );
  expect(asked).toEqual([0, 700, 1_400]);
  expect(pages).toBe(3);
  expect(events.lastSeq).toBe(2_000);
  expect(events.lines).toHaveLength(2_000);
});

it('does not ask for ever where the server has a hole', async () => {
  const client = { events: async () => ({ events: [], last_seq: 10, complete: true }) };
  await expect(
    readHistory(
      client as never,
      'run-1',
      new RunEvents(0),
      10,
      new AbortController().signal,
      () => undefined,
    ),
  ).rejects.toThrow('some are missing');
});
