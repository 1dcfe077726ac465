import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commandOf, isAlive } from './processes.ts';

it('looks at a process that has ended since it was listed', () => {
  const { pid } = spawnSync('true');
  expect(isAlive(pid)).toBe(false);
  expect(commandOf(pid)).toBe('');
  expect(commandOf(process.pid)).toContain('node');
});
