/** How the demo looks: calm, and plain where there are no colours. */
import { styleText } from 'node:util';
import type { RunEvent } from '../../client/index.ts';
import { spread, type Verdict } from './check.ts';
import type { Viewer } from './viewer.ts';

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout });
const print = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};

const STATE_STYLES: Readonly<Record<string, Style>> = {
  succeeded: 'green',
  failed: 'red',
  cancelled: 'yellow',
  cancelling: 'yellow',
};
const BAR = 24;

const label = (name: string): string => paint('dim', name.padEnd(10));

/** A line of `name   value   remark`. */
export function draft(name: string, value: string, remark = ''): void {
  print(`  ${label(name)}${value}${remark === '' ? '' : `   ${paint('dim', remark)}`}`);
}

export function heading(text: string): void {
  print(`\n${paint('bold', text)}`);
}

export function remark(text: string): void {
  print(`  ${paint('dim', text)}`);
}

/** Prints events as they come, with the seconds since `start`. */
export function createLogView(start: number): (event: RunEvent) => void {
  const mark = (text: string): void => {
    const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(5);
    print(`${paint('dim', `${seconds} s`)}  ${text}`);
  };
  return (event) => {
    if (event.type === 'status') {
      const { status, message } = event.data;
      const style = STATE_STYLES[status] ?? 'cyan';
      mark(`${paint(style, status)}${message === null ? '' : paint('dim', `  ${message}`)}`);
    } else if (event.type === 'log') {
      for (const line of event.data.lines) mark(paint('dim', '│ ') + line.message);
    } else if (event.type === 'progress') {
      const { completed, total, percent } = event.data;
      const filled = Math.round(((percent ?? 0) / 100) * BAR);
      const bar = `${'━'.repeat(filled)}${paint('dim', '─'.repeat(BAR - filled))}`;
      mark(`${bar} ${completed} of ${total}`);
    } else if (event.type === 'gap') {
      mark(paint('red', `lines are missing: ${event.data.message}`));
    } else if (event.type === 'error') {
      mark(paint('red', event.data.message));
    } else if (event.type === 'complete') {
      // The state was said before; only its reason is new.
      const { reason } = event.data;
      if (reason !== null) mark(paint('red', reason.message));
      mark(paint('dim', `the log is complete: ${event.seq} events`));
    }
  };
}

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '–' : `${Math.round(value)} ms`;

/** The table of what each viewer got. */
export function table(viewers: readonly Viewer[], verdicts: readonly Verdict[]): void {
  const spreads = viewers.map((viewer) => spread(viewer.behind));
  const rows: readonly (readonly string[])[] = [
    ['', ...viewers.map((viewer) => viewer.name)],
    ['lines', ...viewers.map((viewer) => String(viewer.lines.length))],
    ['events', ...viewers.map((viewer) => String(viewer.events.length))],
    ['reconnected', ...viewers.map((viewer) => String(viewer.reconnected))],
    ['lost', ...verdicts.map((verdict) => String(verdict.lost))],
    ['doubled', ...verdicts.map((verdict) => String(verdict.doubled))],
    ['behind p50', ...spreads.map((one) => milliseconds(one?.p50))],
    ['behind max', ...spreads.map((one) => milliseconds(one?.max))],
  ];
  for (const [name = '', ...cells] of rows) {
    print(`  ${paint('dim', name.padEnd(12))}${cells.map((cell) => cell.padEnd(16)).join('')}`);
  }
}

export function verdictLine(good: boolean, text: string): void {
  print(`\n  ${good ? paint('green', '✔') : paint('red', '✘')} ${text}`);
}
