/** The host killed in the middle of bursts: nothing is lost or doubled but what the cluster threw away meanwhile, and that is told. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followed, numbered } from './driver.ts';
import {
  type Account,
  account,
  difference,
  holesOf,
  logBytes,
  needless,
  numbersOf,
} from './oracle.ts';
import { openPlace, type Place, type TestCluster } from './place.ts';
import { expectWhole } from './whole.ts';

export function killedSuite(name: string, make: () => Promise<TestCluster>): void {
  describe(`${name}: the follower killed`, () => {
    let place: Place;
    beforeAll(async () => {
      place = await openPlace(make);
    }, 120_000);
    afterAll(() => place.close(), 60_000);

    test('in a burst that the cluster keeps, and in one that it rotates away', async () => {
      const kept = followed(numbered(20_000, 40, 0.25));
      const rotated = followed(numbered(400_000, 100, 0.3));
      const runs = await Promise.all([place.start('kept', kept), place.start('rotated', rotated)]);
      const came = runs.map(() => 0);
      const victim = place.stack.pids.host;
      const kill = (index: number) => (_event: unknown, before: number) => {
        came[index] = before;
        // Both are under way, neither is near its end.
        if (came.every((bytes) => bytes > 300_000) && place.stack.pids.host === victim && victim)
          process.kill(victim, 'SIGKILL');
      };
      const gapsAt: number[] = [];
      const lives = runs.map((runId, index) =>
        account(place.client, runId, (event, before) => {
          kill(index)(event, before);
          if (index === 1 && event.type === 'gap') gapsAt.push(before);
        }),
      ) as [Promise<Account>, Promise<Account>];
      for (const live of lives) live.catch(() => undefined);
      await expectWhole(place, runs[0], kept, lives[0]);

      const { text, seqs, last } = await lives[1];
      expect(place.stack.pids.host, 'another host than before').not.toBe(victim);
      expect(last).toMatchObject({ type: 'complete', data: { status: 'succeeded' } });
      expect(seqs).toEqual(seqs.map((_seq, index) => index + 1));
      const holes = holesOf(text);
      expect(holes.length, 'the cluster threw lines away').toBeGreaterThan(0);
      const untold = holes.filter(({ at }) => !gapsAt.includes(at));
      expect({ untold, needless: needless(text, gapsAt) }, place.output()).toEqual({
        untold: [],
        needless: [],
      });
      expect(numbersOf(text).at(-1)).toBe(399_999);
      expect(difference(await logBytes(place.client, runs[1]), text)).toBeNull();
    });
  });
}
