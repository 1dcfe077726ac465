/** What a screen needs to know of the list. */
export type ListState = {
  /** Ids of the runs that fit, newest first. */
  readonly order: readonly string[];
  /** Grows with every change of a run; `get` then has it. */
  readonly version: number;
  readonly reading: boolean;
  /** Why the last read failed, until one succeeds. */
  readonly error: unknown;
  /** The end of the list has been read. */
  readonly complete: boolean;
  /** Runs created since then have been looked at. */
  readonly scannedUntil: string | null;
  /** Many runs were looked at and few fit: it goes on when it is told to. */
  readonly paused: boolean;
};
