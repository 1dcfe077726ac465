/** Bugs of reads of a log: which bytes they give, and how much they go through. */
import type { Mutant } from '../list.ts';

const tests = ['log-reads'];

export const LOG_READS: readonly Mutant[] = [
  {
    name: 'the last lines of a log begin in the middle of one that is stored in parts',
    tests,
    file: 'src/engine/queries/log-shown.ts',
    find: '(before) => before.line < line',
    replace: '(before) => before.line <= line',
  },
  {
    name: 'a range of a log with times forgets that of the line that it begins in',
    tests,
    file: 'src/engine/queries/log-shown.ts',
    find: 'STAMP_BYTES * (lines + (midLine ? 1 : 0))',
    replace: 'STAMP_BYTES * lines',
  },
  {
    name: 'a read of a side container goes through a log of any size',
    tests,
    file: 'src/engine/queries/log.ts',
    find: '!indexed && bytes > LOG_SCAN_BYTES',
    replace: '!indexed && bytes > LOG_SCAN_BYTES * 1e9',
  },
];
