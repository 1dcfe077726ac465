/** Keys of attempts, so that one starts one run. */

/** Sixteen random bytes; `crypto.randomUUID` is there with TLS only. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
