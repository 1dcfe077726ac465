/** Bytes, times and shares in words. */
import { durationText } from '../../../../ui/parts/duration.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;
const STEP = 1_024;
const SECOND_MS = 1_000;

/** `1.5 GB`, in steps of 1,024 as Nextflow counts them. */
export function bytesText(bytes: number): string {
  const at = Math.min(
    UNITS.length - 1,
    bytes < 1 ? 0 : Math.floor(Math.log(bytes) / Math.log(STEP)),
  );
  const value = bytes / STEP ** at;
  return `${value.toLocaleString('en-US', { maximumFractionDigits: value < 10 && at > 0 ? 1 : 0 })} ${UNITS[at]}`;
}

/** Like durations elsewhere, and `340 ms` below a second. */
export const msText = (ms: number): string =>
  ms < SECOND_MS ? `${Math.round(ms)} ms` : durationText(ms / SECOND_MS);

export const percentText = (percent: number): string =>
  `${percent.toLocaleString('en-US', { maximumFractionDigits: percent < 10 ? 1 : 0 })} %`;

export const cpusText = (cpus: number): string =>
  cpus.toLocaleString('en-US', { maximumFractionDigits: 2 });
