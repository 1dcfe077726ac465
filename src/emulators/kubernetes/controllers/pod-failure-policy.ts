/** `spec.podFailurePolicy`: what a failed pod means for its Job. */
import type { Job, Pod } from '../objects/object.ts';

export type Verdict =
  | { readonly action: 'Count' | 'Ignore' }
  | { readonly action: 'FailJob'; readonly message: string };

/** The first rule that matches decides; without one the failure counts. */
export function judge(job: Job, pod: Pod): Verdict {
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const matched =
      exitCodeMatch(rule.onExitCodes, pod) ?? conditionMatch(rule.onPodConditions, pod);
    if (matched === undefined) continue;
    const { namespace, name } = pod.metadata;
    if (rule.action === 'FailJob') {
      return {
        action: 'FailJob',
        message:
          matched.replace('{pod}', `${namespace}/${name}`) +
          ` matching FailJob rule at index ${index}`,
      };
    }
    return { action: rule.action === 'Ignore' ? 'Ignore' : 'Count' };
  }
  return { action: 'Count' };
}

type Rule = NonNullable<Job['spec']['podFailurePolicy']>['rules'][number];

function exitCodeMatch(wanted: Rule['onExitCodes'], pod: Pod): string | undefined {
  if (wanted === undefined) return undefined;
  const statuses = [
    ...(pod.status.initContainerStatuses ?? []),
    ...(pod.status.containerStatuses ?? []),
  ];
  for (const { name, state } of statuses) {
    const code = state.terminated?.exitCode;
    if (code === undefined || code === 0) continue;
    if (wanted.containerName !== undefined && wanted.containerName !== name) continue;
    if (wanted.values.includes(code) === (wanted.operator === 'In')) {
      return `Container ${name} for pod {pod} failed with exit code ${code}`;
    }
  }
  return undefined;
}

function conditionMatch(wanted: Rule['onPodConditions'], pod: Pod): string | undefined {
  const match = wanted?.find(({ type, status = 'True' }) =>
    pod.status.conditions?.some((one) => one.type === type && one.status === status),
  );
  return match && `Pod {pod} has condition ${match.type}`;
}
