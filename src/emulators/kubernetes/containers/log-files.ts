/** Removes the old files of a rotated log: never one that a reader has still to come to. */
import { readdirSync, rmSync } from 'node:fs';
import { KEPT_FILES, logFile } from './line-log.ts';

/** Keeps the files that a reader has not read to their end. */
export type LogHold = {
  /** The reader needs no file before this one any more. */
  advance(index: number): void;
  release(): void;
};

/**
 * The log files in one start directory. A reader may be any number of rotations behind, and only the API process knows
 * the readers, so it removes the files, not the shim that writes them.
 */
export class LogFiles {
  readonly directory: string;
  /** Index of the first file that each reader still needs. */
  readonly #holds = new Map<LogHold, number>();
  #newest = 0;
  /** No file before this one is left. */
  #oldest = 0;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Holds all files there are: to be asked for before the reader looks which there are. */
  hold(): LogHold {
    const hold: LogHold = {
      advance: (index) => {
        this.#holds.set(hold, index);
        this.#prune();
      },
      release: () => {
        this.#holds.delete(hold);
        this.#prune();
      },
    };
    this.#holds.set(hold, 0);
    return hold;
  }

  /** The shim has begun the file `newest`. */
  rotated(newest: number): void {
    this.#newest = newest;
    this.#prune();
  }

  #prune(): void {
    const first = Math.min(this.#newest - KEPT_FILES + 1, ...this.#holds.values());
    if (first <= this.#oldest) return;
    try {
      for (const index of logIndexes(readdirSync(this.directory))) {
        if (index < first) rmSync(logFile(this.directory, index), { force: true });
      }
      this.#oldest = first;
    } catch {
      // The pod's directory went meanwhile; after any other error the next rotation tries again.
    }
  }
}

/** Indexes of the log files among `names`. */
export function logIndexes(names: readonly string[]): number[] {
  return names.filter((name) => /^\d+\.log$/.test(name)).map((name) => Number.parseInt(name, 10));
}
