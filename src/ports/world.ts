import type { Blobs } from './blobs.ts';
import type { Clusters } from './cluster.ts';
import type { FollowQueue } from './follow-queue.ts';
import type { Push } from './push.ts';
import type { Store } from './store.ts';

export interface Clock {
  /** Milliseconds since 1970. May jump; nothing is ever freed because of it. */
  now(): number;
  /** Resolves after `ms`, or at once (without error) when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Structured log: a constant message and key-values; `child` adds keys such as the run id. Never secrets. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Log;
}

/** Everything the engine needs from outside. */
export interface World {
  /** The instance of the app: what it keeps in memory belongs to this object, which copies of the world share. */
  readonly instance: object;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clusters: Clusters;
  readonly push: Push;
  readonly queue: FollowQueue;
  /** For dispatches alone, received by a function of its own: followers keep none waiting. */
  readonly dispatchQueue: Pick<FollowQueue, 'send' | 'off'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How soon a dead follower is replaced, in seconds; a living one renews its guard three times in it. */
  readonly watchdogSeconds: number;
  /** What the default domain may start until its policy is written. */
  readonly defaultPolicy: 'open' | 'closed';
  /** On the local emulator for a cluster, which runs no images: whether its machine has a program. Nowhere else. */
  readonly hasProgram?: (program: string) => boolean;
  /** `count` unpredictable bytes. */
  random(count: number): Uint8Array;
  /** SHA-256 of the text's UTF-8, lower-case hex. */
  sha256(text: string): Promise<string>;
}
