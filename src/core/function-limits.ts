/** Limits of functions and their answers, each with its reason. Sizes in bytes, times in milliseconds. */
import { KIB } from './limits.ts';

/** Bytes of one answer that may be buffered for a slow client: enough for a fast connection, small enough for a hundred slow ones. */
export const ANSWER_BUFFER_BYTES = 1_024 * KIB;
/** Bytes of a log per write: each write costs the server about the same, however short it is. */
export const LOG_CHUNK_BYTES = 64 * KIB;
/** A client that does not take the buffer in this time is disconnected (5 KB/s): Azure's load balancers close after 230 s of silence. */
export const ANSWER_STALLED_MS = 200_000;
/** The longest that one answer may take; the client can ask for the rest with a range. */
export const ANSWER_MS = 3_600_000;

/**
 * The longest that functions take, whatever hangs. The host does not end them: `functionTimeout` is -1, because at that limit
 * the host restarts the worker with all that runs on it. A request: less than the 230 s of Azure's load balancers. The timer: more
 * than its budget and the steps that it began. A message: more than a follower's time slice and its end.
 */
export const REQUEST_MS_MAX = 200_000;
export const TICK_MS_MAX = 180_000;
export const MESSAGE_MS_MAX = 360_000;
/** The longest that a follower postpones its watchdog message, so that one that hangs is replaced. */
export const WATCHDOG_MS_MAX = 300_000;
/** An event loop that has been blocked for this long does not recover: a thread ends the process. */
export const STANDSTILL_MS = 60_000;
/** Request line and headers as the host forwards them: above the 32 KiB that the host itself accepts. */
export const HEADER_BYTES_MAX = 64 * KIB;

/** Spans and lines of telemetry are sent this often, and figures this often, in milliseconds. */
export const TELEMETRY_PAUSE_MS = 5_000;
export const TELEMETRY_FIGURES_MS = 60_000;
/** An export that takes longer is given up: nothing waits for it but the end of an instance. */
export const TELEMETRY_EXPORT_MS = 5_000;
/** A collector that does not answer is told in the log this often. */
export const TELEMETRY_TROUBLE_MS = 600_000;
