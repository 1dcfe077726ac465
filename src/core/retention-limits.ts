/** Limits of the deletion of old data, each with its reason. Times in milliseconds. */

export const DAY_MS = 86_400_000;

/** Ten years: longer than anything that is kept on purpose here. */
export const RETENTION_DAYS_MAX = 3_650;
/** Least days that entries of the audit log are kept. */
export const AUDIT_DAYS_MIN = 90;

/**
 * How long a tombstone keeps the id of a deleted run, after its deletion or, by age, after its end: no request, message
 * or pass that began while the run was there is still under way then.
 */
export const TOMBSTONE_MS = 24 * 3_600_000;
/** A deletion that was begun and is not finished after this long is finished by the sweep: longer than any request takes. */
export const DELETION_AGAIN_MS = 300_000;
/** How long the request itself deletes; it is answered also when something is left for the sweep. */
export const DELETE_REQUEST_MS = 2_000;

/** The sweep gets this share of the time between two ticks, after the tick itself, so that ticks stay in time. */
export const SWEEP_SHARE = 1 / 10;
/** And this at most: with a tick of 45 s it stays below the timer's period. */
export const SWEEP_SLICE_MS = 5_000;
/** Pause after everything was looked at: so late may old data be gone, and so rarely does a quiet installation pay for the look. */
export const SWEEP_PAUSE_MS = 3_600_000;
/** Runs, keys and deletions that are looked at before the place in the list is noted. */
export const SWEEP_BATCH = 100;
/** Of these at the same time: they mostly wait for storage, and requests need it too. */
export const SWEEP_PARALLEL = 16;
