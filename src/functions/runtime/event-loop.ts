/**
 * Ends a process whose event loop stands still: nothing in it can be answered or given up any more, and no time limit of the host
 * does so (`functionTimeout` is -1). The host then starts another worker.
 */
import { url as inspected } from 'node:inspector';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { STANDSTILL_MS } from '../../core/function-limits.ts';
import type { Watched } from './event-loop-thread.ts';

const LOOK_MS = 2_000;

/** Watches from now on, unless somebody debugs the process. `ms`: how long it may stand still. Keeps nothing alive. */
export function watchEventLoop(ms = STANDSTILL_MS): void {
  if (inspected() !== undefined) return;
  const lookMs = Math.min(LOOK_MS, ms / 5);
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: Watched = { beats, lookMs, looks: Math.ceil(ms / lookMs) };
  // As source it is TypeScript like this file, from a bundle JavaScript.
  const beside = new URL(`./event-loop-thread${extname(import.meta.url)}`, import.meta.url);
  // What the thread needs is little; an app is better off without it than not at all.
  const thread = new Worker(beside, {
    workerData,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  thread.on('error', () => undefined);
  thread.unref();
  setInterval(() => Atomics.add(beats, 0, 1), lookMs).unref();
}
