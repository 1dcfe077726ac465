import { describe, expect, test } from 'vitest';
import { lineLevel } from '../../../src/core/log/level.ts';
import { lineTrouble } from '../../../src/page/log/store/trouble.ts';

const ERRORS = [
  'ERROR',
  'ERROR ~ Error executing process',
  '  ERROR: indented',
  '[ERROR] java',
  '[main] [ERROR] two brackets',
  '**ERROR** stars',
  'error: lower',
  'Error: capital',
  'fatal: not a git repository',
  'FATAL out of memory',
  'CRITICAL:root:python',
  'panic: runtime error: index out of range',
  '2026-01-01 10:00:00 ERROR ts',
  '2026-01-01 10:00:00,123 - my.logger - ERROR - python',
  'Nov-29 12:00:00.000 [main] ERROR nextflow.cli.Launcher - x',
  '10:00:00.123 [pool-1-thread-2] SEVERE a.b.C: x',
  'Traceback (most recent call last):',
  'Caused by:',
  'Caused by: java.io.IOException: x',
  'Exception in thread "main" java.lang.NullPointerException',
  'java.lang.IllegalStateException: x',
  'ValueError: bad literal',
  'KeyboardException',
  'Error in library(x) : there is no package',
  'Execution halted',
  'samtools: error: x',
  'main.c:3:5: error: x',
  'main.c:3:5: fatal error: x.h: No such file',
  'error[E0308]: mismatched types',
  "thread 'main' panicked at src/main.rs:2:5:",
  'Segmentation fault (core dumped)',
  '[E::hts_open_format] Failed to open file',
  'npm ERR! code ELIFECYCLE',
  'E1129 12:00:00.000000       1 main.go:3] x',
  '{"time":"2026-01-01","level":"error","msg":"x"}',
  'time=2026 level=fatal msg=x',
];
const WARNINGS = [
  'WARN: y',
  'WARNING it is late',
  '[WARN] java',
  'warning: lower',
  'Warning message:',
  '2026-01-01 10:00:00 WARN ts',
  'a.py:3: UserWarning: x',
  'main.c:3:5: warning: unused variable',
  '[W::bam_hdr_read] EOF marker is absent',
  'npm WARN deprecated x',
  '{"level": "warn", "msg": "x"}',
];
const OTHERS = [
  '',
  'all is well',
  '0 errors, 0 warnings',
  'Error rate: 0.01',
  'Errors: 0',
  'no error was found',
  'it found ERROR in a file',
  '10:00:00 INFO no ERROR was found',
  '[INFO] error: is only quoted',
  '10:00:00 reading /data/ERROR/x',
  'NOTE: Process X terminated with an error exit status (1) -- Execution is retried (1)',
  'ERR1234567.fastq.gz',
  'Command error:',
  'errorless',
  '{"level":"info","msg":"error"}',
];

describe.each([
  ['error', ERRORS],
  ['warning', WARNINGS],
  [undefined, OTHERS],
] as const)('%s', (level, lines) => {
  test.each(lines)('%j', (line) => expect(lineTrouble(line)).toBe(level));
});

test('what makes an event of a run is found, too', () => {
  for (const line of [...ERRORS, ...WARNINGS, ...OTHERS])
    expect([lineLevel(line) ?? lineTrouble(line)]).toContain(lineTrouble(line));
});
