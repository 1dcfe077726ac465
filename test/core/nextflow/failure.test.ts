/** What a run's reason holds of the failure of its pipeline. */
import { expect, test } from 'vitest';
import { nextflow, shell } from '../../../src/core/kinds/index.ts';
import type { Kind } from '../../../src/core/kinds/kind.ts';
import {
  FAILURE_LINE_MAX,
  FAILURE_TEXT_MAX,
  failureOf,
} from '../../../src/core/nextflow/failure.ts';
import { BLOCK, CHECK, PLAIN } from './support.ts';

test('a failed task, from the last lines of a log', () => {
  expect(failureOf(`printed\nERROR ~ ${BLOCK}\n${CHECK}\nWARN: Killing running tasks (2)`)).toEqual(
    {
      code: 'nextflow_task',
      meaning: expect.any(String),
      advice: expect.any(String),
      summary: "Error executing process > 'SUM:ADD (a:b (1))'",
      process: 'SUM:ADD',
      tag: 'a:b (1)',
      exit_status: 3,
      cause: 'Process `SUM:ADD (a:b (1))` terminated with an error exit status (3)',
      command: 'cat <<EOF\nCaused by:\nWARN: not one\nEOF\nexit 3',
      last_lines: 'WARNING: small\ndisk is slow',
      work_dir: '/work/ab/cdef1200112233445566778899aabb',
      container: 'example.org/add:1',
      tip: 'look into the folder',
    },
  );
});

test('a start that was refused has no task', () => {
  expect(failureOf(`${PLAIN}\nMissing required parameter: --input`)).toMatchObject({
    code: 'nextflow_missing_param',
    summary: 'Missing required parameter: --input',
    process: null,
    command: null,
  });
});

test('where Nextflow tells no error there is none', () => {
  expect(failureOf('')).toBeNull();
  expect(failureOf(`${PLAIN}\n[ab/cdef12] Submitted process > A\nbye`)).toBeNull();
});

test('long texts are cut: a script at its end, what was printed at its begin', () => {
  const long = (word: string) =>
    Array.from({ length: 150 }, (_, at) => `  ${word} ${at} ${'x'.repeat(60)}`).join('\n');
  const text = BLOCK.replace('  exit 3', long('run')).replace('  disk is slow', long('said'));
  const failure = failureOf(text.replace("SUM:ADD (a:b (1))'", `SUM:ADD (${'t'.repeat(5_000)})'`));
  expect(failure?.command).toMatch(/^cat /);
  expect(failure?.command?.length).toBeLessThanOrEqual(FAILURE_TEXT_MAX);
  expect(failure?.last_lines).toMatch(/said 149 x+$/);
  expect(failure?.last_lines?.length).toBeLessThanOrEqual(FAILURE_TEXT_MAX);
  expect(failure?.tag?.length).toBeLessThanOrEqual(FAILURE_LINE_MAX);
  expect(JSON.stringify(failure).length).toBeLessThan(8_000);
});

test('only drivers of Nextflow print it', () => {
  const kinds: readonly { readonly failure: Kind['failure'] }[] = [nextflow, shell];
  expect(kinds.map(({ failure }) => failure.explain?.(BLOCK)?.code)).toEqual([
    'nextflow_task',
    undefined,
  ]);
});
