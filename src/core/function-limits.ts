/** The bounds of functions and their answers, each with its reason. Sizes in bytes, times in milliseconds. */
import { KIB } from './limits.ts';

/** Bytes of an answer that wait in memory for their client: enough for a fast line, and little beside a hundred slow ones. */
export const ANSWER_BUFFER_BYTES = 1_024 * KIB;
/** Bytes of a log that are sent at once: each piece costs the server about as much, however short it is. */
export const LOG_CHUNK_BYTES = 64 * KIB;
/** A client that takes less than that in so long is let go, which is 5 KB/s: load balancers of Azure give up after 230 s of silence. */
export const ANSWER_STALLED_MS = 200_000;
/** And one that has not all of it after so long: it may ask for the rest by a range. */
export const ANSWER_MS = 3_600_000;

/**
 * The longest that functions take, whatever hangs: nobody else ends them (`functionTimeout` is -1, for at its end the host
 * restarts the worker, with all that runs on it). A request: less than the 230 s of Azure's load balancers. The timer: more than its
 * budget and what was begun in it. A message: more than a slice of a follower, and its end.
 */
export const REQUEST_MS_MAX = 200_000;
export const TICK_MS_MAX = 180_000;
export const MESSAGE_MS_MAX = 360_000;
/** A follower pushes its guard on for so long at most: one that hangs is replaced. */
export const WATCHDOG_MS_MAX = 300_000;
/** An event loop that has stood still for so long does not come back: a thread ends the process. */
export const STANDSTILL_MS = 60_000;
/** A request line with its headers, as the host forwards it: above the 32 KiB that it takes itself. */
export const HEADER_BYTES_MAX = 64 * KIB;
