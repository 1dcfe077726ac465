/** A queue of small JSON messages, delivered at least once, in no order. */
export interface WorkQueue {
  /** Enqueues; the message becomes visible after `delaySeconds` (0 to 604,800). At most 48 KiB of JSON. */
  send(message: unknown, delaySeconds?: number): Promise<void>;
}
