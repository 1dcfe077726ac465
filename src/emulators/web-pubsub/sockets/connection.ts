/** One client: its groups and rights, the socket it has now, and what it has not acknowledged yet. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { WebSocket } from 'ws';
import { ACK_IDS_KEPT, UNACKED_BYTES_MAX, UNACKED_MESSAGES_MAX } from '../limits.ts';
import { type Message, numberedFrame } from '../message.ts';
import { Permissions } from '../permissions.ts';
import type { Claims } from '../token.ts';

export type Protocol = 'json' | 'reliable' | 'raw';

export type ConnectionOptions = {
  readonly id: string;
  readonly hub: string;
  readonly protocol: Protocol;
  readonly claims: Claims;
  readonly recoveryMs: number;
  readonly onFrame: (connection: Connection, data: Buffer, binary: boolean) => void;
  /** Called once, when the connection is gone for good. */
  readonly onEnd: (connection: Connection) => void;
};

export class Connection {
  readonly id: string;
  readonly hub: string;
  readonly protocol: Protocol;
  readonly userId: string | undefined;
  readonly permissions: Permissions;
  readonly groups = new Set<string>();
  readonly reconnectionToken = randomBytes(24).toString('base64url');
  readonly #options: ConnectionOptions;
  readonly #unacked = new Map<number, Message>();
  readonly #ackIds = new Set<number>();
  #unackedBytes = 0;
  #lastSequenceId = 0;
  #socket: WebSocket | undefined;
  #pongSeen = true;
  #recovery: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.id = options.id;
    this.hub = options.hub;
    this.protocol = options.protocol;
    this.userId = options.claims.userId;
    this.permissions = new Permissions(options.claims.roles);
  }

  /** Whether a socket is attached; a reliable connection lives on without one for a while. */
  get open(): boolean {
    return this.#socket !== undefined;
  }

  /** Bytes that wait for the client, in its socket and for its acknowledgement. */
  get held(): number {
    return this.#unackedBytes + this.#unsent;
  }

  get #unsent(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  mayRecover(token: string): boolean {
    const [given, wanted] = [Buffer.from(token), Buffer.from(this.reconnectionToken)];
    return this.protocol === 'reliable' && !this.#ended && given.length === wanted.length
      ? timingSafeEqual(given, wanted)
      : false;
  }

  /** Takes the socket over, ends the one before, and replays what was not acknowledged. */
  attach(socket: WebSocket): void {
    const before = this.#socket;
    clearTimeout(this.#recovery);
    this.#socket = socket;
    this.#pongSeen = true;
    before?.terminate();
    socket.on('message', (data, binary) => {
      // A message is one Buffer with the default binaryType.
      if (this.#socket === socket) this.#options.onFrame(this, data as Buffer, binary);
    });
    socket.on('pong', () => {
      this.#pongSeen = true;
    });
    // A frame that is too large, or a reset, is followed by the close event, which decides.
    socket.on('error', () => undefined);
    socket.once('close', (code) => {
      if (this.#socket === socket) this.#lost(code);
    });
    for (const [sequenceId, message] of this.#unacked) {
      if (message.expiresAt === undefined || message.expiresAt > Date.now()) {
        socket.send(numberedFrame(sequenceId, message), { binary: false });
      }
    }
  }

  /** A system, ack or pong frame: never numbered, never replayed. */
  control(frame: object): void {
    if (this.protocol === 'raw') return;
    // Who asks and never reads the answers would have them pile up here.
    if (this.#unsent > UNACKED_BYTES_MAX) this.crash();
    else this.#socket?.send(JSON.stringify(frame));
  }

  send(message: Message): void {
    if (this.#ended) return;
    // One that acknowledges what it has not read is slow too.
    if (this.#unsent > UNACKED_BYTES_MAX) this.#endSlow();
    else if (this.protocol === 'reliable') this.#sendNumbered(message);
    else if (this.protocol === 'json') this.#socket?.send(message.frame, { binary: false });
    else this.#socket?.send(message.bare, { binary: message.binary });
  }

  /** Everything up to and including `sequenceId` has arrived. */
  acknowledge(sequenceId: number): void {
    for (const [id, message] of this.#unacked) {
      if (id > sequenceId) return;
      this.#unacked.delete(id);
      this.#unackedBytes -= message.tail.length;
    }
  }

  /** Whether an operation with this ack id has been carried out before. */
  isDuplicate(ackId: number): boolean {
    return this.#ackIds.has(ackId);
  }

  rememberAck(ackId: number): void {
    this.#ackIds.add(ackId);
    for (const oldest of this.#ackIds) {
      if (this.#ackIds.size <= ACK_IDS_KEPT) return;
      this.#ackIds.delete(oldest);
    }
  }

  /** Pings the client; cuts the socket when the ping before went unanswered. */
  beat(): void {
    if (this.#socket === undefined) return;
    if (this.#pongSeen) {
      this.#pongSeen = false;
      this.#socket.ping();
    } else this.#socket.terminate();
  }

  /** Cuts the network, as a fault: the client may recover. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Cuts the network and forgets the connection, as when the service dies: nothing of it is kept. */
  crash(): void {
    const socket = this.#socket;
    this.#finish();
    socket?.terminate();
  }

  /** Ends the connection for good, on the service's decision. */
  end(code: number, reason: string): void {
    if (this.#ended) return;
    const socket = this.#socket;
    this.control({ type: 'system', event: 'disconnected', message: reason });
    this.#finish();
    // A close reason is limited to 123 bytes; a normal end has none.
    const closing = code === 1000 ? '' : Buffer.from(reason).subarray(0, 123).toString();
    socket?.close(code, closing);
  }

  /** Ends the connection for good on the application's wish: it is in the last frame, not in the close. */
  endByServer(reason: string): void {
    const text = 'Application server closed the connection.';
    this.end(1000, reason === '' ? text : `${text} Reason: ${reason}`);
  }

  #sendNumbered(message: Message): void {
    const bytes = this.#unackedBytes + message.tail.length;
    if (this.#unacked.size >= UNACKED_MESSAGES_MAX || bytes > UNACKED_BYTES_MAX) {
      this.#endSlow();
      return;
    }
    this.#lastSequenceId += 1;
    this.#unacked.set(this.#lastSequenceId, message);
    this.#unackedBytes = bytes;
    this.#socket?.send(numberedFrame(this.#lastSequenceId, message), { binary: false });
  }

  #endSlow(): void {
    // A close frame would wait behind all of it.
    if (this.#unsent > UNACKED_BYTES_MAX) this.crash();
    else this.end(1008, 'SlowClient: too many messages are not acknowledged.');
  }

  /** 1000 and a close without a code are the client's wish to end; anything else may be recovered. */
  #lost(code: number): void {
    this.#socket = undefined;
    if (this.protocol !== 'reliable' || code === 1000 || code === 1005) {
      this.#finish();
      return;
    }
    this.#recovery = setTimeout(() => this.#finish(), this.#options.recoveryMs);
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket = undefined;
    clearTimeout(this.#recovery);
    this.#unacked.clear();
    this.#unackedBytes = 0;
    this.#options.onEnd(this);
  }
}
