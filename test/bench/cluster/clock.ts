/** The one clock that a container and this process share: the machine's uptime. */
import { readFileSync } from 'node:fs';

/** `/proc/uptime` counts hundredths of a second, cut down. */
export const STAMP_MS = 10;

/** Shell, without a process of its own for it: the uptime in seconds as `$up`. */
export const READ_UP = 'read -r up _ </proc/uptime';

const EDGES = 5;
let offset: number | undefined;

const uptimeText = (): string => readFileSync('/proc/uptime', 'utf8').split(' ')[0] ?? '';

/**
 * Compares the two clocks at the moments when the text of `/proc/uptime` changes. Whoever notices a
 * change late takes the clock for too slow, so that the largest difference is the right one.
 */
export function setClock(): void {
  let best = Number.NEGATIVE_INFINITY;
  for (let edge = 0; edge < EDGES; edge++) {
    const before = uptimeText();
    let text = before;
    while (text === before) text = uptimeText();
    best = Math.max(best, Number(text) * 1_000 - performance.now());
  }
  offset = best;
}

/** Milliseconds of the machine's uptime, with fractions. */
export function uptime(): number {
  if (offset === undefined) setClock();
  return performance.now() + (offset ?? 0);
}

/** Milliseconds from a driver's stamp; the moment itself was up to `STAMP_MS` later. */
export function stampOf(text: string | undefined): number {
  const seconds = Number(text);
  if (text === undefined || !Number.isFinite(seconds)) throw new Error(`${text} is no stamp`);
  return seconds * 1_000;
}
