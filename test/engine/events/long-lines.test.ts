import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { readEvents } from '../../../src/engine/events/events.ts';
import { readRun } from '../../../src/engine/store/run-store.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

type Text = string | Uint8Array;

/** All events of a run whose driver prints these texts, read by the timer alone or by a follower. */
async function eventsOf(texts: readonly Text[], followed: boolean): Promise<RunEvent[]> {
  const lines = texts.map((text, index) => ({ at: index * 400, text }));
  const parts = memoryWorld({
    script: () => ({ lines, endsAt: lines.length * 400, exitCode: 0 }),
  });
  const { world, clock } = parts;
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  const ended = async () => (await readRun(world, run.run_id))?.run.state === 'succeeded';
  if (followed) await passTime(parts, 10_000);
  await tickUntil(world, clock, ended);
  return (await readEvents(world, 'default', run.run_id, { after: 0, limit: 1_000 })).events;
}

const linesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'log' ? event.data.lines : []));

test.each([
  ['the timer', false],
  ['a follower', true],
])(
  'the parts of a line of 135,001 bytes are whole characters (read by %s)',
  async (_by, followed) => {
    const long = `x${'€'.repeat(45_000)}`;
    const raw = Uint8Array.of(0x61, 0x00, 0x62, 0xff, 0xfe, 0x63, 0xc2, 0x92, 0x64, 0xc3);
    const shown = linesOf(await eventsOf([long, raw, 'end'], followed));
    const parts = shown.slice(0, 3).map(({ message }) => message);
    expect(parts.join('')).toBe(long);
    expect(shown.map(({ part }) => part ?? false)).toEqual([true, true, false, false, false]);
    expect(shown.slice(3).map(({ message }) => message)).toEqual([
      'a\0b\uFFFD\uFFFDc\u0092d\uFFFD',
      'end',
    ]);
  },
);

test.each([
  ['the timer', false],
  ['a follower', true],
])(
  'what stands inside a long line tells neither an error nor progress (read by %s)',
  async (_by, followed) => {
    const inside = 'ERROR not a line of its own [1/2]';
    const long = `${'x'.repeat(65_536)}${inside}${'y'.repeat(65_536 - inside.length)}[7/9] neither`;
    const events = await eventsOf([long, '[1/3] a line', 'ERROR also one'], followed);
    expect(events.filter(({ type }) => type === 'error').map(({ data }) => data)).toMatchObject([
      { message: 'ERROR also one' },
    ]);
    expect(events.filter(({ type }) => type === 'progress')).toMatchObject([
      { data: { completed: 1, total: 3 } },
      { data: { completed: 3, total: 3 } },
    ]);
  },
);

test('an error is told without half a character', async () => {
  const text = `ERROR ${'a'.repeat(1_992)}🧬 end`;
  const [error] = (await eventsOf([text], false)).filter((event) => event.type === 'error');
  expect(error?.data.message).toBe(`ERROR ${'a'.repeat(1_992)}…`);
});
