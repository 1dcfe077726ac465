/**
 * Ends a process whose event loop is blocked: it can neither answer nor give up anything, and the host has no time limit
 * for it (`functionTimeout` is -1). The host then starts another worker.
 */
import { url as inspected } from 'node:inspector';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { STANDSTILL_MS } from '../../core/function-limits.ts';
import type { Watched } from './event-loop-thread.ts';

const LOOK_MS = 2_000;
/** The thread holds next to nothing; without a bound V8 gives it as much as the process. */
const THREAD_HEAP_MB = 16;

/** Watches the event loop, unless a debugger is attached. `ms`: how long it may be blocked. Does not keep the process alive. */
export function watchEventLoop(ms = STANDSTILL_MS): void {
  if (inspected() !== undefined) return;
  const lookMs = Math.min(LOOK_MS, ms / 5);
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: Watched = { beats, lookMs, looks: Math.ceil(ms / lookMs) };
  // Beside the source it is TypeScript, beside a bundle JavaScript.
  const beside = new URL(`./event-loop-thread${extname(import.meta.url)}`, import.meta.url);
  // If the thread cannot start, the app runs without it.
  const thread = new Worker(beside, {
    workerData,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
  });
  thread.on('error', () => undefined);
  thread.unref();
  setInterval(() => Atomics.add(beats, 0, 1), lookMs).unref();
}
