/** The stack with its state in SQLite: any of its processes may be killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { build } from '../../../src/build/build.ts';
import type { RunEvent } from '../../../src/client/index.ts';
import { checkByHash } from '../../../src/dev/demo/check.ts';
import { PATIENCE } from '../../support/patience.ts';
import { gone, hello, run, startStack } from '../support/stack.ts';
import { commandOf, descendantsOf } from './processes.ts';

beforeAll(async () => {
  await build();
});

const linesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines : [])).map((l) => l.message);

/** Each part by a word of its command. */
const PARTS = ['sqlite/main.js', 'web-pubsub/main.ts', 'kubernetes/main.ts', 'host/main.js'];

it('loses and doubles no line when each of its processes is killed in the middle of a run', async () => {
  const data = await mkdtemp(join(tmpdir(), 'sluice-data-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const stack = await startStack(['--store', 'sqlite', '--data', data]);
  const part = (word: string): number | undefined =>
    descendantsOf(stack.pid).find((pid) => commandOf(pid).includes(word));
  expect(descendantsOf(stack.pid).map(commandOf).join('\n')).not.toContain('azurite');
  const { run_id } = await hello(stack.client, 8);
  const events: RunEvent[] = [];
  const killed: (number | undefined)[] = [];
  for await (const event of stack.client.watch(run_id)) {
    events.push(event);
    const word = PARTS[killed.length];
    if (event.type !== 'log' || word === undefined) continue;
    const pid = part(word);
    // The one before is on its way; its turn comes with a later line.
    if (pid === undefined) continue;
    process.kill(pid, 'SIGKILL');
    killed.push(pid);
  }
  expect(killed).toHaveLength(PARTS.length);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
  expect(checkByHash(linesOf(events))).toMatchObject({ exact: true });
  expect(events.at(-1)).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
  await vi.waitFor(() => {
    const now = PARTS.map(part);
    expect(now).not.toContain(undefined);
    expect(now.filter((pid) => killed.includes(pid))).toEqual([]);
  }, PATIENCE);
  // What is answered is still there when all of them are killed at once.
  const before = await stack.client.log(run_id);
  const family = descendantsOf(stack.pid);
  for (const pid of [stack.pid, ...family]) process.kill(pid, 'SIGKILL');
  await gone(family);
  const again = await startStack(['--store', 'sqlite', '--data', data]);
  expect(await again.client.log(run_id)).toBe(before);
  expect(await again.client.getRun(run_id)).toMatchObject({ state: 'succeeded', exit_code: 0 });
});

it('ends with all its processes, and needs no folder', async () => {
  const stack = await startStack(['--store', 'sqlite']);
  const { run_id } = await hello(stack.client, 1);
  for await (const event of stack.client.watch(run_id)) if (event.type === 'complete') break;
  const family = descendantsOf(stack.pid);
  stack.kill('SIGTERM');
  expect(await stack.exit).toBe(0);
  await gone(family);
});

it('refuses a store that it does not know, by name', async () => {
  const stack = run('start.ts', ['--store', 'postgres']);
  expect(await stack.exit).toBe(1);
  expect(stack.output()).toContain('--store postgres is none of azurite, sqlite');
});
