/** Times and shares in words. */
import { durationText } from '../../../../ui/parts/duration.ts';

const SECOND_MS = 1_000;

/** Like durations elsewhere, and `340 ms` below a second. */
export const msText = (ms: number): string =>
  ms < SECOND_MS ? `${Math.round(ms)} ms` : durationText(ms / SECOND_MS);

export const percentText = (percent: number): string =>
  `${percent.toLocaleString('en-US', { maximumFractionDigits: percent < 10 ? 1 : 0 })} %`;

export const cpusText = (cpus: number): string =>
  cpus.toLocaleString('en-US', { maximumFractionDigits: 2 });
