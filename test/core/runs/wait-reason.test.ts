/** Why a driver does not run yet, from what its pod shows and what is written about it. */
import { describe, expect, test } from 'vitest';
import type { ObjectEvent } from '../../../src/core/kubernetes/observed.ts';
import {
  MOUNT_TROUBLE_GRACE_MS,
  START_TROUBLE_GRACE_MS,
  WARNINGS_AFTER_MS,
} from '../../../src/core/limits.ts';
import { type ReasonCode, reason } from '../../../src/core/reasons.ts';
import { graceMs, podWarning } from '../../../src/core/runs/wait-reason.ts';

const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const warning = (reason: string, second: number): ObjectEvent => ({
  warning: true,
  reason,
  message: 'why',
  at: at(second),
});
const normal = (reason: string, second: number): ObjectEvent => ({
  ...warning(reason, second),
  warning: false,
});

describe('the warnings of a pod', () => {
  test.each([
    ['nothing', [], undefined],
    ['only what is normal', [normal('Scheduled', 1)], undefined],
    ['a mount', [warning('FailedMount', 30), normal('Scheduled', 1)], 'volume_mount'],
    ['a volume', [warning('FailedAttachVolume', 30)], 'volume_attach'],
    ['a sandbox', [warning('FailedCreatePodSandBox', 30)], 'pod_sandbox'],
    [
      'a mount that waits for a volume',
      [warning('FailedMount', 40), warning('FailedAttachVolume', 30)],
      'volume_attach',
    ],
    [
      'a mount, and something newer that is said beside it',
      [warning('NodeNotReady', 50), warning('FailedMount', 40)],
      'volume_mount',
    ],
    ['anything else', [warning('NetworkNotReady', 30)], 'pod_warning'],
    ['a mount that has healed', [normal('Pulling', 40), warning('FailedMount', 30)], undefined],
    [
      'a mount that has healed within the second',
      [warning('FailedMount', 30), normal('Pulled', 30)],
      undefined,
    ],
    [
      'a node that was looked for at first',
      [normal('Scheduled', 9), warning('FailedScheduling', 1)],
      undefined,
    ],
  ])('%s', (_what, events, code) => {
    expect(podWarning(events)?.code).toBe(code);
  });

  test('are told in the words of the cluster', () => {
    expect(podWarning([warning('FailedMount', 1)])?.message).toBe('FailedMount: why');
  });
});

test('what waits for a queue or an autoscaler waits until the deadline', () => {
  const grace = (code: ReasonCode) => graceMs(reason(code));
  const waiting = ['scheduling_gated', 'unschedulable', 'pod_refused', 'pod_warning'] as const;
  expect(waiting.map(grace)).toEqual([null, null, null, null]);
  expect(grace('volume_mount')).toBe(MOUNT_TROUBLE_GRACE_MS);
  expect(grace('image_pull')).toBe(START_TROUBLE_GRACE_MS);
  expect(graceMs(null)).toBeNull();
  expect(WARNINGS_AFTER_MS).toBeLessThan(START_TROUBLE_GRACE_MS);
});
