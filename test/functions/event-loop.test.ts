import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('a process whose event loop stands still is ended, and says why', async () => {
  const path = fileURLToPath(new URL('../support/blocked-event-loop.ts', import.meta.url));
  const child = spawn(process.execPath, [path], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, signal] = await Promise.all([
    text(child.stderr),
    new Promise((resolve) => child.once('exit', (_code, by) => resolve(by))),
  ]);
  expect(signal).toBe('SIGKILL');
  expect(JSON.parse(said)).toEqual({
    level: 'error',
    message: 'the event loop has stood still for 1 s: the process ends',
  });
});
