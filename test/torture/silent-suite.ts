/** A driver that says nothing for long: the line that then comes is there, whatever became of the connection. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silent } from './driver.ts';
import { openPlace, type Place, type TestCluster } from './place.ts';
import { expectWhole } from './whole.ts';

export type SilentSuite = {
  readonly seconds: number;
  /** A stream that brings nothing for so long is dead, and nobody says so: as behind load balancers. */
  readonly freezeSeconds: number;
  readonly freeze: 'logs' | 'logs and watches';
};

export function silentSuite(
  name: string,
  make: () => Promise<TestCluster>,
  { seconds, freezeSeconds, freeze }: SilentSuite,
): void {
  const options = { concurrent: true, timeout: (seconds + 120) * 1_000 };
  describe(`${name}: a driver silent for ${seconds} s`, options, () => {
    const driver = silent(seconds);
    let place: Place;
    beforeAll(async () => {
      place = await openPlace(make);
      place.relay.freezeAfter(freezeSeconds * 1_000, freeze);
    }, 120_000);
    afterAll(() => place.close(), 60_000);

    test('is heard again', async () => {
      await expectWhole(place, await place.start('silent', driver), driver);
    });

    test('is heard again although its silent streams die without a word', async () => {
      const runId = await place.start('frozen', driver, 'relayed');
      await expectWhole(place, runId, driver);
      expect(place.relay.frozen).toBeGreaterThan(0);
    });
  });
}
