/** Blobs in parts. An upload has a number, under which its parts are; its end gives the blob's name that number. */
import type { DatabaseSync } from 'node:sqlite';
import { BLOB_PART_BYTES } from '../wire/operations.ts';
import type { Operation } from './operation.ts';

type Blob = { readonly id: number; readonly size: number };

/** Parts of one answer. */
const PARTS_READ = 4;
/** An upload that was not ended by then has lost its sender. */
const UPLOAD_MS = 3_600_000;

export function createBlobParts(database: DatabaseSync): Readonly<Record<string, Operation>> {
  const find = database.prepare('SELECT id, size FROM blobs WHERE name = ?');
  const part = database.prepare('SELECT bytes FROM blob_parts WHERE id = ? AND part = ?');
  const dropParts = database.prepare('DELETE FROM blob_parts WHERE id = ?');
  const dropBlob = database.prepare('DELETE FROM blobs WHERE name = ?');
  const begin = database.prepare('INSERT INTO uploads (begun) VALUES (?)');
  const upload = database.prepare('SELECT 1 FROM uploads WHERE id = ?');
  const old = database.prepare('SELECT id FROM uploads WHERE begun <= ? LIMIT 10');
  const dropUpload = database.prepare('DELETE FROM uploads WHERE id = ?');
  const putPart = database.prepare(
    'INSERT INTO blob_parts (id, part, bytes) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes',
  );
  const putBlob = database.prepare(
    'INSERT INTO blobs (name, id, type, size) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET id = excluded.id, type = excluded.type, size = excluded.size',
  );
  const blobOf = (name: unknown): Blob | undefined => find.get(String(name)) as Blob | undefined;

  /** The bytes from `offset` on, `length` at most, up to the end of the last part that is read. */
  function bytesOf({ id, size }: Blob, offset: number, length: number): Uint8Array[] {
    const end = Math.min(offset + length, size);
    const parts: Uint8Array[] = [];
    for (let at = offset; at < end && parts.length < PARTS_READ; ) {
      const number = Math.floor(at / BLOB_PART_BYTES);
      const stored = part.get(id, number)?.['bytes'] as Uint8Array | undefined;
      if (stored === undefined) throw new Error('a part of a blob is missing');
      const from = at - number * BLOB_PART_BYTES;
      const piece = stored.subarray(from, Math.min(stored.byteLength, from + end - at));
      parts.push(piece);
      at += piece.byteLength;
    }
    return parts;
  }

  return {
    'blob.begin': () => {
      for (const { id } of old.all(Date.now() - UPLOAD_MS) as unknown as Blob[]) {
        dropParts.run(id);
        dropUpload.run(id);
      }
      return { result: Number(begin.run(Date.now()).lastInsertRowid) };
    },

    'blob.part': ([id, number], body) => {
      if (upload.get(Number(id)) === undefined) throw new Error('there is no such upload');
      putPart.run(Number(id), Number(number), body);
      return { result: null };
    },

    'blob.end': ([id, name, type, size]) => {
      const before = blobOf(name);
      // A repetition, whose answer was lost.
      if (before?.id === Number(id)) return { result: null };
      if (upload.get(Number(id)) === undefined) throw new Error('there is no such upload');
      if (before !== undefined) dropParts.run(before.id);
      dropUpload.run(Number(id));
      putBlob.run(String(name), Number(id), String(type), Number(size));
      return { result: null };
    },

    'blob.get': ([name, offset, length]) => {
      const blob = blobOf(name);
      if (blob === undefined) return { result: null };
      return {
        result: { id: blob.id, size: blob.size },
        parts: bytesOf(blob, Number(offset), Number(length)),
      };
    },

    'blob.remove': ([name]) => {
      const blob = blobOf(name);
      if (blob !== undefined) dropParts.run(blob.id);
      dropBlob.run(String(name));
      return { result: null };
    },
  };
}
