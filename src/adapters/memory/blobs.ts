import type { Blobs } from '../../ports/blobs.ts';
import { checkBlobName, checkRange } from '../checks/blob-name.ts';

export type MemoryBlobs = Blobs & {
  /** Names and content types of what is there, in order of name. */
  list(): readonly { readonly name: string; readonly contentType: string }[];
};

/** The blobs port in memory. Bytes are copied on the way in and out. */
export function createMemoryBlobs(): MemoryBlobs {
  const blobs = new Map<string, { readonly bytes: Uint8Array; readonly contentType: string }>();
  return {
    async put(name, bytes, contentType) {
      checkBlobName(name);
      blobs.set(name, { bytes: new Uint8Array(bytes), contentType });
    },
    async get(name, range) {
      checkBlobName(name);
      if (range) checkRange(range);
      const bytes = blobs.get(name)?.bytes;
      return range ? bytes?.slice(range.offset, range.offset + range.length) : bytes?.slice();
    },
    async remove(name) {
      checkBlobName(name);
      blobs.delete(name);
    },
    list() {
      return [...blobs]
        .map(([name, { contentType }]) => ({ name, contentType }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
