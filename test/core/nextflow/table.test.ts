/** The progress table of Nextflow, one rule each. */
import { expect, test } from 'vitest';
import { BELL, ESC, PLAIN, read } from './support.ts';

const row = (line: string) => read(line).processes[0];

test.each([
  ['[ab/cdef12] ADD: [ 50%] 1 of 2, cached: 1, failed: 1', 1, 2, { cached: 1, failed: 1 }],
  ['[ab/cdef12] process > ADD [100%] 2 of 2, stored: 1 ✔', 2, 2, { stored: 1, state: 'done' }],
  ['[ab/cdef12] ADD | 3 of 4, retries: 2, ignored: 1', 3, 4, { retries: 2, ignored: 1 }],
  ['[ab/cdef12] ADD [100%] 1 of 1 ✘', 1, 1, { state: 'failed' }],
  ['[ab/cdef12] ADD | 2 of 2 ?', 2, 2, { state: 'done' }],
  ['[ab/cdef12] ADD | 1 of 2 ?', 1, 2, { state: 'failed' }],
  ['[skipped  ] process > ADD [100%] 1 of 1, stored: 1 ✔', 1, 1, { hash: null }],
  ['[-        ] process > ADD -', 0, 0, { state: 'waiting', hash: null }],
  ['[-        ] ADD           | 0 of 3', 0, 3, { state: 'running', hash: null }],
  [
    `[${ESC}]8;;file:///w${BELL}ab/cdef12${ESC}]8;;${BELL}] ADD | 1 of 1 ✔`,
    1,
    1,
    { hash: 'ab/cdef12' },
  ],
])('%s', (line, completed, total, more) => {
  expect(row(line)).toMatchObject({ name: 'ADD', completed, total, ...more });
});

test.each(['[1/2] ADD | 1 of 1', '[ab/cdef12] some words | 1 of 1', '[error] 1 of 1', '[+] ADD -'])(
  'no row: %s',
  (line) => {
    expect(row(line)).toBeUndefined();
  },
);

test('the last frame counts; rows go by place, since cut names are alike', () => {
  const frame = (last: string) => [
    'executor >  local (1), k8s (fusion enabled) (2)',
    '[ab/000001] process > A_LONG:NA... [100%] 1 of 1 ✔',
    `[ab/000002] process > A_LONG:NA... ${last}`,
    '[-        ] process > LAST -',
    'Plus 3 more processes waiting for tasks…',
    '',
  ];
  const report = read(...frame('[ 50%] 1 of 2'), ...frame('[100%] 2 of 2 ✔'));
  expect(report).toMatchObject({
    outcome: 'succeeded',
    ansi: true,
    executors: { local: 1, 'k8s (fusion enabled)': 2 },
    hidden_waiting_processes: 3,
  });
  expect(report.processes.map(({ completed, state }) => [completed, state])).toEqual([
    [1, 'done'],
    [2, 'done'],
    [0, 'waiting'],
  ]);
  expect(report.processes[0]).toMatchObject({ name_truncated: true });
});

test('a frame that is cut has the rows of the one before, and lines between rows do no harm', () => {
  const first = ['[ab/000001] A | 0 of 1', '[ab/000002] B | 0 of 1'];
  const cut = read(
    'executor >  local (1)',
    ...first,
    '',
    'executor >  local (2)',
    '[ab/000001] A | 1 of 1 ✔',
  );
  expect(cut.processes.map(({ name, completed }) => [name, completed])).toEqual([
    ['A', 1],
    ['B', 0],
  ]);
  const between = read(first[0] ?? '', 'a line of a sidecar', first[1] ?? '');
  expect(between.processes.map(({ name }) => name)).toEqual(['A', 'B']);
});

test('redrawn with codes that move the cursor', () => {
  const report = read(
    `${ESC}[2m[${ESC}[0;34mab/000001${ESC}[0;2m] ${ESC}[mADD${ESC}[2m |${ESC}[m 0 of 2${ESC}[K\r`,
    `${ESC}[2A\r`,
    `${ESC}[2mexecutor >  local (2)${ESC}[m${ESC}[K\r`,
    `${ESC}[2m[${ESC}[0;34mab/000002${ESC}[0;2m] ${ESC}[mADD${ESC}[33;2m (${ESC}[0;33mx${ESC}[2m)${ESC}[m${ESC}[2m |${ESC}[m 2 of 2${ESC}[32m ✔${ESC}[m${ESC}[K\r`,
  );
  expect(report.processes).toMatchObject([{ name: 'ADD', tag: 'x', completed: 2, state: 'done' }]);
});

test('notes and warnings of repeated frames count once; ignored failures are told by notes', () => {
  const frame = [
    'executor >  local (1)',
    '[ab/000001] ADD | 1 of 1, failed: 1 ✔',
    '[ab/000001] NOTE: Process `ADD` terminated with an error exit status (1) -- Error is ignored',
    'WARN: twice',
    '',
  ];
  expect(read(...frame, ...frame)).toMatchObject({
    outcome: 'succeeded',
    warnings_distinct: 1,
    events: { ignored: 1 },
    processes: [{ failed: 1, ignored: 1, state: 'done' }],
  });
});

test('a summary of Nextflow, with its own marks of thousands; similar lines of pipelines are none', () => {
  const report = read(
    '[ab/000001] ADD | 1 of 2',
    'Completed at: 01-Jan-2026 00:00:00',
    'Duration    : 1m 2s',
    'CPU hours   : 1.5 (63.3% cached, 2% failed)',
    "Succeeded   : 1'234'567",
    'Failed      : 2',
  );
  expect(report).toMatchObject({
    outcome: 'succeeded',
    completion: {
      duration: '1m 2s',
      cpu_hours: '1.5',
      cached_pct: '63.3%',
      succeeded: 1_234_567,
      cached: 0,
      failed: 2,
    },
  });
  expect(read(PLAIN, 'Completed at: now', 'Succeeded: 3').completion).toBeNull();
});

test('after a blank line or other text a frame goes on, unless its first row comes again', () => {
  const names = (...lines: readonly string[]) => read(...lines).processes.map(({ name }) => name);
  const [a, b] = ['[ab/000001] A | 0 of 1', '[ab/000002] B | 0 of 1'];
  expect(names(a, '', b)).toEqual(['A', 'B']);
  expect(names(a, b, '', a, b)).toEqual(['A', 'B']);
  // Waiting rows with names that are cut alike stand in one frame, whatever stands between.
  const waiting = '[-        ] process > LONG... -';
  expect(names(waiting, 'text', waiting, waiting)).toHaveLength(3);
  // What ends after a whole frame has no rows of the one before.
  expect(names('executor >  local (1)', a, b, 'executor >  local (1)', a, 'text')).toEqual(['A']);
});

test('what a task prints like a submission is none beside the table', () => {
  const report = read('[ab/000001] A | 0 of 1', '[ab/000009] Submitted process > FAKE');
  expect(report.events.submitted).toBe(0);
});

test('killed are processes with open tasks', () => {
  const report = read(
    '[ab/000001] A | 0 of 1',
    '[ab/000002] B | 1 of 1',
    'WARN: Killing running tasks (1)',
  );
  expect(report.processes.map(({ state }) => state)).toEqual(['killed', 'running']);
});

test('a table that goes on tells that Nextflow was not what was killed', () => {
  expect(read('[ab/000001] A | 0 of 1', 'Killed', '', '[ab/000001] A | 1 of 1 ✔').outcome).toBe(
    'succeeded',
  );
});
