/** Bounds of tokens and of what they open, each with its reason. Times in milliseconds, unless the name says otherwise. */

/** A live address is good for so long: it is checked when a client connects, and nobody can call it back. Whole minutes, as the service has it. */
export const LIVE_ADDRESS_MINUTES = 5;
/**
 * Connections of a token that has ended are closed again with each tick for so long, until its last address has run out: another
 * instance may make one 10 s after the end, and the service allows for clocks that are five minutes apart.
 */
export const LIVE_DRAIN_MS = (LIVE_ADDRESS_MINUTES + 6) * 60_000;
/** A Web PubSub that refuses for so long is not the one that has the connections. */
export const LIVE_GIVE_UP_MS = 86_400_000;

/**
 * Wrong tokens that one network may present to an instance, and all of them together: each costs a read of storage. Who mistypes
 * notices nothing of it, and a flood leaves a table's 2,000 reads a second alone.
 */
export const WRONG_TOKENS = { perSecond: 1, burst: 30 } as const;
export const WRONG_TOKENS_IN_ALL = { perSecond: 20, burst: 200 } as const;
/** Characters of the admin token of the settings: enough that nobody guesses it, whatever it is made of. */
export const ADMIN_TOKEN_MIN = 32;
/** When a token was last used is noted this often at most. */
export const TOKEN_USED_MS = 3_600_000;
/** How long a token that is rotated goes on: by default for one deployment of those who use it, at most for a month of them. */
export const TOKEN_OVERLAP_SECONDS = 3_600;
export const TOKEN_OVERLAP_SECONDS_MAX = 30 * 86_400;
