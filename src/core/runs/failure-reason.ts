/** How a driver ended, and why it failed. Pure. */
import { type KindName, kindOf } from '../kinds/all.ts';
import { interruptionOf, isInterruption, mainOf } from '../kubernetes/interruption.ts';
import type { ObservedContainer, ObservedJob } from '../kubernetes/observed.ts';
import { REASON_QUOTE_MAX } from '../limits.ts';
import { TRACE_CONTAINER } from '../names.ts';
import { type Reason, reason } from '../reasons.ts';
import { shorten } from '../shorten.ts';
import type { JobObservation } from './observe.ts';

/** Exit codes of SIGKILL and SIGTERM: 128 and the signal's number. */
const SIGNAL_CODES: readonly number[] = [137, 143];

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

/** Keeps the end of a long text: programs name the cause last. */
const quote = (text: string): string => shorten(text, REASON_QUOTE_MAX, 'ends');

/** `said`: its termination message, or the end of its log. */
function containerReason(
  kind: KindName,
  container: ObservedContainer,
  said = container.message,
): Reason {
  const code = container.exit_code;
  const name = container.kind === 'main' ? 'The driver' : `Container ${container.name}`;
  if (container.reason === 'OOMKilled')
    return reason(
      'out_of_memory',
      `${name} was killed for using more memory than its limit; give it more memory.`,
    );
  if (container.reason === 'StartError' || container.reason === 'ContainerCannotRun') {
    return reason(
      'command_not_found',
      sentence(`${name} could not be started`, quote(container.message)),
    );
  }
  if (SIGNAL_CODES.includes(code ?? 0)) {
    return reason('killed', `${name} was ended by a signal (exit code ${code}).`);
  }
  const of = kindOf(kind).failure;
  const isInit = container.kind === 'init';
  const failure = isInit ? null : of.explain?.(said);
  return {
    ...reason(
      isInit ? 'init_failed' : 'exit_code',
      sentence(`${name} ended with exit code ${code ?? 'unknown'}`, quote(of.read(said))),
    ),
    ...(failure && { failure }),
  };
}

/**
 * The driver's own termination message, where it wrote one. Otherwise Kubernetes fills the message with the last 2 KiB of
 * the log, and `printed`, which goes further back, says more.
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

/** The outcome of a driver that has exited; with several pods the newest decides. `printed` is the end of its log, if known. */
export function outcomeOf(kind: KindName, observation: JobObservation, printed = ''): Outcome {
  const pod = observation.drivers.at(-1);
  const main = pod && mainOf(pod);
  const times = { started_at: main?.started_at ?? null, finished_at: main?.finished_at ?? null };
  const interruption = pod ? interruptionOf(pod, observation.job) : null;
  if (main?.state === 'terminated') {
    const success = main.exit_code === 0 && main.reason !== 'OOMKilled';
    const own = success ? null : containerReason(kind, main, saidBy(main, printed));
    return { exit_code: main.exit_code, ...times, reason: interruption ?? own };
  }
  if (interruption) return { exit_code: null, ...times, reason: interruption };
  const init = pod?.containers.find(
    ({ name, state, exit_code }) =>
      name !== TRACE_CONTAINER && state === 'terminated' && exit_code !== 0,
  );
  if (init) return { exit_code: null, ...times, reason: containerReason(kind, init) };
  return {
    exit_code: null,
    ...times,
    reason: reason(
      'not_started',
      sentence('The driver never started', pod?.reason ?? '', quote(pod?.message ?? '')),
    ),
  };
}

/** The reason when the Job has ended or is gone and no pod is left to tell how; `told` is the run's last reason. */
export function lossOf(job: ObservedJob | null, told: Reason | null): Reason {
  if (job?.end?.reason === 'DeadlineExceeded') {
    return reason('deadline_exceeded', 'The cluster ended the driver at the deadline of its Job.');
  }
  if (isInterruption(told)) return told;
  if (job?.end)
    return reason(
      'driver_lost',
      sentence(
        'The driver pod is gone, and it is unknown how it ended',
        job.end.reason,
        quote(job.end.message),
      ),
    );
  return reason(
    'driver_lost',
    'The Job and its pod are gone from the cluster; they were deleted from outside.',
  );
}
