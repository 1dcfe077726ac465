/** Conditions keep the time of their last change of status. */
import { type Condition, seconds } from './object.ts';

export type ConditionDraft = Omit<Condition, 'lastTransitionTime' | 'lastProbeTime'>;

/** A Job's condition: probed when it is written. Returns a new list. */
export function withJobCondition(
  list: readonly Condition[] | undefined,
  draft: ConditionDraft,
): Condition[] {
  const now = seconds();
  const old = list?.find((condition) => condition.type === draft.type);
  const same = old?.status === draft.status && old.reason === draft.reason;
  if (same) return [...(list ?? [])];
  const condition: Condition = {
    ...draft,
    lastProbeTime: now,
    lastTransitionTime: old?.status === draft.status ? old.lastTransitionTime : now,
  };
  return old === undefined
    ? [...(list ?? []), condition]
    : (list ?? []).map((one) => (one === old ? condition : one));
}

/** A pod's condition, in the place of the one of its type. Returns a new list. */
export function withPodCondition(
  list: readonly Condition[] | undefined,
  draft: ConditionDraft,
): Condition[] {
  const old = list?.find((condition) => condition.type === draft.type);
  const { type, status, reason, message, observedGeneration } = draft;
  const condition: Condition = {
    type,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    status,
    lastProbeTime: null,
    lastTransitionTime: old?.status === status ? old.lastTransitionTime : seconds(),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
  return old === undefined
    ? [...(list ?? []), condition]
    : (list ?? []).map((one) => (one === old ? condition : one));
}

export const isTrue = (list: readonly Condition[] | undefined, type: string): boolean =>
  list?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
