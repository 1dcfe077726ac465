/** Limits of tokens and of live connections, each with its reason. Times in milliseconds, unless the name says otherwise. */

/** How long a live address can be used to connect. It cannot be revoked, so it is short. Whole minutes, as the service requires. */
export const LIVE_ADDRESS_MINUTES = 5;
/**
 * After a token has ended, each tick closes its connections again for this long, until its last address has expired. Another
 * instance may issue an address up to 10 s after the end, and the service tolerates clocks that differ by five minutes.
 */
export const LIVE_DRAIN_MS = (LIVE_ADDRESS_MINUTES + 6) * 60_000;
/** After this long of refusals by Web PubSub, the closing of connections is given up: it is not the service that has them. */
export const LIVE_GIVE_UP_MS = 86_400_000;

/**
 * Wrong tokens that one network may present to an instance, and all networks together. Each costs a read of storage, and a table
 * takes 2,000 reads a second. A mistyped token stays far below.
 */
export const WRONG_TOKENS = { perSecond: 1, burst: 30 } as const;
export const WRONG_TOKENS_IN_ALL = { perSecond: 20, burst: 200 } as const;
/** Most characters of a bearer token: more than any of ours, fewer than a proxy refuses, and no megabytes are hashed. */
export const TOKEN_CHARS_MAX = 512;
/** Most characters of a provider's token: Entra lists up to 200 groups, which are 13,000, and proxies take headers of 16 KiB. */
export const JWT_CHARS_MAX = 14_336;
/** Most characters of a person's or workload's id: a Kubernetes service account with the longest names has 149. */
export const IDENTITY_CHARS_MAX = 160;
/** By so much the clock of an issuer may differ from ours. */
export const ISSUER_CLOCK_SECONDS = 60;
/** Least characters of the admin token of the settings, so that it cannot be guessed. */
export const ADMIN_TOKEN_MIN = 32;
/** Least time between two updates of a token's `last_used_at`. */
export const TOKEN_USED_MS = 3_600_000;
/** How long a rotated token stays valid: by default long enough for one deployment of its users, at most a month. */
export const TOKEN_OVERLAP_SECONDS = 3_600;
export const TOKEN_OVERLAP_SECONDS_MAX = 30 * 86_400;
