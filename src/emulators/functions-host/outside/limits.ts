/** What callers from other machines may hold open in a host that they reach directly. */

/** Connections at once, those of WebSockets included: each costs some 30 KiB here and in the app. */
export const CONNECTIONS_MAX = 2_048;
/** Further ones that are taken for one request, so that probes are answered when the host is full. */
export const SPARE_CONNECTIONS = 64;
/** A spare connection has so long for its request. */
export const SPARE_MS = 5_000;
/** WebSockets at once: what one unit of Web PubSub takes. */
export const SOCKETS_MAX = 1_000;
/** Web PubSub answers the request of a WebSocket within this time, or it is refused. */
export const SOCKET_ANSWER_MS = 10_000;
