/** What clients, one or all of them together, may make the emulator keep in memory. */
const KIB = 1_024;
const MIB = KIB * KIB;

/** A client frame is limited to 1 MB; a larger one closes the socket with 1009. */
export const FRAME_BYTES_MAX = MIB;
/** A message is limited to 1 MB; that the body of a request is limited alike is an assumption. */
export const BODY_BYTES_MAX = MIB;
/** Azure SignalR documents this limit and its 413. Web PubSub documents none, so the stricter is taken. */
export const TOKEN_CHARS_MAX = 4_096;

/**
 * A connection that lets more than this pile up is a slow client and is closed. For the reliable
 * protocol this is what waits for acknowledgement, and for all what waits in the socket.
 * Source: Azure Web PubSub reliable client protocol, and its official emulator.
 */
export const UNACKED_MESSAGES_MAX = 1_000;
export const UNACKED_BYTES_MAX = 16 * MIB;
/** What waits for all clients together. Over it the one that holds most is cut, as often as needed. */
export const HELD_BYTES_MAX = 128 * MIB;
/** What waits is counted each time that so many bytes were sent. */
export const HELD_CHECK_BYTES = MIB;
/** Published messages that wait for the unit's budget; over it a publish is refused with 429. */
export const DELAYED_BYTES_MAX = 32 * MIB;

/** Groups of one connection: the app's clients watch some dozens of runs. Azure documents no limit. */
export const GROUPS_MAX = 1_000;
/** Characters of a group's name. */
export const GROUP_CHARS_MAX = 1_024;
/** A repeated ack id is recognised among this many of the newest ones. */
export const ACK_IDS_KEPT = 10_000;
