import { expect, test } from 'vitest';
import { shown } from '../../../src/core/log/terminal.ts';
import { createStepFinder } from '../../../src/page/log/store/steps.ts';

/** Steps of lines as `from-to`; `-` alone: it goes on. Lines that begin with `2:` are of another container. */
function stepsOf(...lines: string[]): string[] {
  const finder = createStepFinder();
  const found = new Map<number, string>();
  for (const [row, line] of lines.entries()) {
    const raw = line.replace(/^2:/, '');
    finder.take(row, line === raw ? 0 : 1, raw, shown(raw));
    for (const { from, to } of finder.changed()) found.set(from, `${from}-${to ?? ''}`);
  }
  return [...found.values()];
}

test.each<[string, string[], string[]]>([
  ['a group', ['a', '##[group]x', 'b', '##[endgroup]', 'c'], ['1-3']],
  ['a group of another form', ['::group::x', 'b', '::endgroup::'], ['0-2']],
  ['a group that another ends', ['##[group]x', 'b', '##[group]y', 'c'], ['0-1', '2-']],
  [
    'groups of two containers',
    ['##[group]x', '2:##[group]y', '##[endgroup]', '2:##[endgroup]'],
    ['0-2', '1-3'],
  ],
  [
    'sections in sections',
    [
      'section_start:1:a\r\x1b[0KA',
      'section_start:2:b[collapsed=true]\r\x1b[0KB',
      'x',
      'section_end:3:b\r\x1b[0K',
      'section_end:4:a\r\x1b[0K',
    ],
    ['0-4', '1-3'],
  ],
  [
    'a section that ends with the one around it',
    ['section_start:1:a\r', 'section_start:2:b\r', 'section_end:4:a\r'],
    ['0-2', '1-2'],
  ],
  [
    "Nextflow's table",
    [
      'executor >  local (3)',
      '[82/457482] split (1) | 1 of 1 ✔',
      '[-        ] process > x -',
      'Plus 2 more processes waiting for tasks…',
      '',
      'executor >  local (4)',
    ],
    ['0-3', '5-'],
  ],
  ['an end without a beginning', ['##[endgroup]', 'section_end:4:a\r'], []],
  ['what only looks alike', ['--- a/file', '+++ b/file', ' executor > x', 'see ##[group]x'], []],
])('%s', (_sentence, lines, want) => {
  expect(stepsOf(...lines)).toEqual(want);
});
