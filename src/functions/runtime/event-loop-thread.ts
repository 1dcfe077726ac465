/** The thread of `event-loop.ts`: ends the process when the main thread's counter stands still. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

export type Watched = {
  /** The main thread adds one every `lookMs`. */
  readonly beats: Int32Array;
  readonly lookMs: number;
  /** Checks in a row without a beat that end the process. Checks, not time: after a machine's sleep both threads wake. */
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
  // Normal logging goes through the main thread, which is blocked.
  const message = `the event loop has stood still for ${(looks * lookMs) / 1_000} s: the process ends`;
  writeSync(STDERR, `${JSON.stringify({ level: 'error', message })}\n`);
  process.kill(process.pid, 'SIGKILL');
}, lookMs);
