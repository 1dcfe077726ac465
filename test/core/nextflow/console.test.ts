/** What the parser finds in texts like those of Nextflow, one rule each. */
import { describe, expect, test } from 'vitest';
import { Console } from '../../../src/core/nextflow/console/console.ts';
import { ROWS_MAX } from '../../../src/core/nextflow/console/table.ts';
import {
  NOTES_MAX,
  PROCESSES_MAX,
  WARNINGS_MAX,
} from '../../../src/core/nextflow/console/tally.ts';
import { ESC, LAUNCH, PLAIN, read } from './support.ts';

test.each([
  ['Launching `a.nf` [b_c] - revision: 12ab [main]', 'a.nf', 'b_c', null, '12ab', 'main'],
  ['Launching `a.nf` [b_c] DSL1 - revision: 12ab', 'a.nf', 'b_c', 1, '12ab', null],
  ['Launching `o/r` [b_c] revision: 12ab [v1]', 'o/r', 'b_c', null, '12ab', 'v1'],
  [
    `Launching${ESC}[35m \`o/r\` ${ESC}[0;2m[${ESC}[1mb_c${ESC}[m] DSL2 - revision: ${ESC}[36m12ab${ESC}[m`,
    'o/r',
    'b_c',
    2,
    '12ab',
    null,
  ],
  ['* PREVIEW * o/r [b_c] - revision: 12ab', 'o/r', 'b_c', null, '12ab', null],
])('%s', (line, pipeline, run_name, dsl, revision, branch) => {
  expect(read(line)).toMatchObject({ pipeline, run_name, dsl, revision, branch });
});

test('the version is that of the banner, with lost or kept colours, behind the stamps of a log system', () => {
  const version = (line: string) => read(line, 'other  ~  version 7').nextflow_version;
  expect(version(PLAIN)).toBe('24.10.5');
  expect(version(' N E X T F L O W   ~  version 26.04.0-edge')).toBe('26.04.0-edge');
  expect(version(`2026-01-31T08:00:00.123456789Z ${PLAIN}`)).toBe('24.10.5');
  expect(version(`[pod/driver-x/main] ${PLAIN}`)).toBe('24.10.5');
  expect(version('[1m[38;5;232m N E X T F L O W [0;2m  ~  [mversion 25.10.0[m')).toBe('25.10.0');
  expect(version('\uFEFFN E X T F L O W  ~  version 21.10.6\r')).toBe('21.10.6');
});

describe('without the table', () => {
  test('tasks count by process, notes beside them', () => {
    const report = read(
      PLAIN,
      LAUNCH,
      '[ab/000001] Submitted process > A:ONE (x (y) [z])',
      '[ab/000002] Submitted process > TWO (1)',
      '[ab/000003] Submitted process > TWO (2)',
      '[ab/000004] Cached process > TWO (3)',
      '[skipping] Stored process > KEPT',
      '[ab/000003] NOTE: Process `TWO (2)` terminated with an error exit status (9) -- Execution is retried (1)',
      '[ab/000005] Re-submitted process > TWO (2)',
      '[ab/000002] NOTE: Process `TWO (1)` failed -- Error is ignored',
      'printed by a task',
    );
    expect(report).toMatchObject({
      outcome: 'running',
      ansi: false,
      executors: null,
      user_stdout: 1,
      events: { submitted: 3, resubmitted: 1, cached: 1, stored: 1, retried: 1, ignored: 1 },
      processes: [
        { name: 'A:ONE', tag: 'x (y) [z]', submitted: 1, completed: null, state: null },
        { name: 'TWO', tag: null, submitted: 2, cached: 1, retries: 1, ignored: 1 },
        { name: 'KEPT', tag: null, submitted: 0, stored: 1 },
      ],
    });
  });

  test('what a task prints like a table is no table, and no other name', () => {
    const report = read(
      PLAIN,
      LAUNCH,
      '[ab/000001] Submitted process > ONE',
      'executor >  local (99)',
      '[ab/000001] FAKE | 1 of 1 ✔',
      'Launching `other.nf` [fake] DSL2 - revision: 0000',
      '[PIPELINE] fake 1',
      '[SUCCESS] completed=1 failed=0 cached=0',
    );
    expect(report).toMatchObject({ run_name: 'calm_curie', outcome: 'running', executors: null });
    expect(report.processes.map(({ name }) => name)).toEqual(['ONE']);
  });

  test('the outputs are printed on success alone', () => {
    const report = read(
      PLAIN,
      '',
      'Outputs:',
      '',
      '  /results',
      '',
      '  sums:',
      '    - a.txt',
      '    - b.txt',
    );
    expect(report).toMatchObject({
      outcome: 'succeeded',
      outputs: { dir: '/results', sums: ['a.txt', 'b.txt'] },
    });
    expect(read(PLAIN, 'Outputs:', 'none').outcome).toBe('running');
  });
});

test.each([
  [
    'stopped',
    ['[ab/000001] Submitted process > A', 'WARN: Killing running tasks (2)'],
    'cancelled',
  ],
  [
    'stopped, whatever the pipeline makes of it',
    [
      '[ab/000001] Submitted process > A',
      '-[x/y] Pipeline completed with errors-',
      'WARN: Killing running tasks (2)',
    ],
    'cancelled',
  ],
  [
    'the pipeline says so',
    ['[ab/000001] Submitted process > A', '-[x/y] Pipeline completed successfully-'],
    'succeeded',
  ],
  [
    'with errors that were ignored',
    [
      '[ab/000001] Submitted process > A',
      '-[x/y] Pipeline completed successfully, but with errored process(es)-',
    ],
    'succeeded',
  ],
  [
    'the pipeline says the contrary',
    ['[ab/000001] Submitted process > A', '-[x/y] Pipeline completed with errors-'],
    'failed',
  ],
  [
    'well, with failures in between',
    ['[ab/000001] Submitted process > A', 'Pipeline completed successfully, 2 samples failed'],
    'succeeded',
  ],
  [
    'a help text about what may be missing',
    [PLAIN, 'Usage: x', 'Missing values are allowed'],
    'succeeded',
  ],
  [
    'only a help text',
    [PLAIN, LAUNCH, 'Typical pipeline command:', '  nextflow run x'],
    'succeeded',
  ],
  ['a table that is closed before any task', [PLAIN, '[-        ] A -', ''], 'unknown'],
  ['a table without tasks yet', [PLAIN, '[-        ] A -'], 'running'],
  ['nothing', [''], 'unknown'],
])('the outcome of a text: %s', (_what, lines, outcome) => {
  expect(read(...lines).outcome).toBe(outcome);
});

test('output for agents', () => {
  const lines = (end: string) => [
    '[PIPELINE] org/sum 1.0 | profile=test',
    '[WORKDIR] /work',
    '[PROCESS ab/cdef12] ADD (1)',
    '[WARN] twice',
    '[WARN] twice',
    '[ERROR] ADD (2)',
    'exit: 3',
    'cmd: exit 3',
    'stderr: one | two',
    'workdir: /work/ab/cdef12',
    end,
  ];
  expect(read(...lines('[SUCCESS] completed=3 failed=1 cached=2'))).toMatchObject({
    outcome: 'succeeded',
    pipeline: 'org/sum',
    warnings_distinct: 1,
    processes: [{ name: 'ADD', submitted: 1 }],
    error: {
      fatal: false,
      process: 'ADD (2)',
      exit_status: 3,
      stderr: 'one\ntwo',
      work_dir: '/work/ab/cdef12',
    },
    completion: { succeeded: 2, failed: 1, cached: 2 },
  });
  expect(read(...lines('[FAILED] completed=1 failed=1 cached=0'))).toMatchObject({
    outcome: 'failed',
    error: { fatal: true },
  });
});

test('of several failed tasks that agents are told of, the first one is', () => {
  const { error } = read(
    '[PIPELINE] a',
    '[ERROR] A (1)',
    'exit: 1',
    '[ERROR] B (2)',
    'exit: 2',
    '[FAILED] completed=2 failed=2 cached=0',
  );
  expect(error).toMatchObject({ process: 'A (1)', exit_status: 1 });
});

test('stamps, names of pods, and text that is written over, before a task', () => {
  const task = '[ab/000001] Submitted process > A';
  for (const before of [
    '2026-01-31T08:00:00Z ',
    '[pod/x-1/main] ',
    '50%\r',
    `${'#'.repeat(20_000)}\r`,
  ])
    expect(read(`${before}${task}`).events.submitted).toBe(1);
});

test('the tag of the one task of a process is told where the text has its begin', () => {
  const task = '[ab/000001] Submitted process > A (x)';
  expect(read(PLAIN, task).processes[0]?.tag).toBe('x');
  expect(read(task).processes[0]?.tag).toBeNull();
});

test('what is held is bounded, and said to be', () => {
  const many = (count: number, line: (at: number) => string) => {
    const parser = new Console();
    for (let at = 0; at < count; at += 1) parser.line(line(at));
    return parser.report();
  };
  const hash = (at: number) => at.toString(16).padStart(8, '0').replace(/^../, '$&/');
  const tasks = many(PROCESSES_MAX + 5, (at) => `[${hash(at)}] Submitted process > P${at}`);
  expect(tasks.processes).toHaveLength(PROCESSES_MAX);
  expect(tasks).toMatchObject({ limited: true, events: { submitted: PROCESSES_MAX + 5 } });
  const rows = many(ROWS_MAX + 5, (at) => `[${hash(at)}] P${at} | 1 of 1 ✔`);
  expect(rows.processes).toHaveLength(ROWS_MAX);
  expect(rows.limited).toBe(true);
  const warnings = many(WARNINGS_MAX + 5, (at) => `WARN: ${at}`);
  expect(warnings).toMatchObject({ warnings_distinct: WARNINGS_MAX, limited: true });
  const notes = many(
    NOTES_MAX + 5,
    (at) => `[${hash(at)}] NOTE: Process \`P\` failed -- Error is ignored`,
  );
  expect(notes).toMatchObject({ events: { ignored: NOTES_MAX }, limited: true });
});
