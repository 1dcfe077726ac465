/** How values look: states, times, progress. Plain where there are no colours. */
import pico from 'picocolors';
import type { RunState, RunView } from '../../client/index.ts';
import type { Terminal } from '../terminal.ts';

type Paint = (text: string) => string;
export type Colours = Readonly<Record<'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'cyan', Paint>>;
export const coloursOf = ({ colours }: Terminal): Colours => pico.createColors(colours);

const SECOND = 1_000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in words, such as `4.2s`, `3m 5s`, `2d 4h`. */
export function span(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)}s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole}s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m ${whole % MINUTE}s`;
  if (whole < DAY) return `${Math.floor(whole / HOUR)}h ${Math.floor((whole % HOUR) / MINUTE)}m`;
  return `${Math.floor(whole / DAY)}d ${Math.floor((whole % DAY) / HOUR)}h`;
}

export const age = (at: string, nowMs: number): string =>
  span(Math.max(0, (nowMs - Date.parse(at)) / SECOND));

/** Local time to the second. */
export const localTime = (at: string): string =>
  new Date(at).toLocaleString('sv-SE', { timeZoneName: 'short' });

export function state(colours: Colours, value: RunState): string {
  if (value === 'succeeded') return colours.green(value);
  if (value === 'failed') return colours.red(value);
  return value === 'cancelled' || value === 'cancelling'
    ? colours.yellow(value)
    : colours.cyan(value);
}

/** How far a run is; empty where it tells nothing. */
export function progress({ progress: told }: Pick<RunView, 'progress'>): string {
  if (told === null) return '';
  const { completed, total, percent } = told;
  return `${completed}/${total}${percent === null ? '' : ` ${Math.floor(percent)}%`}`;
}

export function bar(colours: Colours, percent: number, width: number): string {
  const filled = Math.round((Math.min(100, Math.max(0, percent)) / 100) * width);
  return `${colours.cyan('━'.repeat(filled))}${colours.dim('━'.repeat(width - filled))}`;
}

/** What comes from outside is only ever text: control characters would move the cursor or write elsewhere, marks of direction turn the line round. */
export const safe = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are what this removes
  text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

/** One line of it. */
export const oneLine = (text: string): string => safe(text).replaceAll(/\s*\n\s*/g, ' ');
