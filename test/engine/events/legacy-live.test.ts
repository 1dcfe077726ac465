/** Clients of the legacy paths get bare envelopes without numbers: what comes twice they take for two. */
import { expect, test } from 'vitest';
import type { Script } from '../../../src/adapters/memory/cluster.ts';
import { submitRun } from '../../../src/engine/commands/submit.ts';
import { tick } from '../../../src/engine/reconcile/tick.ts';
import { passTime } from '../../support/followers.ts';
import { memoryWorld, request } from '../../support/world.ts';

const domain = 'default';
const TALK: Script = {
  lines: Array.from({ length: 300 }, (_, index) => ({ at: index * 200, text: String(index) })),
  endsAt: 60_000,
  exitCode: 0,
};

test.each([
  ['by one follower', 16],
  ['by one after the other, others waiting', 1],
])('a run that is followed %s is told once to clients of the legacy paths', async (_, slots) => {
  const parts = memoryWorld({ script: () => TALK });
  const got: string[] = [];
  parts.push.join('default.legacy', (message) => got.push(JSON.stringify(message)));
  await submitRun(parts.world, { domain, request: request() });
  await submitRun(parts.world, { domain, request: request({ lane: 'other' }) });
  for (let minutes = 0; minutes < 5; minutes++) {
    await passTime(parts, 60_000, slots);
    await tick(parts.world);
  }
  expect(got.filter((each) => each.includes('"type":"complete"'))).toHaveLength(1);
  expect(got.filter((each, index) => got.indexOf(each) !== index)).toEqual([]);
  const lines = got.flatMap((each) => each.match(/"message":"\d+"/g) ?? []);
  expect(lines).toEqual(TALK.lines.map((_line, index) => `"message":"${index}"`));
});
