import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MUTANTS, patternOf, testPath } from './mutants/list.ts';

test.each(MUTANTS)('the mutant "$name" has its place', (mutant) => {
  const text = readFileSync(new URL(`../${mutant.file}`, import.meta.url), 'utf8');
  for (const name of mutant.tests ?? []) testPath(name);
  expect(text.match(patternOf(mutant)) ?? []).toHaveLength(1);
  expect(text.replace(patternOf(mutant), () => mutant.replace)).not.toBe(text);
});
