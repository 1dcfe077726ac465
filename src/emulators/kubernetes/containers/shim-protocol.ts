/** What the API process and a container's shim tell each other, in files and over a Unix socket. */

/** `spec.json` in the container's start directory, written before the shim is started. */
export type ShimSpec = {
  readonly containerId: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Live on without the API process, to be adopted by its next one. */
  readonly keep: boolean;
  /** Null for logs that never rotate. */
  readonly logMaxBytes: number | null;
};

/** `state.json` in the start directory, and the same over the socket. Times are RFC 3339 with milliseconds. */
export type ShimState =
  | { readonly phase: 'running'; readonly pid: number; readonly startedAt: string }
  | {
      readonly phase: 'exited';
      readonly startedAt: string;
      readonly finishedAt: string;
      readonly exitCode: number | null;
      readonly signal: NodeJS.Signals | null;
    }
  /** The command could not be started at all. */
  | { readonly phase: 'failed'; readonly finishedAt: string; readonly message: string };

/**
 * One JSON text per line. To the API: its state now and on change, that the log has grown, and the
 * index of a log file that it has begun.
 */
export type ShimMessage =
  | { readonly state: ShimState }
  | { readonly log: true }
  | { readonly newestLog: number };
/** To the shim. */
export type ShimCommand = { readonly signal: 'SIGTERM' | 'SIGKILL' };

/** Created exclusively by the shim before it starts the command, or by the API to forbid that. */
export const OWNER_FILE = 'owner';
export const SPEC_FILE = 'spec.json';
export const STATE_FILE = 'state.json';
