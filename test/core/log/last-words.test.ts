import { expect, test } from 'vitest';
import { lastWords } from '../../../src/core/log/last-words.ts';

const nextflow = `
[3d/cc22d3] Re-submitted process > ALIGN (s2)
ERROR ~ Error executing process > 'ALIGN (s2)'

Caused by:
  Process \`ALIGN (s2)\` terminated with an error exit status (127)


Command executed:

  aligner --in s2.fq

Command exit status:
  127

Command output:
  ERROR: this is the task's own

Command error:
  .command.sh: line 2: aligner: command not found
  Caused by: the task's own

Work dir:
  /work/1b/aa

Tip: when you have fixed the problem you can continue the execution adding the option \`-resume\` to the run command line

 -- Check '.nextflow.log' file for details
-\x1b[0;35m[nf-core/flow]\x1b[0;31m Pipeline completed with errors\x1b[0m-
`;
const failed =
  "ERROR ~ Error executing process > 'ALIGN (s2)': Process `ALIGN (s2)` terminated with an error exit status (127)";

test.each([
  ['nothing', '', ''],
  ['the last line', 'one\ntwo\n', 'two'],
  [
    'the last state of a redrawn line',
    '\r 98%\r 99%\r\x1b[31mdisk full at 99%\x1b[0m\n',
    'disk full at 99%',
  ],
  [
    'what stands before a bar of progress',
    'disk full\n 99%|████| 99/100 [00:01<00:00]\n[=====> ] 99 %\n',
    'disk full',
  ],
  ['a line that begins with ERROR', 'ERROR disk full\ncleaning /tmp\n', 'ERROR disk full'],
  ['the last of them', 'ERROR try again\nERROR disk full\nbye\n', 'ERROR disk full'],
  ['a process of Nextflow, and why it failed', nextflow, failed],
  [
    'the same before what nf-core says at the end',
    `${nextflow}ERROR ~ Pipeline failed. Please refer to troubleshooting docs: https://nf-co.re\n\n -- Check '.nextflow.log' file for details\n`,
    failed,
  ],
  [
    'the same of an old Nextflow',
    "Error executing process > 'echoTest (3)'\n\nCaused by:\n  K8s pod image cannot be pulled\n\nTip: view the complete command output\n",
    "Error executing process > 'echoTest (3)': K8s pod image cannot be pulled",
  ],
  [
    'a cause on the same line',
    "ERROR ~ No such file: a.csv\n\n -- Check script 'main.nf' at line: 68 or see '.nextflow.log' file for more details\n",
    'ERROR ~ No such file: a.csv',
  ],
  [
    'the first cause in a trace of Java',
    'Exception in thread "main" java.lang.RuntimeException: a\n\tat x.Y.z(Y.java:1)\nCaused by: java.io.IOException: disk full\n\tat x.Y.z(Y.java:2)\n\t... 3 more\n',
    'Caused by: java.io.IOException: disk full',
  ],
  [
    'the exception of Python',
    'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    f()\nValueError: bad value\nException ignored in: x\n',
    'ValueError: bad value',
  ],
  [
    'the exception of Node',
    "file:///a.js:1\nthrow new Error('boom')\n^\n\nError: boom\n    at file:///a.js:1:7\n    at async x (node:internal:1:2)\n\nNode.js v24.0.0\n",
    'Error: boom',
  ],
  [
    'the panic of Go',
    'panic: boom\n\ngoroutine 1 [running]:\nmain.main()\nexit status 2\n',
    'panic: boom',
  ],
  [
    'the panic of Rust',
    "thread 'main' panicked at src/main.rs:2:5:\nboom\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n",
    "thread 'main' panicked at src/main.rs:2:5: boom",
  ],
  [
    'what stands before closing phrases',
    'cp: no space left\nmake: *** [Makefile:2: all] Error 1\nExiting...\n}\n----\nprocess exited with code 1\n',
    'cp: no space left',
  ],
  ['a closing phrase where there is nothing else', 'Exiting.\n', 'Exiting.'],
  ['the rest of a line that was cut inside a character', '\uFFFD\uFFFDx\n', 'x'],
])('%s', (_sentence, text, want) => {
  expect(lastWords(text)).toBe(want);
});

test.each([
  '1%',
  '1.',
  '1 ',
  'a.',
  'A',
  ':1',
  '[',
  'at :1',
  'exit ',
  'See for more ',
  'Caused by:',
])('a long line of %j costs no more than its length', (piece) => {
  const line = `${piece.repeat(500_000 / piece.length)}a`;
  // With time that grows by the square this would not end within the limit of a test.
  expect(lastWords(line)).not.toBe('');
});
