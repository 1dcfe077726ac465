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
    // Over 10 MiB at once: the kubelet, which looks every 10 s, begins a new file after the last line.
    const driver = stored(numbered(150_000));
    const runId = await place.start('rotated-end', driver);
    const { live, beside, pod } = await watched(place, runId);
    await expect.poll(() => place.headOfLog(pod), ROTATION).toBe('');
    await place.touch(pod, driver.gate);
    await expectWhole(place, runId, driver, live, beside);
  });
});
