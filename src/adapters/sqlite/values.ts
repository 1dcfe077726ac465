/**
 * The values of a row as bytes. Texts, numbers and flags are JSON, which keeps every UTF-16 unit and every number; bytes follow it in one
 * piece, compressed where that is worth it.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Value, Values } from '../../ports/store.ts';
import { decodePacket, encodePacket } from './wire/packet.ts';

/** Name, bytes as stored, whether they are compressed. */
type Part = readonly [name: string, length: number, isCompressed: boolean];
type Head = { readonly plain: Readonly<Record<string, Value>>; readonly parts?: readonly Part[] };

const compress = promisify(gzip);
const uncompress = promisify(gunzip);

/** Below this, compressing costs more than it saves. */
const COMPRESSED_FROM_BYTES = 256;

async function pack(bytes: Uint8Array): Promise<{ stored: Uint8Array; isCompressed: boolean }> {
  if (bytes.byteLength < COMPRESSED_FROM_BYTES) return { stored: bytes, isCompressed: false };
  const small = await compress(bytes);
  return small.byteLength < bytes.byteLength
    ? { stored: small, isCompressed: true }
    : { stored: bytes, isCompressed: false };
}

export async function encodeValues(values: Values): Promise<Uint8Array> {
  const entries = Object.entries(values);
  const plain = entries.filter(([, value]) => !(value instanceof Uint8Array));
  if (plain.length === entries.length) return encodePacket({ plain: values } satisfies Head);
  const packed = await Promise.all(
    entries.flatMap(([name, value]) =>
      value instanceof Uint8Array ? [pack(value).then((done) => ({ name, ...done }))] : [],
    ),
  );
  const parts = packed.map(
    ({ name, stored, isCompressed }): Part => [name, stored.byteLength, isCompressed],
  );
  return encodePacket(
    { plain: Object.fromEntries(plain), parts } satisfies Head,
    packed.map(({ stored }) => stored),
  );
}

/** The values share no memory with `bytes`. */
export async function decodeValues(bytes: Uint8Array): Promise<Values> {
  const { head, body } = decodePacket(bytes);
  const { plain, parts } = head as Head;
  if (parts === undefined) return plain;
  let at = 0;
  const found = await Promise.all(
    parts.map(async ([name, length, isCompressed]): Promise<[string, Value]> => {
      const stored = body.subarray(at, (at += length));
      return [name, new Uint8Array(isCompressed ? await uncompress(stored) : stored)];
    }),
  );
  return { ...plain, ...Object.fromEntries(found) };
}
