/** What a read of a log gives from any place, and how much it goes through for that. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINE_PART_BYTES, LOG_SCAN_BYTES } from '../../../src/core/limits.ts';
import { LOG_START } from '../../../src/core/log/position.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { type LogOptions, openLog } from '../../../src/engine/queries/log.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { changeRun, readRun } from '../../../src/engine/store/run-store.ts';
import type { World } from '../../../src/ports/world.ts';
import { costOf } from '../../support/cost.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

const domain = 'default';

async function withLog(lines: readonly string[], until: 'running' | 'succeeded' = 'succeeded') {
  const parts = memoryWorld({
    script: () => ({
      lines: lines.map((text, index) => ({ at: index, text })),
      endsAt: until === 'running' ? 3_600_000 : lines.length + 1_000,
      exitCode: 0,
    }),
  });
  const { world, clock } = parts;
  const { run } = await submitRun(world, { domain, request: request() });
  const done = async () => {
    const { state, last_seq } = await getRun(world, domain, run.run_id);
    return state === until && last_seq > 2;
  };
  await tickUntil(world, clock, done);
  const read = async (options: Partial<LogOptions>, from: World = world) => {
    const log = await openLog(from, domain, run.run_id, { timestamps: false, ...options });
    const chunks: Uint8Array[] = [];
    for await (const chunk of log.chunks) chunks.push(chunk);
    return { ...log, text: Buffer.concat(chunks).toString() };
  };
  const archive = () =>
    tickUntil(world, clock, async () => {
      const stored = await readRun(world, run.run_id);
      return stored?.run.archived_seq === stored?.run.last_seq;
    });
  return { ...parts, runId: run.run_id, read, archive };
}

/** Many lines, some so long that they are stored in parts, one in several events. */
const LINES = Array.from({ length: 700 }, (_, index) =>
  index % 97 === 5 ? `${index} ${'x'.repeat(LINE_PART_BYTES * (index % 4) + 900)}` : `${index} ä`,
);

describe('a read of a log', () => {
  test.each([
    [false, false],
    [true, false],
    [true, true],
  ])(
    'gives from any place what is there of the whole, with timestamps: %s, archived: %s',
    async (timestamps, archived) => {
      const { read, archive } = await withLog(LINES);
      if (archived) await archive();
      const whole = await read({ timestamps });
      const bytes = Buffer.from(whole.text);
      expect([whole.start, whole.end, whole.size]).toEqual([0, bytes.length, bytes.length]);
      expect(whole.text.split('\n')).toHaveLength(LINES.length + 1);
      const stamp = timestamps ? /^\S{30} / : /^/;
      expect(whole.text.split('\n').map((line) => line.replace(stamp, ''))).toEqual([...LINES, '']);
      const place = fc.nat(bytes.length - 1);
      await fc.assert(
        fc.asyncProperty(place, fc.nat(3_000), async (start, length) => {
          const { text, size } = await read({ timestamps, range: { start, end: start + length } });
          expect(size).toBe(bytes.length);
          expect(text).toBe(bytes.subarray(start, start + length).toString());
        }),
        { numRuns: 60, seed: 18 },
      );
      for (const tail of [1, 2, 96, 97, 98, 500, 699, 700, 900]) {
        const { text } = await read({ timestamps, tail });
        const want = whole.text
          .split('\n')
          .slice(-tail - 1)
          .join('\n');
        expect(text === want, `tail ${tail}`).toBe(true);
      }
    },
  );

  test('costs the same for the last lines with timestamps, however long it is', async () => {
    const costs = await Promise.all(
      [3_000, 12_000].map(async (lines) => {
        const { world, read } = await withLog(Array.from({ length: lines }, () => 'x'.repeat(990)));
        return costOf(world, (counted) => read({ timestamps: true, tail: 5 }, counted));
      }),
    );
    const [short, long] = costs.map(({ rows }) => rows);
    // Twice as many looks of a binary search at most, where four times as many events are.
    expect(long).toBeLessThan((short ?? 0) + 10);
  });

  test('of the last line gives all of it, in however many events it is', async () => {
    const { read } = await withLog(['first', 'x'.repeat(5_000_000)]);
    const { text } = await read({ tail: 1 });
    expect(text).toHaveLength(5_000_001);
    expect((await read({ tail: 1, timestamps: true })).text.slice(31) === text).toBe(true);
  });

  test('counts the time of a line that goes on', async () => {
    const { world, read, runId } = await withLog(['first'], 'running');
    const stored = await readRun(world, runId);
    if (!stored) throw new Error('there is no run');
    const [key = ''] = Object.keys(stored.run.log);
    const position = stored.run.log[key] ?? LOG_START;
    const time = '2026-01-01T00:00:09.000000000Z';
    const entries = [{ time, bytes: Buffer.from('second'), end: 'part' as const }];
    const log = { [key]: { ...position, part: 6, part_time: time } };
    const draft = {
      type: 'log' as const,
      pod: key.split('/')[0] ?? '',
      container: 'driver',
      entries,
    };
    await changeRun(world, stored, { log }, [draft]);
    const { text, size, complete } = await read({ timestamps: true });
    expect(text).toMatch(/^\S{30} first\n\S{30} second$/);
    expect([size, complete]).toEqual([text.length, false]);
    expect((await read({ timestamps: true, range: { suffix: 10 } })).text).toBe('00Z second');
  });

  test('of a container that there is no log of is refused before anything is read', async () => {
    const { world, read } = await withLog(LINES);
    const refusal = { code: 'not_found', message: expect.stringContaining('driver') };
    const cost = await costOf(world, (counted) =>
      expect(read({ container: 'nope' }, counted)).rejects.toMatchObject(refusal),
    );
    expect(cost).toEqual({ calls: 1, rows: 1 });
  });

  test('that would search too much says so, and that of the driver goes on', async () => {
    const { world, read, runId } = await withLog(LINES);
    const stored = await readRun(world, runId);
    if (!stored) throw new Error('there is no run');
    const side = { ...LOG_START, bytes: 10 };
    const log = { ...stored.run.log, 'pod/side': side };
    const small = await changeRun(world, stored, { log });
    expect((await read({ container: 'side' })).text).toBe('');
    await changeRun(world, small, {
      log: { ...log, 'pod/side': { ...side, bytes: LOG_SCAN_BYTES } },
    });
    const refusal = { code: 'invalid', fields: [{ field: 'query.container' }] };
    const cost = await costOf(world, (counted) =>
      expect(read({ container: 'side' }, counted)).rejects.toMatchObject(refusal),
    );
    expect(cost).toEqual({ calls: 1, rows: 1 });
    expect((await read({ tail: 1, timestamps: true })).text).toMatch(/^\S{30} 699 ä\n$/);
  });
});
