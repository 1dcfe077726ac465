/**
 * Bounds of a standalone installation. What callers may hold open is in `emulators/functions-host/outside/limits.ts` and
 * `emulators/web-pubsub/limits.ts`. The container's memory limit in the manifests is over the sum of what is here.
 */

/** Heaps in MiB. The app's is about four times what a thousand followers and readers took. */
export const HOST_HEAP_MB = 768;
/** Web PubSub keeps its messages outside of the heap, 160 MiB of them at most. */
export const WEB_PUBSUB_HEAP_MB = 128;
/**
 * What the storage process takes beside Node itself, in MiB: 32 of page cache, 128 of unsent answers, and requests of its two clients, of which 32
 * wait for each and 16 are being carried out (`adapters/sqlite/server/limits.ts`). It has no limit of its own to set: these are
 * buffers outside of its heap.
 */
export const STORAGE_MB = 256;

/** Request bodies: twice the largest that the API reads, a message of a trace, since a refused one ends a run of Nextflow. */
export const BODY_BYTES_MAX = 8_388_608;

/** Random bytes of a key that is made here. */
export const KEY_BYTES = 36;
/** A file of a key that is shorter is broken; as many characters as the app demands of an admin token. */
export const KEY_CHARS_MIN = 32;
export const KEY_CHARS_MAX = 512;

/** On SIGTERM running requests and messages may go on for so long; followers hand their runs on at once. */
export const DRAIN_MS = 15_000;
/** What the host needs besides, and then each other part. All together are below the pod's grace period. */
export const HOST_END_MS = 10_000;
export const PART_END_MS = 10_000;
