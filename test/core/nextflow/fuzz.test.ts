/** Nothing that a driver or a task can print breaks the parser. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { causeOfRun } from '../../../src/core/nextflow/causes.ts';
import { Console } from '../../../src/core/nextflow/console/console.ts';

/** Lines that mean something, to be cut, mixed and repeated. */
const MEANT = [
  'N E X T F L O W  ~  version 24.10.5',
  'Launching `a.nf` [b_c] DSL2 - revision: 12ab [main]',
  'executor >  local (1), k8s (2)',
  '[ab/cdef12] process > A:B (x) [ 50%] 1 of 2, cached: 1 ✔',
  '[-        ] A -',
  '[ab/cdef12] B | 1 of 1 ✘',
  'Plus 3 more processes waiting for tasks…',
  '[ab/cdef12] Submitted process > A (1)',
  '[ab/cdef12] NOTE: Process `A (1)` failed -- Error is ignored',
  'WARN: Killing running tasks (3)',
  "ERROR ~ Error executing process > 'A (1)'",
  'Caused by:',
  '  code=403',
  'Command executed:',
  'Command exit status:',
  '  137',
  'Work dir:',
  '  /w/ab/cdef12',
  'Tip: x',
  " -- Check '.nextflow.log' file for details",
  'The following invalid input values have been detected:',
  '* --constructor (x): no',
  'Outputs:',
  '  __proto__:',
  '    - a',
  'Succeeded   : 3',
  '[PIPELINE] a 1',
  '[ERROR] A',
  'exit: 1',
  '[FAILED] completed=1 failed=1 cached=0',
  'Jan-31 08:00:00.123 [main] ERROR nextflow.Session - @unknown',
  'java.lang.Exception: x',
  'Error a.nf:1:2: x',
  'Killed',
  '',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...MEANT) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...MEANT), fc.nat(60), fc.constantFrom(...MEANT), fc.nat(60))
      .map(([one, to, other, from]) => one.slice(0, to) + other.slice(from)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\r', '\ud800', '\u001b[2A', '\u001b[', '\u001b]8;;', '\0'),
  },
);

test('any lines, in any order, make a report that can be written as JSON', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 80 }), (lines) => {
      const parser = new Console();
      for (const line of lines) {
        parser.line(line);
        parser.report();
      }
      const report = parser.report();
      causeOfRun(report);
      expect(JSON.parse(JSON.stringify(report))).toMatchObject({ outcome: report.outcome });
      for (const { completed, total } of report.processes)
        for (const count of [completed, total])
          expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('a report does not depend on how often it is asked for', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), (lines) => {
      const [often, once] = [new Console(), new Console()];
      for (const line of lines) {
        often.line(line);
        often.report();
        once.line(line);
      }
      expect(often.report()).toEqual(once.report());
    }),
  );
});

/** Lines on which a pattern that tries every way would not end: two million characters, of which all are looked at once at most. */
const HUGE = 2_000_000;
test.each([
  '| ',
  '[ ',
  ' of ',
  'a\r',
  '\u001b[',
  ':1:1',
  '` [',
  'workflow ',
  'x: line 1: 1 ',
  'secret ',
  '[0',
  ' ',
  '`',
  "'",
])('a huge line of %j', (piece) => {
  const line = piece.repeat(HUGE / piece.length);
  const parser = new Console();
  for (const head of [
    '',
    'ERROR ~ ',
    'Error ',
    'Launching `',
    '[ab/cdef12] ',
    'WARN: ',
    '[ERROR] ',
  ])
    parser.line(head + line);
  parser.line('Caused by:');
  parser.line(`  ${line}`);
  const report = parser.report();
  causeOfRun(report);
  expect(JSON.stringify(report).length).toBeLessThan(HUGE / 10);
});
