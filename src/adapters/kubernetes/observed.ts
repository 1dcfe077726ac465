/** Converts Kubernetes' objects to the port's types. */
import type { CoreV1Event, V1ContainerStatus, V1Job, V1Pod } from '@kubernetes/client-node';
import {
  ATTEMPT_LABEL,
  CONFIG_VOLUME,
  RUN_LABEL,
  TASK_RUN_LABEL,
  TRACE_TOKEN_ANNOTATION,
} from '../../core/kubernetes/manifest.ts';
import type {
  ObjectEvent,
  ObservedContainer,
  ObservedJob,
  ObservedPod,
} from '../../core/kubernetes/observed.ts';
import { DRIVER_CONTAINER, RunId } from '../../core/names.ts';
import { timestampOf } from '../../core/timestamp.ts';
import { hasTrace } from './sidecars.ts';

type Labels = Readonly<Record<string, string>> | undefined;

/** Nextflow's label counts only when its value can be a run id: others may use Nextflow in the namespace too. */
function runIdOf(labels: Labels): string | null {
  const own = labels?.[RUN_LABEL];
  const task = labels?.[TASK_RUN_LABEL];
  return own ?? (RunId.safeParse(task).success ? (task ?? null) : null);
}

const isTrue = (condition: { readonly status: string }): boolean => condition.status === 'True';
const time = (date: Date | undefined): string | null => (date ? timestampOf(date.getTime()) : null);

/** Complete and Failed are final; FailureTarget says that the Job will fail once its pods are gone. */
const ENDS = ['Complete', 'Failed', 'FailureTarget'] as const;

function endOf(job: V1Job): ObservedJob['end'] {
  const conditions = (job.status?.conditions ?? []).filter(isTrue);
  for (const type of ENDS) {
    const found = conditions.find((condition) => condition.type === type);
    if (found) {
      return { type, reason: found.reason ?? '', message: found.message ?? '' };
    }
  }
  return null;
}

const configOf = (job: V1Job): string =>
  job.spec?.template.spec?.volumes?.find(({ name }) => name === CONFIG_VOLUME)?.configMap?.name ??
  '';

/** A Job. `attempt` is 0 when the label is missing or no number. */
export function toObservedJob(job: V1Job): ObservedJob {
  const labels = job.metadata?.labels;
  const token = job.metadata?.annotations?.[TRACE_TOKEN_ANNOTATION];
  return {
    name: job.metadata?.name ?? '',
    uid: job.metadata?.uid ?? '',
    config: configOf(job),
    traced: hasTrace(job),
    run_id: labels?.[RUN_LABEL] ?? null,
    attempt: Number.parseInt(labels?.[ATTEMPT_LABEL] ?? '0', 10) || 0,
    suspended: job.spec?.suspend === true,
    deleting: job.metadata?.deletionTimestamp !== undefined,
    end: endOf(job),
    active: job.status?.active ?? 0,
    ...(token !== undefined && { trace_token: token }),
    created_at: time(job.metadata?.creationTimestamp) ?? '',
  };
}

/** Nextflow's task Jobs carry the run label too, when a pipeline is configured so. */
export const isDriverJob = (job: V1Job): boolean =>
  job.metadata?.labels?.[TASK_RUN_LABEL] === undefined;

function containerView(
  status: V1ContainerStatus,
  kind: ObservedContainer['kind'],
): ObservedContainer {
  const { running, terminated, waiting } = status.state ?? {};
  return {
    name: status.name,
    kind,
    state: terminated ? 'terminated' : running ? 'running' : 'waiting',
    reason: terminated?.reason ?? waiting?.reason ?? '',
    message: terminated?.message ?? waiting?.message ?? '',
    exit_code: terminated?.exitCode ?? null,
    started_at: time(terminated?.startedAt ?? running?.startedAt),
    finished_at: time(terminated?.finishedAt),
  };
}

function containers(pod: V1Pod): readonly ObservedContainer[] {
  const names = (pod.spec?.containers ?? []).map(({ name }) => name);
  // A task pod has one container, named like the pod.
  const main = names.includes(DRIVER_CONTAINER) ? DRIVER_CONTAINER : names[0];
  const restartable = new Set(
    (pod.spec?.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => name),
  );
  return [
    ...(pod.status?.initContainerStatuses ?? []).map((status) =>
      containerView(status, restartable.has(status.name) ? 'sidecar' : 'init'),
    ),
    ...(pod.status?.containerStatuses ?? []).map((status) =>
      containerView(status, status.name === main ? 'main' : 'sidecar'),
    ),
  ];
}

function disruptionOf({ metadata, status }: V1Pod): ObservedPod['disruption'] {
  const condition = status?.conditions?.find(
    (each) => each.type === 'DisruptionTarget' && isTrue(each),
  );
  if (condition) {
    const { reason = '', message = '', lastTransitionTime } = condition;
    return { reason, message, at: time(lastTransitionTime) ?? '' };
  }
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata ?? {};
  if (deletionTimestamp === undefined) return null;
  // Kubernetes stores the end of the grace period, not the time of the request.
  const at = deletionTimestamp.getTime() - deletionGracePeriodSeconds * 1_000;
  return { reason: 'Deleted', message: '', at: timestampOf(at) ?? '' };
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;

/** A pod of a run, or null when its labels name no run. */
export function toObservedPod(pod: V1Pod): ObservedPod | null {
  const run_id = runIdOf(pod.metadata?.labels);
  return run_id === null ? null : podView(pod, run_id);
}

/** A pod, of a run or of none. */
export function podView(pod: V1Pod, run_id: string | null): ObservedPod {
  const labels = pod.metadata?.labels;
  const unscheduled = pod.status?.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  return {
    name: pod.metadata?.name ?? '',
    uid: pod.metadata?.uid ?? '',
    run_id,
    job_uid:
      pod.metadata?.ownerReferences?.find(
        ({ kind, controller }) => kind === 'Job' && controller === true,
      )?.uid ?? null,
    role: labels?.[TASK_RUN_LABEL] === undefined ? 'driver' : 'task',
    phase: PHASES.find((phase) => phase === pod.status?.phase) ?? 'Unknown',
    reason: pod.status?.reason ?? '',
    message: pod.status?.message ?? '',
    unscheduled: unscheduled
      ? { reason: unscheduled.reason ?? '', message: unscheduled.message ?? '' }
      : null,
    deleting: pod.metadata?.deletionTimestamp !== undefined,
    disruption: disruptionOf(pod),
    containers: containers(pod),
  };
}

/** An event. Which field has its last time depends on the component that wrote it. */
export function toObjectEvent(event: CoreV1Event): ObjectEvent {
  const { type, reason = '', message = '', metadata } = event;
  const at =
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    metadata.creationTimestamp;
  // A microtime is text, against its declared type: the client (2.0.1) does not parse it.
  const seen = at ? timestampOf(new Date(at).getTime()) : null;
  return { warning: type === 'Warning', reason, message, at: seen ?? '' };
}
