/** A log that the cluster rotates while it is followed, by a host that has little memory. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attended, numbered } from './driver.ts';
import { type Ground, openPlace, type Place } from './place.ts';
import { expectWhole } from './whole.ts';
import { account } from './witness.ts';

const COUNT = 400_000;
const BATCHES = 100;
/** The host's live heap is half of it all the while; it ends when it keeps the lines that it should let go. */
const HEAP_MIB = 128;
/** Of the host's process: besides the heap there are code, buffers and what the young generation takes. */
const PEAK_MIB = 400;

/** `seconds`: in which the lines are printed. */
export function rotatedSuite(name: string, make: () => Promise<Ground>, seconds: number): void {
  describe(`${name}: a rotated log`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace(make, HEAP_MIB);
    }, 120_000);
    afterAll(() => place.close(), 60_000);

    test('400,000 lines while a follower is attached', async () => {
      const host = place.stack.pids.host;
      const driver = attended(numbered(COUNT, BATCHES, seconds / BATCHES));
      const runId = await place.start('rotated', driver);
      let head: Promise<string> | undefined;
      const live = account(place.client, runId, (event, before) => {
        // The driver rests before it exits: then its log can still be asked for.
        if (event.type === 'log' && before > driver.printed.length - 100_000)
          head ??= place.headOfLog(event.data.lines[0]?.pod ?? '');
      });
      live.catch(() => undefined);
      await expectWhole(place, runId, driver, live);
      expect(Number((await head)?.slice(0, 7)), 'the log was rotated').toBeGreaterThan(1_000);
      expect(place.stack.pids.host, place.output()).toBe(host);
      const peak = place.peakMiB();
      console.info(`${name}: the host had at most ${peak} MiB`);
      if (peak !== undefined) expect(peak).toBeLessThan(PEAK_MIB);
    });

    test('200,000 lines as fast as it can, and the exit', async () => {
      const { script, printed } = numbered(COUNT / 2);
      const driver = { script: `sleep 5; ${script}`, printed };
      await expectWhole(place, await place.start('rushed', driver), driver);
    });
  });
}
