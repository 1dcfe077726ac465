/** Why a run is where it is: the table of all codes. A code stays what it is; the sentence beside it may change. */
import { z } from 'zod';

/** What each code means, in the order of a run's life. */
export const REASONS = {
  lane_entering: 'It is recorded, and gets its place in the queue soon.',
  lane_busy: 'Others hold the places of its lane.',
  lane_paused: 'Its lane is paused.',
  lane_deleted: 'Its lane was deleted while it was on its way there.',
  job_pending: 'It has its place, and its Job is made soon.',
  target_unreachable: 'The cluster does not answer, or refuses the credentials.',
  quota: "The namespace's quota for Jobs is used up; it is tried again.",
  job_refused: 'The cluster refused the Job for good.',
  pod_refused: "The cluster refuses the driver's pod: quota, pod security, a missing account.",
  unschedulable: 'No node takes the driver.',
  scheduling_gated: "Something else holds the driver's pod back.",
  invalid_image: 'The name of the image is none. Given up after 3 minutes.',
  image_pull: 'The image cannot be pulled. Given up after 3 minutes.',
  container_config: 'The container cannot be made as it is configured. Given up after 3 minutes.',
  volume_attach: 'A volume cannot be attached to the node. Given up after 10 minutes.',
  volume_mount: 'A volume cannot be mounted. Given up after 10 minutes.',
  pod_sandbox:
    "The pod's sandbox, its network above all, cannot be made. Given up after 10 minutes.",
  pod_warning: 'The pod does not start, and has this warning.',
  not_started: 'The driver never started.',
  init_failed: 'A container that runs before the driver failed.',
  command_not_found: 'The image has no such program, or it cannot be run.',
  exit_code: 'The driver ended with an exit code other than 0.',
  out_of_memory: 'The driver was killed for using more memory than its limit.',
  killed: 'The driver was ended by a signal.',
  deadline_exceeded: '`deadline_seconds` was reached.',
  cancelled: 'Somebody cancelled it.',
  evicted: 'The driver was evicted from its node.',
  preempted: 'The driver had to make room for a pod of higher priority.',
  drained: 'The driver was evicted by request, as when its node is drained.',
  node_shutdown: "The driver's node was shut down.",
  node_lost: "The driver's node does not answer, or is gone.",
  pod_deleted: "Somebody else deleted the driver's pod.",
  driver_lost: 'The Job or its pod is gone, and nobody saw how it ended.',
  stray_pod: 'Pods with its label are there that its Job did not make.',
  target_gone: 'An admin confirmed that nothing of it is left on a target that is gone.',
} as const;
export type ReasonCode = keyof typeof REASONS;

/** A stable code, and one line that a user can act on. */
export const Reason = z
  .object({
    code: z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]),
    message: z.string(),
  })
  .meta({ id: 'Reason' });
export type Reason = z.infer<typeof Reason>;
