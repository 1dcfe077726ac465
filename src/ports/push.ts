/**
 * Live delivery to many clients: a hint for speed; the event log is the truth. It may fail, and may deliver
 * twice.
 */
export interface Push {
  /** Sends one JSON message (at most 900 KB) to every client in the group; resolves when accepted. */
  send(group: string, message: unknown): Promise<void>;
  /** A WebSocket address whose client is a member of `groups` and may join those matching `mayJoin` (`*` stops at a dot). */
  clientUrl(options: {
    readonly userId: string;
    readonly groups: readonly string[];
    readonly mayJoin: readonly string[];
    /** A whole number from 1. Checked when a client connects: a connection outlives it. */
    readonly minutes: number;
  }): Promise<string>;
  /** Ends all connections of a user's clients; resolves when accepted, also when there are none. */
  closeUser(userId: string): Promise<void>;
  /** How many clients are in the group now (counting stops at `limit`). */
  count(group: string, limit: number): Promise<number>;
}
