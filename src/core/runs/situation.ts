/** From what a cluster lists to what it means for one run. Pure. */

import { interruptionOf, isInterruption, mainOf } from '../kubernetes/interruption.ts';
import type { ObservedContainer, ObservedJob, ObservedPod } from '../kubernetes/observation.ts';
import { REASON_QUOTE_MAX } from '../limits.ts';
import { lastWords } from '../log/last-words.ts';
import type { Reason } from '../reasons.ts';
import { shorten } from '../shorten.ts';
import type { Run } from './run.ts';
import type { ClusterState } from './run-table.ts';

/** What is listed of one run. */
export type Observation = {
  readonly clusterState: ClusterState;
  /** The Job of this attempt, if listed. */
  readonly job: ObservedJob | null;
  /** Pods that the committed Job made: they alone tell how the run goes, what it prints and how it ends. */
  readonly drivers: readonly ObservedPod[];
  /**
   * Pods with the label of the run that its Job did not make, as far as they may still run. Anybody who can
   * make pods there can make one, so they tell nothing; but one may be what a deleted Job has left behind.
   */
  readonly strays: readonly ObservedPod[];
  /** Task pods of the run, whatever their state. */
  readonly tasks: readonly ObservedPod[];
};

export const NOTHING_KNOWN: Observation = {
  clusterState: 'unreachable',
  job: null,
  drivers: [],
  strays: [],
  tasks: [],
};

/**
 * A pod is over when it is in a final phase and no container of it is reported running. The phase
 * alone is no proof: the control plane sets it for pods of a node that it cannot reach.
 */
export const isOver = (pod: ObservedPod): boolean =>
  (pod.phase === 'Succeeded' || pod.phase === 'Failed') &&
  pod.containers.every((container) => container.state !== 'running');

export const isRunning = (pod: ObservedPod): boolean => mainOf(pod)?.state === 'running';
/** The driver's process has ended, although its pod (a side container, a volume) may not be over. */
const hasExited = (pod: ObservedPod): boolean => mainOf(pod)?.state === 'terminated';

function judge(
  job: ObservedJob | null,
  drivers: readonly ObservedPod[],
  strays: readonly ObservedPod[],
): ClusterState {
  const isStray = strays.length > 0;
  if (drivers.length > 0) {
    if (drivers.every((pod) => isOver(pod) || hasExited(pod))) return isStray ? 'stray' : 'exited';
    if (job?.end) return 'lost';
    return drivers.some(isRunning) ? 'running' : 'waiting';
  }
  if (isStray && (!job || job.end)) return 'stray';
  if (!job) return 'absent';
  if (job.end) return 'vanished';
  return job.suspended ? 'suspended' : 'waiting';
}

const isDriver = ({ job_uid, driver_uids }: Run, pod: ObservedPod): boolean =>
  pod.job_uid === null ? driver_uids.includes(pod.uid) : pod.job_uid === job_uid;

/** The run, with the drivers that were seen under its Job kept in mind. */
export function remember(run: Run, { drivers }: Observation): Run {
  const fresh = drivers.map(({ uid }) => uid).filter((uid) => !run.driver_uids.includes(uid));
  return fresh.length === 0 ? run : { ...run, driver_uids: [...run.driver_uids, ...fresh] };
}

/** What the listed Jobs and pods (null: the cluster did not answer) show of the run's attempt. */
export function observe(
  run: Run,
  listing: { readonly jobs: readonly ObservedJob[]; readonly pods: readonly ObservedPod[] } | null,
): Observation {
  if (listing === null) return NOTHING_KNOWN;
  const job =
    listing.jobs.find(
      (job) =>
        job.name === run.job_name &&
        job.run_id === run.run_id &&
        (run.job_uid === null || job.uid === run.job_uid),
    ) ?? null;
  const pods = listing.pods.filter((pod) => pod.run_id === run.run_id);
  const labelled = pods.filter((pod) => pod.role === 'driver');
  const drivers = labelled.filter((pod) => isDriver(run, pod));
  const strays = labelled.filter((pod) => !isDriver(run, pod) && !isOver(pod));
  const tasks = pods.filter((pod) => pod.role === 'task');
  return { clusterState: judge(job, drivers, strays), job, drivers, strays, tasks };
}

/** How the driver ended: its exit code, and the reason when it is not success. */
export type Outcome = {
  readonly exit_code: number | null;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly reason: Reason | null;
};

/** The parts that are there, as one sentence. */
export const sentence = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(': ');

/** The end says more than the middle: programs name the cause last. */
const quote = (text: string): string => shorten(text, REASON_QUOTE_MAX, 'ends');

/** `said`: its last words, or the end of its log. */
function containerReason(container: ObservedContainer, said = container.message): Reason {
  const code = container.exit_code;
  const who = container.kind === 'main' ? 'The driver' : `Container ${container.name}`;
  if (container.reason === 'OOMKilled')
    return {
      code: 'out_of_memory',
      message: `${who} was killed for using more memory than its limit; give it more memory.`,
    };
  if (container.reason === 'StartError' || container.reason === 'ContainerCannotRun') {
    return {
      code: 'command_not_found',
      message: sentence(`${who} could not be started`, quote(container.message)),
    };
  }
  if (code === 137 || code === 143) {
    return { code: 'killed', message: `${who} was ended by a signal (exit code ${code}).` };
  }
  return {
    code: container.kind === 'init' ? 'init_failed' : 'exit_code',
    message: sentence(`${who} ended with exit code ${code ?? 'unknown'}`, quote(lastWords(said))),
  };
}

/**
 * What the driver said last: its own words for that (Kubernetes' termination message), where it has written any.
 * Otherwise that message is the last 2 KiB of the log, and `printed`, which goes further back, says more.
 */
function saidBy({ message }: ObservedContainer, printed: string): string {
  const last =
    message
      .trimEnd()
      .split('\n')
      .at(-1)
      ?.replace(/^\uFFFD+/, '') ?? '';
  return printed.trimEnd().endsWith(last) && printed.length > message.length ? printed : message;
}

/** Judges a driver that has exited; with several pods the newest decides. `printed` is the end of its log, if at hand. */
export function outcomeOf(observation: Observation, printed = ''): Outcome {
  const pod = observation.drivers.at(-1);
  const main = pod && mainOf(pod);
  const times = { started_at: main?.started_at ?? null, finished_at: main?.finished_at ?? null };
  const interruption = pod ? interruptionOf(pod, observation.job) : null;
  if (main?.state === 'terminated') {
    const success = main.exit_code === 0 && main.reason !== 'OOMKilled';
    const own = success ? null : containerReason(main, saidBy(main, printed));
    return { exit_code: main.exit_code, ...times, reason: interruption ?? own };
  }
  if (interruption) return { exit_code: null, ...times, reason: interruption };
  const init = pod?.containers.find(
    (container) => container.state === 'terminated' && container.exit_code !== 0,
  );
  if (init) return { exit_code: null, ...times, reason: containerReason(init) };
  return {
    exit_code: null,
    ...times,
    reason: {
      code: 'not_started',
      message: sentence('The driver never started', pod?.reason ?? '', quote(pod?.message ?? '')),
    },
  };
}

/** The Job has ended or is gone and no pod is left to tell how; `told` is what the run was told last. */
export function lossOf(job: ObservedJob | null, told: Reason | null): Reason {
  if (job?.end?.reason === 'DeadlineExceeded') {
    return {
      code: 'deadline_exceeded',
      message: 'The cluster ended the driver at the deadline of its Job.',
    };
  }
  if (isInterruption(told)) return told;
  if (job?.end)
    return {
      code: 'driver_lost',
      message: sentence(
        'The driver pod is gone, nobody saw how it ended',
        job.end.reason,
        quote(job.end.message),
      ),
    };
  return {
    code: 'driver_lost',
    message: 'The Job and its pod are gone from the cluster; someone else deleted them.',
  };
}
