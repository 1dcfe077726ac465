import { KIB } from '../core/limits.ts';

/** A storage queue takes 64 KiB of text a message; in base64 that is 48 KiB of JSON. */
export const MESSAGE_BYTES_MAX = 48 * KIB;
/** A storage queue hides a message for seven days at most. */
export const DELAY_SECONDS_MAX = 604_800;

/** Throws a RangeError when a queue cannot hide a message for so long. */
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
