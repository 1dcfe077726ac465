import { KIB } from '../../core/limits.ts';

/** A storage queue takes 64 KiB of text a message; in base64 that is 48 KiB of JSON. */
export const MESSAGE_BYTES_MAX = 48 * KIB;
/** A storage queue hides a message for seven days at most. */
export const DELAY_SECONDS_MAX = 604_800;

/**
 * An unreceived message expires this long after it was to become visible first, however often it is postponed. Longer than
 * the longest time slice of a follower (`FOLLOW_TIME_SLICE_MAX_MS`), whose watchdog message must not expire. The timer requests a
 * follower every minute, so where no function receives messages a run has at most fifteen of them.
 */
export const MESSAGE_SECONDS = 900;

/** Throws a RangeError when a queue cannot hide a message for this long. */
export function checkDelay(delaySeconds: number): void {
  if (!(delaySeconds >= 0 && delaySeconds <= DELAY_SECONDS_MAX)) {
    throw new RangeError(`delay ${delaySeconds} is not between 0 and ${DELAY_SECONDS_MAX} s`);
  }
}

/** The message as UTF-8 JSON. Throws a RangeError when it is no JSON, too large, or the delay out of bounds. */
export function encodeMessage(message: unknown, delaySeconds: number): Uint8Array {
  checkDelay(delaySeconds);
  const json = JSON.stringify(message) as string | undefined;
  if (json === undefined) throw new RangeError('the message cannot be written as JSON');
  const bytes = new TextEncoder().encode(json);
  if (bytes.byteLength > MESSAGE_BYTES_MAX) {
    throw new RangeError(`the message is larger than ${MESSAGE_BYTES_MAX} bytes`);
  }
  return bytes;
}
