/**
 * JSON and bytes together: four bytes with the length of the JSON (big endian), the JSON in UTF-8, the bytes. Rows are stored so too,
 * thus the form stays. A frame is a packet with its own length before it, as it goes through a socket.
 */

export type Packet = { readonly head: unknown; readonly body: Uint8Array };

const LENGTH = 4;
const MIB = 1024 * 1024;
/** A commit takes 4 MiB; its JSON may be a little longer than what is counted there. */
export const FRAME_BYTES_MAX = 16 * MIB;

const sizeOf = (parts: readonly Uint8Array[]): number =>
  parts.reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Writes a packet at `at`, which has room for it. */
function write(
  into: Buffer,
  at: number,
  head: string,
  headBytes: number,
  parts: readonly Uint8Array[],
) {
  let next = into.writeUInt32BE(headBytes, at);
  next += into.write(head, next);
  for (const part of parts) {
    into.set(part, next);
    next += part.byteLength;
  }
}

export function encodePacket(head: unknown, parts: readonly Uint8Array[] = []): Buffer {
  const json = JSON.stringify(head);
  const headBytes = Buffer.byteLength(json);
  const packet = Buffer.allocUnsafeSlow(LENGTH + headBytes + sizeOf(parts));
  write(packet, 0, json, headBytes, parts);
  return packet;
}

export function encodeFrame(head: unknown, parts: readonly Uint8Array[] = []): Buffer {
  const json = JSON.stringify(head);
  const headBytes = Buffer.byteLength(json);
  const length = LENGTH + headBytes + sizeOf(parts);
  const frame = Buffer.allocUnsafe(LENGTH + length);
  frame.writeUInt32BE(length, 0);
  write(frame, LENGTH, json, headBytes, parts);
  return frame;
}

/** Throws when the bytes are no packet. The body is a view of them. */
export function decodePacket(bytes: Uint8Array): Packet {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = LENGTH + buffer.readUInt32BE(0);
  if (end > buffer.byteLength) throw new Error('a packet is shorter than it says');
  const head: unknown = JSON.parse(buffer.toString('utf8', LENGTH, end));
  return { head, body: buffer.subarray(end) };
}

/** The packet in a frame. */
export const decodeFrame = (frame: Uint8Array): Packet => decodePacket(frame.subarray(LENGTH));

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Bytes that the first frame needs, as far as that is known. */
  #need = LENGTH;

  /** Gives the frames that are complete now, as views. Throws on one that is larger than `FRAME_BYTES_MAX`. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#chunks.push(chunk);
    this.#size += chunk.byteLength;
    const frames: Uint8Array[] = [];
    // Chunks are joined only when they complete something: a large frame comes in many.
    if (this.#size < this.#need) return frames;
    let bytes =
      this.#chunks.length === 1
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat(this.#chunks);
    for (;;) {
      this.#need = bytes.byteLength < LENGTH ? LENGTH : LENGTH + bytes.readUInt32BE(0);
      if (this.#need > LENGTH + FRAME_BYTES_MAX) throw new Error('a frame is larger than allowed');
      if (bytes.byteLength < this.#need || this.#need === LENGTH) break;
      frames.push(bytes.subarray(0, this.#need));
      bytes = bytes.subarray(this.#need);
    }
    this.#chunks = bytes.byteLength === 0 ? [] : [bytes];
    this.#size = bytes.byteLength;
    return frames;
  }
}
