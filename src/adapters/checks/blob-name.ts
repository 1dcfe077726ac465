const NAME = /^[a-z0-9.-]+(?:\/[a-z0-9.-]+)*$/;
const NAME_MAX = 512;

/** Throws a RangeError unless `name` is a blob's path: segments of `[a-z0-9.-]`, none of only dots. */
export function checkBlobName(name: string): void {
  // URLs lose segments of dots, and the service drops a dot at the end of a segment.
  if (name.length > NAME_MAX || !NAME.test(name) || /\.(?:\/|$)/.test(name)) {
    throw new RangeError(`${JSON.stringify(name)} cannot be a blob's name`);
  }
}

/** Throws a RangeError unless offset and length are whole and not negative. */
export function checkRange(range: { readonly offset: number; readonly length: number }): void {
  for (const part of [range.offset, range.length]) {
    if (!Number.isSafeInteger(part) || part < 0) {
      throw new RangeError(`${part} is no offset or length`);
    }
  }
}
