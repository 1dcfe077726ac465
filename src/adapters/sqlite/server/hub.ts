/** Connections on one side, the database's thread on the other: requests that came meanwhile go to it as one group. */
import type { Socket } from 'node:net';
import { FRAME_BYTES_MAX, FrameReader } from '../wire/packet.ts';

/** Requests of one group: they share a transaction, and so a sync of the disk. */
const GROUP_MAX = 256;
/** What a connection may have waiting; above it, its requests stay with their sender. */
const WAITING_MAX = 1_024;
const WAITING_BYTES_MAX = FRAME_BYTES_MAX;

class Peer {
  readonly socket: Socket;
  readonly frames = new FrameReader();
  waiting: Uint8Array[] = [];
  bytes = 0;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  /** The first requests, up to `count` and `bytes`; at least one if there is any. */
  take(count: number, bytes: number): Uint8Array[] {
    let taken = 0;
    let size = 0;
    while (taken < Math.min(count, this.waiting.length)) {
      const next = this.waiting[taken]?.byteLength ?? 0;
      if (taken > 0 && size + next > bytes) break;
      size += next;
      taken += 1;
    }
    this.bytes -= size;
    return this.waiting.splice(0, taken);
  }

  /** Whether it takes answers: one that does not read gets no more of its requests done. */
  get isReading(): boolean {
    return !this.socket.destroyed && !this.socket.writableNeedDrain;
  }

  adjust(): void {
    const isFull = this.waiting.length >= WAITING_MAX || this.bytes >= WAITING_BYTES_MAX;
    if (isFull !== this.socket.isPaused()) this.socket[isFull ? 'pause' : 'resume']();
  }
}

export type Hub = {
  serve(socket: Socket): void;
  /** Takes answers in the order of the requests; those of a group may come in several pieces. */
  answer(frames: Uint8Array): void;
  close(): void;
};

/** `send` gets the frames of a group, one after the other; it gets no other until all of them are answered. */
export function createHub(send: (group: Uint8Array<ArrayBuffer>) => void): Hub {
  const peers = new Set<Peer>();
  /** Who waits for an answer, in order. */
  let asked: Peer[] = [];

  function next(): void {
    if (asked.length > 0) return;
    const ready = [...peers].filter((peer) => peer.isReading && peer.waiting.length > 0);
    if (ready.length === 0) return;
    const share = Math.ceil(GROUP_MAX / ready.length);
    const frames: Uint8Array[] = [];
    for (const peer of ready) {
      const taken = peer.take(share, FRAME_BYTES_MAX / ready.length);
      frames.push(...taken);
      for (const _ of taken) asked.push(peer);
      peer.adjust();
    }
    const group = new Uint8Array(frames.reduce((sum, { byteLength }) => sum + byteLength, 0));
    let at = 0;
    for (const frame of frames) {
      group.set(frame, at);
      at += frame.byteLength;
    }
    send(group);
  }

  return {
    serve(socket) {
      const peer = new Peer(socket);
      peers.add(peer);
      socket.on('data', (chunk: Buffer) => {
        try {
          for (const frame of peer.frames.push(chunk)) {
            peer.waiting.push(frame);
            peer.bytes += frame.byteLength;
          }
        } catch {
          socket.destroy();
        }
        peer.adjust();
        next();
      });
      socket.on('drain', next);
      socket.on('error', () => undefined);
      socket.on('close', () => peers.delete(peer));
    },

    answer(bytes) {
      const frames = new FrameReader().push(bytes);
      const answered = asked.slice(0, frames.length);
      asked = asked.slice(frames.length);
      for (const peer of new Set(answered)) peer.socket.cork();
      answered.forEach((peer, index) => {
        if (!peer.socket.destroyed) peer.socket.write(frames[index] as Uint8Array);
      });
      for (const peer of new Set(answered)) peer.socket.uncork();
      next();
    },

    close() {
      for (const { socket } of peers) socket.destroy();
    },
  };
}
