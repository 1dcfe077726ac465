/** Connections on one side, the database's thread on the other: requests that came meanwhile go to it as one group. */
import type { Socket } from 'node:net';
import { FRAME_BYTES_MAX, FrameReader } from '../wire/packet.ts';
import { GROUP_MAX, UNSENT_BYTES_MAX, WAITING_BYTES_MAX, WAITING_MAX } from './limits.ts';

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

  /** Requests of a group that were not carried out are the first again. */
  putBack(frames: readonly Uint8Array[]): void {
    this.waiting.unshift(...frames);
    for (const { byteLength } of frames) this.bytes += byteLength;
    this.adjust();
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
  /** Takes the answers to the first requests of the group, at least one, in their order. */
  answer(frames: Uint8Array): void;
  close(): void;
};

type Asked = { readonly peer: Peer; readonly frame: Uint8Array };

/** What belongs to each peer, in its order. */
function byPeer(asked: readonly Asked[], frames: readonly Uint8Array[]): Map<Peer, Uint8Array[]> {
  const all = new Map<Peer, Uint8Array[]>();
  asked.forEach(({ peer }, index) => {
    const own = all.get(peer) ?? [];
    own.push(frames[index] as Uint8Array);
    all.set(peer, own);
  });
  return all;
}

/** Peers get no answers while they do not read, so the first that has anything unsent has not read for longest. */
function cutSlowest(peers: ReadonlySet<Peer>): void {
  let unsent = 0;
  for (const { socket } of peers) unsent += socket.destroyed ? 0 : socket.writableLength;
  for (const { socket } of peers) {
    if (unsent <= UNSENT_BYTES_MAX) return;
    if (socket.destroyed || socket.writableLength === 0) continue;
    unsent -= socket.writableLength;
    socket.destroy();
  }
}

/** `send` gets the frames of a group, one after the other, and no other group until `answer`. */
export function createHub(send: (group: Uint8Array<ArrayBuffer>) => void): Hub {
  /** Those who were answered last are the last. */
  const peers = new Set<Peer>();
  /** The group that is being carried out. */
  let asked: Asked[] = [];

  function next(): void {
    if (asked.length > 0) return;
    const ready = [...peers].filter((peer) => peer.isReading && peer.waiting.length > 0);
    if (ready.length === 0) return;
    const share = Math.ceil(GROUP_MAX / ready.length);
    for (const peer of ready) {
      const taken = peer.take(share, FRAME_BYTES_MAX / ready.length);
      for (const frame of taken) asked.push({ peer, frame });
      peer.adjust();
    }
    const group = new Uint8Array(asked.reduce((sum, { frame }) => sum + frame.byteLength, 0));
    let at = 0;
    for (const { frame } of asked) {
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
      const rest = asked.slice(frames.length);
      const answered = byPeer(asked.slice(0, frames.length), frames);
      asked = [];
      for (const [peer, own] of byPeer(
        rest,
        rest.map(({ frame }) => frame),
      ))
        peer.putBack(own);
      for (const [peer, own] of answered) {
        if (peer.socket.destroyed) continue;
        peers.delete(peer);
        peers.add(peer);
        // A copy, where there are others: one that does not read would keep their answers in memory too.
        peer.socket.write(answered.size === 1 ? bytes : Buffer.concat(own));
      }
      cutSlowest(peers);
      next();
    },

    close() {
      for (const { socket } of peers) socket.destroy();
    },
  };
}
