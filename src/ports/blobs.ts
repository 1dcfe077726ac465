/** Large immutable files: compacted event logs. Names are paths of `[a-z0-9./-]`, 512 characters at most. */
export interface Blobs {
  /** Writes the whole blob, replacing one of that name. */
  put(name: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** The bytes `[offset, offset + length)`, fewer at the end; the whole blob without a range; undefined when absent. */
  get(
    name: string,
    range?: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array | undefined>;
  /** Removes the blob; removing an absent one succeeds. */
  remove(name: string): Promise<void>;
}
