/** What every run of the torture has to be in the end. */
import { expect } from 'vitest';
import type { Driver } from './driver.ts';
import { type Account, account, difference, logBytes, needless } from './oracle.ts';
import type { Place } from './place.ts';

/**
 * The run succeeded, and its events and its log are what was printed: live, and again when the pod is gone.
 * `beside` is what another reader got of the log while it was written: of numbered lines that are in neither, the
 * container runtime lost them before anyone could read. Then the events have to be what was to be had. With it a gap may also be
 * told where the cluster began a new file: a reader that opens the log just then cannot know that nothing is missing.
 */
export async function expectWhole(
  place: Place,
  runId: string,
  { printed }: Driver,
  live: Promise<Account> = account(place.client, runId),
  beside?: Promise<Buffer>,
): Promise<void> {
  const first = await live;
  expect(await place.client.getRun(runId), place.output()).toMatchObject({
    state: 'succeeded',
    exit_code: 0,
  });
  const other = (await beside) ?? printed;
  const had = difference(first.text, other) === null ? other : printed;
  if (!had.equals(printed)) console.warn(`the runtime lost lines: ${difference(had, printed)}`);
  const want = had.at(-1) === 10 ? had : Buffer.concat([had, Buffer.from('\n')]);
  const again = await account(place.client, runId);
  for (const { text, seqs, gaps, gapsAt, last } of [first, again]) {
    expect(difference(text, want)).toBeNull();
    expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
    if (beside) expect(needless(text, gapsAt)).toEqual([]);
    else expect(gaps).toEqual([]);
    expect(last).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
  }
  expect(difference(await logBytes(place.client, runId), had)).toBeNull();
}
