/** What a log download is sent in. */
import { expect, it } from 'vitest';
import { LOG_CHUNK_BYTES } from '../../../src/core/function-limits.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { openLog } from '../../../src/engine/queries/log.ts';
import { getRun } from '../../../src/engine/queries/runs.ts';
import { memoryWorld, request, tickUntil } from '../../support/world.ts';

it('is chunks of one size, whatever the lines are, and a shorter last one', async () => {
  const text = [...Array(9_000).keys()].map((n) => `line ${n}`).concat('x'.repeat(100_000), 'end');
  const { world, clock } = memoryWorld({
    script: () => ({
      lines: text.map((line) => ({ at: 0, text: line })),
      endsAt: 1_000,
      exitCode: 0,
    }),
  });
  const { run } = await submitRun(world, { domain: 'default', request: request() });
  await tickUntil(
    world,
    clock,
    async () => (await getRun(world, 'default', run.run_id)).state === 'succeeded',
  );
  const whole = Buffer.from(`${text.join('\n')}\n`);
  for (const range of [undefined, { start: 40_001, end: 220_000 }]) {
    const log = await openLog(world, 'default', run.run_id, {
      timestamps: false,
      ...(range && { range }),
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of log.chunks) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(whole.subarray(range?.start, range?.end))).toBe(true);
    for (const { length } of chunks.slice(0, -1)) expect(length).toBe(LOG_CHUNK_BYTES);
  }
});
