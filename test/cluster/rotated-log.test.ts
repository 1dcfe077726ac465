import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numbered, stored } from '../torture/driver.ts';
import { openPlace, type Place } from '../torture/place.ts';
import { ROTATION, rotatedSuite, watched } from '../torture/rotated-suite.ts';
import { expectWhole } from '../torture/whole.ts';
import { kubeconfig } from './support/lab.ts';
import { labCluster } from './support/torture-cluster.ts';

if (kubeconfig !== '') rotatedSuite('cluster', () => labCluster('sluice-rotated'), 50);

describe.runIf(kubeconfig !== '')('cluster: a log rotated after its last line', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace(() => labCluster('sluice-rotated-end'));
  }, 120_000);
  afterAll(() => place.close(), 60_000);

  test('has no gap', async () => {
    // The kubelet looks every 10 s and begins a new file after 10 MiB. These are 10.2 MiB with its 40
    // bytes before each line: a look finds either too little, or all lines. With much more than 10 MiB
    // a look in the middle of them would leave a rest that is never rotated.
    const driver = stored(numbered(78_000));
    const runId = await place.start('rotated-end', driver);
    const { live, beside, pod } = await watched(place, runId);
    await expect.poll(() => place.headOfLog(pod), ROTATION).toBe('');
    await place.touch(pod, driver.gate);
    await expectWhole(place, runId, driver, live, beside);
  });
});
