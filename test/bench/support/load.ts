/** Load whose every line says which it is and when it was printed. */

import type { Client } from '../../../src/client/index.ts';
import type { RunEvent } from '../../../src/core/events/event.ts';
import { DRIVER_CONTAINER } from '../../../src/core/names.ts';

export type Driver = {
  /** Lines in all. */
  readonly lines: number;
  /** Lines a second; 0 prints them as fast as it can. */
  readonly perSecond: number;
  /** So many milliseconds between two writes, 20 by default: one write carries what is due by then. */
  readonly everyMs?: number;
  /** Bytes that fill each line up; none by default. */
  readonly bytes?: number;
  /** Seconds of silence before the end, 0 by default. */
  readonly restSeconds?: number;
};

/**
 * One process without children. A write takes its time just before it is made. Lines are due in even
 * steps from the first one on, so a process that is held up catches up, as a pipeline would.
 */
const SCRIPT = `use Time::HiRes qw(time sleep);
my ($lines, $rate, $every, $bytes, $rest) = @ARGV;
my ($n, $start) = (0, time);
while ($n < $lines) {
  my $due = $rate > 0 ? int((time - $start) * $rate + 1) : $n + 500;
  $due = $lines if $due > $lines;
  my $out = '';
  my $ms = int(time * 1000);
  while ($n < $due) { $n++; my $l = "#$n $ms"; $l .= ' ' . ('x' x ($bytes - length($l) - 1)) if $bytes > length($l) + 1; $out .= "$l\\n"; }
  while (length $out) { my $w = syswrite(STDOUT, $out); last unless defined $w; substr($out, 0, $w, ''); }
  sleep($every / 1000) if $rate > 0 && $n < $lines;
}
sleep($rest) if $rest > 0;`;

/** The container of a run that prints such lines. Perl comes with every common Linux, not with busybox. */
export function container({ lines, perSecond, everyMs = 20, bytes = 0, restSeconds = 0 }: Driver) {
  const args = [lines, perSecond, everyMs, bytes, restSeconds].map(String);
  return { image: 'perl', command: ['perl', '-e', SCRIPT], args };
}

export type Printed = { readonly number: number; readonly at: number };

/** Number and time (milliseconds since 1970) of a line; undefined for one that is not the driver's. */
export function readLine(line: string): Printed | undefined {
  const match = /^#(\d+) (\d+)/.exec(line);
  return match ? { number: Number(match[1]), at: Number(match[2]) } : undefined;
}

/** The driver's lines of an event. */
export const linesOf = (event: RunEvent): Printed[] =>
  event.type === 'log'
    ? event.data.lines.flatMap(({ container: name, message }) =>
        name === DRIVER_CONTAINER ? (readLine(message) ?? []) : [],
      )
    : [];

export type Receipt = {
  /** Line numbers in the order of arrival. */
  readonly numbers: number[];
  /** Milliseconds from printing to arrival, of each. */
  readonly lag: number[];
  /** When each arrived, milliseconds since 1970. */
  readonly at: number[];
  /** Resolves with the type of the last event, when the watch has ended. */
  readonly done: Promise<string>;
};

/** Watches a run with a client, and notes when each line came. */
export function receive(client: Client, runId: string, signal: AbortSignal): Receipt {
  const [numbers, lag, at]: [number[], number[], number[]] = [[], [], []];
  const watching = async (): Promise<string> => {
    let last = '';
    for await (const event of client.watch(runId, { signal })) {
      const now = Date.now();
      last = event.type;
      for (const line of linesOf(event)) {
        numbers.push(line.number);
        lag.push(now - line.at);
        at.push(now);
      }
    }
    return last;
  };
  const done = watching();
  done.catch(() => undefined);
  return { numbers, lag, at, done };
}
