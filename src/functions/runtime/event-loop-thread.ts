/** The thread of `event-loop.ts`: it ends the process when the main thread does not count any more. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

export type Watched = {
  /** The main thread adds one every `lookMs`. */
  readonly beats: Int32Array;
  readonly lookMs: number;
  /** So many looks in a row without a beat are too many. Looks, not time: a machine that was asleep wakes both threads. */
  readonly looks: number;
};

const { beats, lookMs, looks } = workerData as Watched;
const STDERR = 2;
let last = 0;
let missed = 0;
setInterval(() => {
  const beat = Atomics.load(beats, 0);
  missed = beat === last ? missed + 1 : 0;
  last = beat;
  if (missed < looks) return;
  // The main thread, which stands still, would have to pass on what is logged in the usual way.
  const message = `the event loop has stood still for ${(looks * lookMs) / 1_000} s: the process ends`;
  writeSync(STDERR, `${JSON.stringify({ level: 'error', message })}\n`);
  process.kill(process.pid, 'SIGKILL');
}, lookMs);
