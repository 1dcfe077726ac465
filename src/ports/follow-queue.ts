/** A queue of small JSON messages, delivered at least once, in no order. */
export interface FollowQueue {
  /** Switched off: no function receives messages, and the timer does their work. */
  readonly off?: boolean;
  /**
   * Enqueues at most 48 KiB of JSON; the message becomes visible after `delaySeconds` (0 to 604,800). Unreceived, it expires
   * `MESSAGE_SECONDS` after that, also when it was postponed.
   */
  send(message: unknown, delaySeconds?: number): Promise<Receipt>;
  /**
   * Makes an unreceived message invisible for `delaySeconds` from now. Rejects with `ReceiptLost` when it has been
   * received or removed.
   */
  postpone(receipt: Receipt, delaySeconds: number): Promise<Receipt>;
  /** Removes an unreceived message. A lost receipt is a success. */
  remove(receipt: Receipt): Promise<void>;
  /** Whether a message is visible and waits to be received. */
  waiting(): Promise<boolean>;
}

/** Names one sent message; each `postpone` gives a new one and ends the old one. Opaque. */
export type Receipt = { readonly id: string; readonly token: string };

/** The message was received, or is gone. */
export class ReceiptLost extends Error {
  override readonly name = 'ReceiptLost';
}
