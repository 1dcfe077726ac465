import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numbered } from '../torture/driver.ts';
import { openPlace, type Place } from '../torture/place.ts';
import { rotatedSuite } from '../torture/rotated-suite.ts';
import { expectWhole } from '../torture/whole.ts';
import { account } from '../torture/witness.ts';
import { kubeconfig } from './lab.ts';
import { labGround } from './torture-ground.ts';

if (kubeconfig !== '') rotatedSuite('cluster', () => labGround('sluice-rotated'), 50);

/** The kubelet looks every 10 s whether a log is over 10 MiB, and then begins a new file. */
const ROTATED_SECONDS = 15;

describe.runIf(kubeconfig !== '')('cluster: a log rotated after its last line', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(() => labGround('sluice-rotated-end'));
  }, 120_000);
  afterAll(() => place.close(), 60_000);

  test('has no gap', async () => {
    const { script, printed } = numbered(150_000);
    const driver = { script: `sleep 3; ${script}; sleep ${ROTATED_SECONDS}`, printed };
    const runId = await place.start('rotated-end', driver);
    let pod = '';
    const live = account(place.client, runId, (event) => {
      if (event.type === 'log') pod = event.data.lines[0]?.pod ?? '';
    });
    live.catch(() => undefined);
    const head = async () => (pod === '' ? undefined : place.headOfLog(pod));
    await expect.poll(head, { timeout: 60_000, interval: 500 }).toBe('');
    await expectWhole(place, runId, driver, live);
  });
});
