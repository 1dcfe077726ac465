import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { memoryWorld, nextflowRequest, request, tickUntil } from '../../support/world.ts';

/** The run and its events once a driver with these lines has ended. */
async function ranTo(lines: readonly string[], end: Partial<Script>, wanted = request()) {
  const script = () => ({
    lines: lines.map((text, index) => ({ at: index, text })),
    endsAt: 5_000,
    exitCode: 1,
    ...end,
  });
  const { world, clock } = memoryWorld({ script });
  const { run } = await submitRun(world, { domain: 'default', request: wanted });
  const now = async () => (await readRun(world, run.run_id))?.run;
  await tickUntil(world, clock, async () => (await now())?.finished_at !== null);
  const { events } = await readEvents(world, 'default', run.run_id, { after: 0, limit: 1_000 });
  return { run: await now(), events };
}

test('lines are understood as a terminal shows them', async () => {
  const { events } = await ranTo(
    [
      '\x1b[31mERROR\x1b[0m ~ no such file',
      '\x1b[33mWARN:\x1b[0m low memory',
      '\x1b[2K\r[1/4] fetch',
      '\x1b[32m[2/4]\x1b[0m align',
      '  0%\r 50%\r100%',
      '[3/9] old\r[3/4] x\r',
      'ERROR plain\r',
    ],
    { exitCode: 0 },
  );
  expect(events.filter(({ type }) => type === 'error').map(({ data }) => data)).toMatchObject([
    { level: 'error', message: 'ERROR ~ no such file' },
    { level: 'warning', message: 'WARN: low memory' },
    { level: 'error', message: 'ERROR plain' },
  ]);
  expect(events.filter(({ type }) => type === 'progress').map(({ data }) => data)).toMatchObject([
    { completed: 1, total: 4 },
    { completed: 2, total: 4 },
    { completed: 3, total: 4 },
    { completed: 4, total: 4 },
  ]);
  const lines = events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));
  expect(lines[0]?.message).toBe('\x1b[31mERROR\x1b[0m ~ no such file');
});

test('the reason is the last state of a redrawn line', async () => {
  const bar = Array.from({ length: 100 }, (_, at) => `\r\x1b[36mdownload ${at}%\x1b[0m of it`);
  const line = `${bar.join('')}\r\x1b[31mdisk full at 99%\x1b[0m`;
  const { run } = await ranTo([line], { exitCode: 7 });
  expect(run?.reason).toMatchObject({
    code: 'exit_code',
    message: 'The driver ended with exit code 7: disk full at 99%',
  });
});

test('a cause that is further back than the cluster keeps is found in the log', async () => {
  const bar = Array.from({ length: 1_000 }, (_, at) => `\rcleaning up ${at}`).join('');
  const { run } = await ranTo(['ERROR disk full', bar], {});
  expect(run?.reason?.message).toBe('The driver ended with exit code 1: ERROR disk full');
});

test('what a driver wrote for its end counts before its log', async () => {
  const { run } = await ranTo(['ERROR try again', 'bye'], { lastWords: 'sample 7 is empty\n' });
  expect(run?.reason?.message).toBe('The driver ended with exit code 1: sample 7 is empty');
});

test('a failed pipeline names the process, however long its script was', async () => {
  const script = Array.from({ length: 150 }, (_, at) => `  step ${at} --with some --long options`);
  const lines = [
    '[2c/bb11e2] Submitted process > ALIGN (s2)',
    "ERROR ~ Error executing process > 'ALIGN (s2)'",
    '',
    'Caused by:',
    '  Process `ALIGN (s2)` terminated with an error exit status (127)',
    '',
    'Command executed:',
    ...script,
    '',
    " -- Check '.nextflow.log' file for details",
  ];
  const { run } = await ranTo(lines, {}, nextflowRequest());
  expect(run?.reason?.message).toBe(
    "The driver ended with exit code 1: ERROR ~ Error executing process > 'ALIGN (s2)': Process `ALIGN (s2)` terminated with an error exit status (127)",
  );
});

test('a long reason keeps both ends, and no half of a character', async () => {
  const { run } = await ranTo([`${'b'.repeat(170)}🧬${'c'.repeat(600)} tail`], { exitCode: 3 });
  const message = run?.reason?.message ?? '';
  expect(message).toMatch(/exit code 3: b{100,}…c+ tail$/);
  expect(message.isWellFormed()).toBe(true);
});
