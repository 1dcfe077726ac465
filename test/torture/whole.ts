/** What every run of the torture has to be in the end. */
import { expect } from 'vitest';
import type { Driver } from './driver.ts';
import type { Place } from './place.ts';
import { type Account, account, difference, logBytes } from './witness.ts';

/** The run succeeded, and its events and its log are what was printed: live, and again when the pod is gone. */
export async function expectWhole(
  place: Place,
  runId: string,
  { printed }: Driver,
  live: Promise<Account> = account(place.client, runId),
): Promise<void> {
  const want = printed.at(-1) === 10 ? printed : Buffer.concat([printed, Buffer.from('\n')]);
  const first = await live;
  expect(await place.client.getRun(runId), place.output()).toMatchObject({
    state: 'succeeded',
    exit_code: 0,
  });
  const again = await account(place.client, runId);
  for (const { text, seqs, gaps, last } of [first, again]) {
    expect(difference(text, want)).toBeNull();
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    expect(gaps).toEqual([]);
    expect(last).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
  }
  expect(difference(await logBytes(place.client, runId), printed)).toBeNull();
}
