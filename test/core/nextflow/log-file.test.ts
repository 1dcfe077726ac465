/** A `.nextflow.log`. */
import { expect, test } from 'vitest';
import { BLOCK, LAUNCH, PLAIN, read } from './support.ts';

const record = (level: string, text: string, logger = 'nextflow.Session') =>
  `Jan-31 08:00:00.123 [main] ${level.padEnd(5)} ${logger} - ${text}`;
const begin = [
  record('INFO', PLAIN),
  record('INFO', LAUNCH),
  record('DEBUG', '[warm up] executor > k8s'),
];
const over = (counts: string) => [
  record('DEBUG', `Workflow completed > WorkflowStats[${counts}; loadMemory=0; ]`),
  record('DEBUG', '> Execution complete -- Goodbye'),
];

test('tells the end and its counts', () => {
  const report = read(
    ...begin,
    record('INFO', '[ab/000001] Submitted process > A (1)'),
    record('DEBUG', 'Launch cmd line: x'),
    '[ab/000002] Submitted process > no record',
    ...over('succeededCount=3; failedCount=1; ignoredCount=1; cachedCount=2'),
  );
  expect(report).toMatchObject({
    outcome: 'succeeded',
    run_name: 'calm_curie',
    executors: { k8s: null },
    events: { submitted: 1 },
    completion: { succeeded: 3, failed: 1, ignored: 1, cached: 2 },
  });
});

test('an error ends with the next record, or where the exception begins', () => {
  const report = read(
    ...begin,
    record('ERROR', BLOCK),
    'java.lang.Exception: x',
    '\tat a.b(C.java:1)',
    record('WARN', 'Killing running tasks (1)'),
    ...over('failedCount=1'),
  );
  expect(report).toMatchObject({
    outcome: 'failed',
    error: { exit_status: 3, tip: 'look into the folder' },
  });
});

test('the trace of an exception is no part of the error', () => {
  const trace = ['java.lang.Exception: x', ' at a.b(C.java:1)'];
  const { error } = read(...begin, record('ERROR', 'It is wrong'), ...trace);
  expect(error).toMatchObject({ summary: 'It is wrong', cause: null, fatal: true });
});

test('an error that only its exception tells', () => {
  const report = read(
    ...begin,
    record('ERROR', '@unknown'),
    'nextflow.exception.AbortException: Missing required parameter: --x',
    '\tat a',
  );
  expect(report).toMatchObject({
    outcome: 'failed',
    error: { summary: 'Missing required parameter: --x' },
  });
});

test('a signal', () => {
  const report = read(
    ...begin,
    record('DEBUG', 'Session aborted -- Cause: SIGTERM'),
    ...over('succeededCount=0'),
  );
  expect(report.outcome).toBe('cancelled');
});
