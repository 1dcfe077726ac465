import type { Blobs } from '../../ports/blobs.ts';
import { checkBlobName, checkRange } from '../checks/blob-name.ts';
import type { StorageClient } from './wire/client.ts';
import { BLOB_PART_BYTES } from './wire/operations.ts';

type Found = { readonly id: number; readonly size: number };

/**
 * The blobs port on SQLite. A blob goes over in parts, so that one of any size takes little memory on the way, and is there at once
 * when its last part is. What a caller leaves unfinished is removed.
 */
export function createSqliteBlobs(client: StorageClient, container: string): Blobs {
  const pathOf = (name: string): string => `${container}/${name}`;

  /** The bytes of one version of the blob; undefined when it is absent, 'changed' when another version came between two parts. */
  async function read(
    name: string,
    offset: number,
    length: number,
  ): Promise<Uint8Array | undefined | 'changed'> {
    const parts: Uint8Array[] = [];
    let version: number | null = null;
    for (let [at, left] = [offset, length]; ; ) {
      const answer = await client.call('blob.get', [pathOf(name), at, left], { repeatable: true });
      const found = answer.result as Found | null;
      if (version !== null && found?.id !== version) return 'changed';
      if (found === null) return undefined;
      version = found.id;
      parts.push(answer.body);
      at += answer.body.byteLength;
      left = Math.min(left - answer.body.byteLength, found.size - at);
      if (left <= 0) return new Uint8Array(Buffer.concat(parts));
    }
  }

  return {
    async put(name, bytes, contentType) {
      checkBlobName(name);
      // Copied: the caller may change them while they are on their way.
      const all = new Uint8Array(bytes);
      const begun = await client.call('blob.begin', [], { repeatable: true });
      const id = begun.result as number;
      for (let at = 0, part = 0; at < all.byteLength; at += BLOB_PART_BYTES, part += 1) {
        const parts = [all.subarray(at, at + BLOB_PART_BYTES)];
        await client.call('blob.part', [id, part], { parts, repeatable: true });
      }
      const args = [id, pathOf(name), contentType, all.byteLength];
      await client.call('blob.end', args, { repeatable: true });
    },

    async get(name, range) {
      checkBlobName(name);
      if (range) checkRange(range);
      const { offset, length } = range ?? { offset: 0, length: Number.MAX_SAFE_INTEGER };
      for (;;) {
        const found = await read(name, offset, length);
        if (found !== 'changed') return found;
      }
    },

    async remove(name) {
      checkBlobName(name);
      await client.call('blob.remove', [pathOf(name)], { repeatable: true });
    },
  };
}
