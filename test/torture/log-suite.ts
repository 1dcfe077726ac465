/** No line is lost or doubled: the whole product, on any cluster, at what loses lines elsewhere. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { followed, long, numbered } from './driver.ts';
import type { Cut } from './log-relay.ts';
import { type Account, account } from './oracle.ts';
import { openPlace, type Place, type TestCluster } from './place.ts';
import { expectWhole } from './whole.ts';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const LINE_PART = 64 * KIB;
const CUTS = 50;

/** The same chance again from the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Cuts the run's log stream until the run is over, each time a moment after something has come; at most so often. */
async function disconnect(
  { relay }: Place,
  runId: string,
  live: Promise<Account>,
  { most, rest, seed }: { readonly most: number; readonly rest: number; readonly seed: number },
): Promise<number> {
  const random = chance(seed);
  const ways: readonly Cut[] = ['end', 'fin', 'reset'];
  const over = new AbortController();
  void live.catch(() => undefined).finally(() => over.abort());
  let cuts = 0;
  while (cuts < most && !over.signal.aborted) {
    if (relay.flowing(runId) === 0) {
      await sleep(5);
      continue;
    }
    await sleep(random(rest));
    cuts += relay.cut(runId, ways[random(ways.length)] ?? 'end');
  }
  return cuts;
}

/** A seed that is told when the test fails. */
function seedOf({ onTestFailed }: TestContext): number {
  const seed = randomInt(2 ** 32);
  onTestFailed(() => console.error(`seed of the disconnects: ${seed}`));
  return seed;
}

/** `disconnectSeconds`: how long the 4,000 lines take; long enough for the disconnects. */
export function logSuite(
  name: string,
  make: () => Promise<TestCluster>,
  disconnectSeconds: number,
): void {
  describe(`${name}: every line once and in order`, { concurrent: true }, () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace(make);
    }, 120_000);
    afterAll(() => place.close(), 60_000);

    test('50 disconnects over 4,000 lines', async (context) => {
      const driver = numbered(4_000, 400, disconnectSeconds / 400);
      const runId = await place.start('cut', driver, 'relayed');
      const live = account(place.client, runId);
      const cuts = await disconnect(place, runId, live, {
        most: CUTS,
        rest: 200,
        seed: seedOf(context),
      });
      await expectWhole(place, runId, driver, live);
      expect(cuts).toBe(CUTS);
    });

    test('20,000 lines, and the exit', async () => {
      const driver = numbered(20_000);
      await expectWhole(place, await place.start('burst', driver), driver);
    });

    test('lines of many sizes up to 5 MiB, the last without an end', async () => {
      const lengths = [LINE_PART, LINE_PART + 1, 4 * LINE_PART, MIB, MIB, 5 * MIB, 0, 100_000];
      const driver = long(lengths);
      const runId = await place.start('long', driver);
      await expectWhole(place, runId, driver);
      // All but the last of the pieces of a line are marked.
      const { parts } = await account(place.client, runId);
      expect(parts).toBe(
        lengths.reduce((sum, n) => sum + Math.max(0, Math.ceil(n / LINE_PART) - 1), 0),
      );
    });

    test('long lines that come in pieces, with disconnects in the middle of them', async (context) => {
      const driver = followed(long([MIB, 300_000, 2 * MIB, MIB, 200_000], 0.8));
      const runId = await place.start('pieces', driver, 'relayed');
      const live = account(place.client, runId);
      const cuts = await disconnect(place, runId, live, {
        most: CUTS,
        rest: 1_000,
        seed: seedOf(context),
      });
      await expectWhole(place, runId, driver, live);
      expect(cuts).toBeGreaterThan(5);
    });
  });
}
