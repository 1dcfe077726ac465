/** Well-known causes, from errors as Nextflow prints them. */
import { expect, test } from 'vitest';
import { causeOfRun } from '../../../src/core/nextflow/causes.ts';
import { Console } from '../../../src/core/nextflow/console/console.ts';

const CHECK = " -- Check '.nextflow.log' file for details";
const codeOf = (...lines: readonly string[]) => {
  const parser = new Console();
  for (const line of lines.flatMap((each) => each.split('\n'))) parser.line(line);
  return causeOfRun(parser.report())?.code;
};
const task = (cause: string, exit: string, stderr = '') =>
  codeOf(
    `ERROR ~ Error executing process > 'A (1)'\n\nCaused by:\n  ${cause}\n\nCommand exit status:\n  ${exit}\n\nCommand error:\n  ${stderr}\n\n${CHECK}`,
  );
const NO_PS = "Command 'ps' required by nextflow to collect task metrics cannot be found";
const ended = (exit: number) => `Process \`A (1)\` terminated with an error exit status (${exit})`;

test.each([
  ['nextflow_out_of_memory', ended(137), '137', ''],
  ['nextflow_out_of_memory', 'K8s pod in Failed state - reason: OOMKilled', '-', ''],
  ['nextflow_out_of_memory', ended(1), '1', 'std::bad_alloc'],
  [
    'nextflow_resources',
    'Process requirement exceeds available CPUs -- req: 12; avail: 1',
    '-',
    '',
  ],
  ['nextflow_missing_output', 'Missing output file(s) `x` expected by process `A (1)`', '0', ''],
  ['nextflow_image_pull', 'K8s pod image cannot be pulled -- no such host', '-', ''],
  ['nextflow_time_limit', 'Process exceeded running time limit (1h)', '-', ''],
  ['nextflow_no_space', ended(1), '1', 'cp: error writing x: No space left on device'],
  ['nextflow_command_not_found', ended(127), '127', 'x: command not found'],
  ['nextflow_metrics_need_ps', ended(1), '1', NO_PS],
  [
    'nextflow_metrics_need_ps',
    ended(127),
    '127',
    `.command.run: line 9: ps: command not found\n  ${NO_PS}`,
  ],
  [
    'nextflow_forbidden',
    'Request POST /api/v1/namespaces/a/pods returned an error code=403',
    '-',
    '',
  ],
  [
    'nextflow_pod_lost',
    'Unable to find pod x - The pod may be evicted by a node shutdown event',
    '-',
    '',
  ],
  ['nextflow_pod_lost', 'Process `A (1)` terminated for an unknown reason', '-', ''],
  ['nextflow_out_of_memory', 'Process `A (1)` terminated for an unknown reason', '137', ''],
  ['nextflow_task_stopped', ended(143), '143', ''],
  ['nextflow_task', ended(2), '2', 'index is damaged'],
  ['nextflow_error', 'Something else', '-', ''],
])('%s: %s', (code, cause, exit, stderr) => {
  expect(task(cause, exit, stderr)).toBe(code);
});

test.each([
  ['nextflow_missing_param', 'Missing required parameter: --input'],
  [
    'nextflow_missing_param',
    `ERROR ~ Validation of pipeline parameters failed!\n\n${CHECK}\nThe following invalid input values have been detected:\n\n* Missing required parameter(s): input`,
  ],
  [
    'nextflow_invalid_params',
    `ERROR ~ Validation of pipeline parameters failed!\n\n${CHECK}\nThe following invalid input values have been detected:\n\n* --n (x): Value is [string]`,
  ],
  ['nextflow_session_lock', `ERROR ~ Unable to acquire lock on session with ID x\n\n${CHECK}`],
  [
    'nextflow_unknown_session',
    "Can't find a run with the specified id: x -- Execution can't be resumed",
  ],
  ['nextflow_config', `ERROR ~ Unable to parse config file: '/c'\n  x: 1\n${CHECK}`],
  [
    'nextflow_secret',
    `ERROR ~ Unable to parse config file: '/c'\n  NOT_FOUND: Secret [a] not found\n${CHECK}`,
  ],
  ['nextflow_compile', `ERROR ~ Script compilation failed\n\n${CHECK}`],
  ['nextflow_missing_input', `ERROR ~ No such file or directory: /in.csv\n\n${CHECK}`],
  ['nextflow_pipeline_missing', 'Cannot find script file: a.nf'],
  [
    'nextflow_option',
    "Unknown option: -x -- Check the available commands and options and syntax with 'help'",
  ],
  ['nextflow_driver_memory', '[ab/cdef12] A | 0 of 1\nKilled'],
  ['nextflow_driver_memory', `ERROR ~ Java heap space\n\n${CHECK}`],
  [undefined, '[ab/cdef12] A | 1 of 1 ✔'],
])('%s: %s', (code, text) => {
  expect(codeOf(text)).toBe(code);
});
