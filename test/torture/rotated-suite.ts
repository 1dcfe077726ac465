/** A log that the cluster rotates while it is followed, by a host that has little memory. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numbered, rushed, stored } from './driver.ts';
import { account } from './oracle.ts';
import { openPlace, type Place, type TestCluster } from './place.ts';
import { expectWhole } from './whole.ts';

const COUNT = 400_000;
const BATCHES = 100;
/** The host's live heap is half of it all the while; it ends when it keeps the lines that it should let go. */
const HEAP_MIB = 128;
/** Of the host's process: besides the heap there are code, buffers and what the young generation takes. */
const PEAK_MIB = 400;

/** How long a test waits for the cluster to begin a new file. */
export const ROTATION = { timeout: 240_000, interval: 500 };

/** Follows a run until its end; resolves with its pod at its first line. `beside`: what another reader gets. */
export async function watched(place: Place, runId: string) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const live = account(place.client, runId, (event) => {
    if (event.type === 'log') resolve(event.data.lines[0]?.pod ?? '');
  });
  live.catch(() => undefined);
  const pod = await promise;
  return { live, pod, beside: place.listen?.(pod) };
}

/** `seconds`: in which the lines are printed. */
export function rotatedSuite(
  name: string,
  make: () => Promise<TestCluster>,
  seconds: number,
): void {
  describe(`${name}: a rotated log`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace(make, HEAP_MIB);
    }, 120_000);
    afterAll(() => place.close(), 60_000);

    test('400,000 lines while a follower is attached', async () => {
      const host = place.stack.pids.host;
      const driver = stored(numbered(COUNT, BATCHES, seconds / BATCHES));
      const runId = await place.start('rotated', driver);
      const { live, beside, pod } = await watched(place, runId);
      // The last file begins far behind the first line: the log was rotated.
      const firstKept = async () => Number((await place.headOfLog(pod)).slice(0, 7));
      await expect.poll(firstKept, ROTATION).toBeGreaterThan(1_000);
      await place.touch(pod, driver.gate);
      await expectWhole(place, runId, driver, live, beside);
      expect(place.stack.pids.host, place.output()).toBe(host);
      const peak = place.peakMiB();
      console.info(`${name}: the host had at most ${peak} MiB`);
      if (peak !== undefined) expect(peak).toBeLessThan(PEAK_MIB);
    });

    test('200,000 lines as fast as it can, and the exit', async () => {
      const driver = rushed(COUNT / 2);
      const runId = await place.start('rushed', driver);
      const { live, beside } = await watched(place, runId);
      await expectWhole(place, runId, driver, live, beside ?? Promise.resolve(driver.printed));
    });
  });
}
