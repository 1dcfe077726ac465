/**
 * A thread that ends the process when the main thread cannot: a handler that never yields would else
 * outlive its time limit and the parent process. A main thread that still reads its messages is left
 * alone, as it keeps the time limit itself (and better: the wall clock may jump).
 */
import { parentPort, workerData } from 'node:worker_threads';

export type Watched = {
  /**
   * Shared with the main thread. Index 0: epoch ms at which the earliest running invocation must have
   * ended, 0 for none. Index 1: how many of this thread's messages the main thread has read.
   */
  readonly shared: Float64Array;
  /** Process id of the supervisor: end also when this is no longer the parent. */
  readonly parentPid: number | undefined;
  /** What the main thread gets to end by itself before this thread steps in. */
  readonly graceMs: number;
};

const LOOK_MS = 250;
/** A main thread that has not read a message for so many looks is stuck. */
const STUCK_LOOKS = 4;

function watch({ shared, parentPid, graceMs }: Watched, ask: () => void): void {
  let orphanedAt: number | undefined;
  let asked = 0;
  let unanswered = 0;
  setInterval(() => {
    const now = Date.now();
    if (parentPid !== undefined && process.ppid !== parentPid) {
      orphanedAt ??= now;
    }
    const [due = 0, answered = 0] = shared;
    const isOverdue = due > 0 && now > due;
    if (!isOverdue && orphanedAt === undefined) {
      unanswered = 0;
    } else if (answered === asked) {
      ask();
      asked += 1;
      unanswered = 0;
    } else {
      unanswered += 1;
    }
    if (unanswered >= STUCK_LOOKS || (orphanedAt !== undefined && now > orphanedAt + graceMs)) {
      process.kill(process.pid, 'SIGKILL');
    }
  }, LOOK_MS);
}

const port = parentPort;
if (port !== null) {
  watch(workerData as Watched, () => port.postMessage('alive?'));
}
