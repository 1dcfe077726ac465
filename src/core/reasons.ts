/**
 * Why a run waits, or ended as it did: the table of all codes. A code never changes its meaning; the sentence beside it may change.
 * Without the schema library, for which the page has no room: the schema is in `events/reason.ts`.
 */
import { MOUNT_TROUBLE_GRACE_MS, START_TROUBLE_GRACE_MS } from './limits.ts';

/** The rules of a code. All of them are in the documents; the compiler demands them for every code. */
export type ReasonRule = {
  /** What it means. */
  readonly sentence: string;
  /** Whether a run that waits for this may continue by itself. */
  readonly heals: boolean;
  /** How long a run may wait for this before it is given up, in milliseconds; without it only its deadline ends it. */
  readonly graceMs?: number;
  /**
   * Whether the same start may succeed when it is sent again. False where the request, the program or the installation has
   * to be changed first, and for codes that end no run.
   */
  readonly retryable: boolean;
};

/** In the order of a run's life. */
const TABLE = {
  lane_entering: {
    sentence: 'It is recorded, and gets its place in the queue soon.',
    heals: true,
    retryable: false,
  },
  lane_busy: {
    sentence: 'Others hold the places of its lane.',
    heals: true,
    retryable: false,
  },
  lane_paused: { sentence: 'Its lane is paused.', heals: false, retryable: false },
  lane_deleted: {
    sentence: 'Its lane was deleted while it was on its way there.',
    heals: false,
    retryable: true,
  },
  domain_quota: {
    sentence:
      'The domain has as many live runs as its quota allows; it is tried again every minute.',
    heals: true,
    retryable: false,
  },
  session_busy: {
    sentence: 'Task pods of the run that it continues are still there; they are being removed.',
    heals: true,
    retryable: false,
  },
  job_pending: {
    sentence: 'It has its place, and its Job is made soon.',
    heals: true,
    retryable: false,
  },
  target_unreachable: {
    sentence: 'The cluster does not answer, or refuses the credentials.',
    heals: true,
    retryable: false,
  },
  quota: {
    sentence: "The namespace's quota for Jobs is used up; it is tried again.",
    heals: true,
    retryable: false,
  },
  job_refused: {
    sentence: 'The cluster refused the Job for good.',
    heals: false,
    retryable: false,
  },
  pod_refused: {
    sentence: "The cluster refuses the driver's pod: quota, pod security, a missing account.",
    heals: true,
    retryable: false,
  },
  unschedulable: { sentence: 'No node takes the driver.', heals: true, retryable: false },
  scheduling_gated: {
    sentence: "Something else holds the driver's pod back.",
    heals: true,
    retryable: false,
  },
  invalid_image: {
    sentence: 'The image name is not valid.',
    heals: false,
    graceMs: START_TROUBLE_GRACE_MS,
    retryable: false,
  },
  image_pull: {
    sentence: 'The image cannot be pulled.',
    heals: true,
    graceMs: START_TROUBLE_GRACE_MS,
    retryable: true,
  },
  container_config: {
    sentence: 'The container cannot be made as it is configured.',
    heals: true,
    graceMs: START_TROUBLE_GRACE_MS,
    retryable: false,
  },
  volume_attach: {
    sentence: 'A volume cannot be attached to the node.',
    heals: true,
    graceMs: MOUNT_TROUBLE_GRACE_MS,
    retryable: true,
  },
  volume_mount: {
    sentence: 'A volume cannot be mounted.',
    heals: true,
    graceMs: MOUNT_TROUBLE_GRACE_MS,
    retryable: true,
  },
  pod_sandbox: {
    sentence: "The pod's sandbox, its network above all, cannot be made.",
    heals: true,
    graceMs: MOUNT_TROUBLE_GRACE_MS,
    retryable: true,
  },
  pod_warning: {
    sentence: 'The pod does not start, and has this warning.',
    heals: true,
    retryable: false,
  },
  not_started: { sentence: 'The driver never started.', heals: false, retryable: true },
  init_failed: {
    sentence: 'A container that runs before the driver failed.',
    heals: false,
    retryable: false,
  },
  command_not_found: {
    sentence: 'The image has no such program, or it cannot be run.',
    heals: false,
    retryable: false,
  },
  exit_code: {
    sentence: 'The driver ended with an exit code other than 0.',
    heals: false,
    retryable: false,
  },
  out_of_memory: {
    sentence: 'The driver was killed for using more memory than its limit.',
    heals: false,
    retryable: false,
  },
  killed: { sentence: 'The driver was ended by a signal.', heals: false, retryable: true },
  deadline_exceeded: {
    sentence: '`deadline_seconds` was reached.',
    heals: false,
    retryable: false,
  },
  cancelled: { sentence: 'Somebody cancelled it.', heals: false, retryable: false },
  evicted: {
    sentence: 'The driver was evicted from its node.',
    heals: false,
    retryable: true,
  },
  preempted: {
    sentence: 'The driver had to make room for a pod of higher priority.',
    heals: false,
    retryable: true,
  },
  drained: {
    sentence: 'The driver was evicted by request, as when its node is drained.',
    heals: false,
    retryable: true,
  },
  node_shutdown: {
    sentence: "The driver's node was shut down.",
    heals: false,
    retryable: true,
  },
  node_lost: {
    sentence: "The driver's node does not answer, or is gone.",
    heals: true,
    retryable: true,
  },
  pod_deleted: {
    sentence: "Somebody else deleted the driver's pod.",
    heals: false,
    retryable: true,
  },
  driver_lost: {
    sentence: 'The Job or its pod is gone, and it is unknown how it ended.',
    heals: false,
    retryable: true,
  },
  stray_pod: {
    sentence: 'Pods with its label are there that its Job did not make.',
    heals: true,
    retryable: false,
  },
  target_gone: {
    sentence: 'An admin confirmed that nothing of it is left on a target that is gone.',
    heals: false,
    retryable: false,
  },
} as const satisfies Readonly<Record<string, ReasonRule>>;

export type ReasonCode = keyof typeof TABLE;
export const REASONS: Readonly<Record<ReasonCode, ReasonRule>> = TABLE;
export const REASON_CODES = Object.keys(TABLE) as [ReasonCode, ...ReasonCode[]];

/** What a pipeline tells of its own failure; null where it does not tell. Texts are shortened. */
export type PipelineFailure = {
  /** A well-known cause; its table is `nextflow/causes.ts`. */
  readonly code: string;
  readonly meaning: string;
  readonly advice: string;
  readonly summary: string;
  readonly process: string | null;
  readonly tag: string | null;
  readonly exit_status: number | null;
  readonly cause: string | null;
  readonly command: string | null;
  readonly last_lines: string | null;
  readonly work_dir: string | null;
  readonly container: string | null;
  readonly tip: string | null;
};

/** A stable code, one line that a user can act on, and whether another attempt makes sense. Made only by `reason`. */
export type Reason = {
  readonly code: ReasonCode;
  readonly message: string;
  readonly retryable: boolean;
  /** Of a pipeline whose driver ended with an exit code and said why. */
  readonly failure?: PipelineFailure | undefined;
};

/** Makes a reason; the default message is the code's own sentence. */
export const reason = (code: ReasonCode, message: string = REASONS[code].sentence): Reason => ({
  code,
  message,
  retryable: REASONS[code].retryable,
});
