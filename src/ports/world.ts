import type { Blobs } from './blobs.ts';
import type { Clusters } from './cluster.ts';
import type { FollowQueue } from './follow-queue.ts';
import type { Identities } from './identities.ts';
import type { Push } from './push.ts';
import type { SourceFiles } from './source-files.ts';
import type { Store } from './store.ts';

export interface Clock {
  /** Milliseconds since 1970. It may jump; no place is ever freed because of it. */
  now(): number;
  /** Resolves after `ms`, or at once (without error) when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Structured log: a constant message and fields; `child` adds fields such as the run id. Never secrets. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  child(fields: Record<string, unknown>): Log;
}

/** Everything that the engine needs from outside. */
export interface World {
  /** Identity of the app instance: its in-memory state hangs on this object, which copies of the world share. */
  readonly instance: object;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly clusters: Clusters;
  readonly push: Push;
  /** Undefined where nobody signs in with an OpenID provider. */
  readonly identities?: Identities;
  readonly queue: FollowQueue;
  /** Only for dispatches, received by a function of its own, so that they do not wait behind followers. */
  readonly dispatchQueue: Pick<FollowQueue, 'send' | 'off'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How soon a dead follower is replaced, in seconds; a living one postpones its watchdog message three times in that time. */
  readonly watchdogSeconds: number;
  /** Policy of the domain `default` until one is written. */
  readonly defaultPolicy: 'open' | 'closed';
  /** Days that runs are kept after their end, and entries of the audit log, in domains that do not say; absent: for ever. */
  readonly retention?: { readonly runsDays?: number; readonly auditDays?: number };
  /** Undefined where nothing is fetched. */
  readonly sourceFiles?: SourceFiles;
  /** Only with the local cluster emulator, which runs no images: whether the machine has a program. */
  readonly hasProgram?: (program: string) => boolean;
  /** Address of the app as pods reach it, without a slash at its end; undefined where they do not, or nobody said. */
  readonly traceUrl?: string;
  /** `count` unpredictable bytes. */
  random(count: number): Uint8Array;
  /** SHA-256 of the text's UTF-8, lower-case hex. */
  sha256(text: string): Promise<string>;
}
