/**
 * Times of the real host (azure-functions-host 4.1037 with its Node worker, measured), for a host that
 * is `strict`: it then does also what the real one does badly. Each is multiplied by the option, so that tests need not wait.
 */

/** A forwarded request without a byte in either direction is given up (YARP's activity timeout). */
export const FORWARD_IDLE_MS = 240_000;
/** A worker that is replaced because a function went over its time may finish what else runs on it. */
export const REPLACED_MS = 3_000;
/** A worker whose host is gone ends after this, without its appTerminate hooks. */
export const ORPHANED_MS = 1_200;
/** The host ends when a queue has refused all polls for this long. */
export const STORAGE_LOST_MS = 25_000;
/** From SIGINT on: until requests that still run are broken, until the queue listeners stop, and the time of the hooks. */
export const DRAIN_MS = 30_000;
export const LISTENERS_STOP_MS = 41_000;
export const HOOKS_MS = 5_000;
/** From SIGINT until the process has ended, at most. */
export const STRICT_END_MS = LISTENERS_STOP_MS + HOOKS_MS;
