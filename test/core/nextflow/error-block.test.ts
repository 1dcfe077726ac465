/** Errors as Nextflow prints them, and refused starts. */
import { expect, test } from 'vitest';
import { SECTION_LINES_MAX } from '../../../src/core/nextflow/console/error-block.ts';
import { BLOCK, CHECK, LAUNCH, PLAIN, read } from './support.ts';

const WANTED = {
  summary: "Error executing process > 'SUM:ADD (a:b (1))'",
  fatal: true,
  process: 'SUM:ADD (a:b (1))',
  exit_status: 3,
  cause: 'Process `SUM:ADD (a:b (1))` terminated with an error exit status (3)',
  command: 'cat <<EOF\nCaused by:\nWARN: not one\nEOF\nexit 3',
  output: null,
  stderr: 'WARNING: small\ndisk is slow',
  work_dir: '/work/ab/cdef1200112233445566778899aabb',
  container: 'example.org/add:1',
  tip: 'look into the folder',
};

test.each([
  ['of 23.04 and later', `ERROR ~ ${BLOCK}\n${CHECK}`],
  ['of 22.10 and older', BLOCK],
  [
    'with a generic one of the pipeline after it',
    `ERROR ~ ${BLOCK}\n${CHECK}\nERROR ~ It failed\n${CHECK}`,
  ],
  [
    'after one that ends no run',
    `ERROR ~ Failed to invoke \`workflow.onComplete\` event handler\n${CHECK}\nERROR ~ ${BLOCK}\n${CHECK}`,
  ],
  ['drawn twice', `ERROR ~ ${BLOCK}\n${CHECK}\n\nERROR ~ ${BLOCK}\n${CHECK}`],
])('the block %s', (_what, text) => {
  const report = read(PLAIN, '[ab/cdef12] Submitted process > SUM:ADD (a:b (1))', text);
  expect(report).toMatchObject({
    outcome: 'failed',
    expected_exit_code: 1,
    warnings_distinct: 0,
  });
  expect(report.error).toMatchObject(WANTED);
  expect(report.processes).toMatchObject([{ name: 'SUM:ADD', failed: 1 }]);
});

test('no exit status, and a folder that is none', () => {
  const { error } = read(
    BLOCK.replace('status:\n  3', 'status:\n  -').replace(
      'ab/cdef1200112233445566778899aabb',
      'xx/yy',
    ),
  );
  expect(error).toMatchObject({ exit_status: null, work_dir: null });
});

test('a body of JSON in the cause goes into the detail', () => {
  const { error } = read(
    "ERROR ~ Error executing process > 'A'",
    '',
    'Caused by:',
    '  code=403',
    '',
    '  {',
    '    "code": 403',
    '  }',
  );
  expect(error).toMatchObject({ cause: 'code=403', detail: '{\n  "code": 403\n}' });
});

test('a handler that fails ends no run', () => {
  const text = [
    'executor >  local (1)',
    '[ab/000001] ADD | 1 of 1 ✔',
    'ERROR ~ Failed to invoke `workflow.onComplete` event handler',
    '',
    " -- Check script 'a.nf' at line: 6 or see '.nextflow.log' file for more details",
  ];
  expect(read(...text)).toMatchObject({
    outcome: 'succeeded',
    error: { fatal: false, script: 'a.nf', line: 6 },
  });
});

test('a line that a task prints like an error ends no run', () => {
  expect(
    read(PLAIN, '[ab/000001] Submitted process > A', 'ERROR ~ of a tool', 'and on'),
  ).toMatchObject({
    outcome: 'running',
    error: { fatal: false },
  });
});

test.each([
  [
    'of the new parser',
    'Error a.nf:2:7: Unexpected `x`\n│   2 |   x\n╰     |   ^\n\nERROR ~ Script compilation failed',
    'a.nf',
    7,
  ],
  [
    'of the old parser',
    'ERROR ~ Script compilation error\n- file : /p/a.nf\n- cause: Unexpected `x` @ line 2, column 9.\n   x\n\n1 error\n',
    '/p/a.nf',
    9,
  ],
])('a script that is not valid, %s', (_what, text, script, column) => {
  expect(read(PLAIN, text, CHECK)).toMatchObject({
    outcome: 'failed',
    error: { cause: 'Unexpected `x`', script, line: 2, column },
  });
});

test('params that a schema refuses stand after the error', () => {
  const { error } = read(
    'ERROR ~ Validation of pipeline parameters failed!',
    CHECK,
    'The following invalid input values have been detected:',
    '',
    '* Missing required parameter(s): input, outdir',
    '* --n (x): Value is [string] but should be [integer]',
    '',
    " -- Check script '/p/main.nf' at line: 9 or see '.nextflow.log' file for more details",
  );
  expect(error).toMatchObject({
    invalid_params: ['input', 'outdir', 'n'],
    cause: 'Missing required parameter(s): input, outdir',
    detail: '--n (x): Value is [string] but should be [integer]',
    script: '/p/main.nf',
    line: 9,
  });
});

test.each([
  'Cannot find script file: a.nf',
  'Missing required parameter: --input',
  "Can't find a run with the specified id: x -- Execution can't be resumed",
  'Unknown option: -x -- Check the available commands and options',
  '[Pipeline error] Parameter x is not valid',
  'Unable to acquire lock on session with ID x',
])('a refused start says: %s', (line) => {
  expect(read(PLAIN, LAUNCH, line)).toMatchObject({
    outcome: 'failed',
    error: { summary: line },
  });
});

test('Nextflow itself was killed', () => {
  expect(read('[ab/000001] ADD | 0 of 1', 'Killed', 'me@host:~$')).toMatchObject({
    outcome: 'failed',
    expected_exit_code: null,
    error: { summary: 'driver killed (SIGKILL/OOM)', driver_level: true },
  });
});

test('lines of other streams between those of a block', () => {
  const lines = BLOCK.split('\n').flatMap((line, at) =>
    at % 2 === 0
      ? [line, 'of a sidecar']
      : [line, '[ab/000009] Submitted process > OTHER', 'WARN: slow'],
  );
  expect(read(PLAIN, ...lines, CHECK)).toMatchObject({
    outcome: 'failed',
    error: {
      cause: 'Process `SUM:ADD (a:b (1))` terminated with an error exit status (3)',
      detail: null,
      exit_status: 3,
      stderr: 'WARNING: small\ndisk is slow',
      tip: 'look into the folder',
    },
  });
});

test("a cause makes a block Nextflow's, also where the pipeline prints on", () => {
  const cut = "Error executing process > 'A'\n\nCaused by:\n  code=403";
  expect(read(PLAIN, '[ab/000001] Submitted process > A', cut, 'printed')).toMatchObject({
    outcome: 'failed',
    error: { cause: 'code=403' },
  });
});

test('a section keeps so many lines', () => {
  const many = Array.from({ length: 2 * SECTION_LINES_MAX }, (_, at) => `  ${at}`).join('\n');
  const { error } = read(BLOCK.replace('  disk is slow', many));
  expect(error?.stderr?.split('\n')).toHaveLength(SECTION_LINES_MAX);
});
