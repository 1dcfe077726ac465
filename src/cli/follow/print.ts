/** What `--follow` shows: the log, what happens to the run, and a line below it. */
import type { LogLine, RunEvent, RunState, WatchState } from '../../client/index.ts';
import type { Context } from '../context.ts';
import { bar, oneLine, safe, span, state } from '../text/format.ts';
import { type LineFilter, lineFilter } from '../text/log-lines.ts';

export type PrintOptions = {
  /** Prints the log alone, without what happens to the run. */
  readonly logOnly?: boolean;
  /** Prints each event so, in place of the log. */
  readonly event?: (event: RunEvent) => void;
  /** Only lines that match this regular expression. */
  readonly grep?: string;
  /** Only lines since then, in milliseconds since 1970. */
  readonly since?: number;
  /** Of the lines up to this event only so many last ones. */
  readonly tail?: { readonly lines: number; readonly until: number };
  readonly timestamps?: boolean;
};

type ProgressData = Extract<RunEvent, { type: 'progress' }>['data'];
/** Columns of a progress bar at most. */
const BAR = 24;

/** What is known of the run, for the line at the bottom. */
export class Summary {
  readonly #context: Context;
  #since: number;
  #state: RunState = 'queued';
  #progress: ProgressData | undefined;
  #isAway = false;

  constructor(context: Context) {
    this.#context = context;
    this.#since = context.now();
  }

  take(event: RunEvent): void {
    if (event.seq === 1) this.#since = Math.min(this.#since, Date.parse(event.timestamp));
    if (event.type === 'status') this.#state = event.data.status;
    if (event.type === 'progress') this.#progress = event.data;
  }

  /** With a bar of a quarter of the terminal. */
  #drawProgress(): string {
    if (this.#progress === undefined) return '';
    const { completed, total, percent } = this.#progress;
    const { colours, terminal } = this.#context;
    const width = Math.min(BAR, Math.floor(terminal.columns / 4));
    const drawn = percent === null ? '' : `${bar(colours, percent, width)} `;
    return `${drawn}${completed}/${total}`;
  }

  /** Says it once where no line at the bottom does. */
  connection(watch: WatchState): void {
    const isAway = watch === 'paused';
    if (isAway !== this.#isAway && !this.#context.terminal.canMove)
      this.#context.terminal.err(isAway ? 'No connection, trying again.\n' : 'Connected again.\n');
    this.#isAway = isAway;
  }

  /** The most important first: a narrow terminal shows its begin. Seconds are whole, so that it changes once a second. */
  line(): string {
    const { colours, now } = this.#context;
    const seconds = Math.floor(Math.max(0, now() - this.#since) / 1_000);
    const parts = [
      state(colours, this.#state),
      this.#isAway ? colours.red('no connection, trying again') : '',
      this.#drawProgress(),
      span(seconds),
      colours.dim('Ctrl-C leaves it running'),
    ];
    return parts.filter((part) => part !== '').join('  ');
  }
}

/** What a person reads of an event between the lines of the log. */
function describe(context: Context, event: RunEvent): string | undefined {
  const { colours } = context;
  switch (event.type) {
    case 'status': {
      const { status, reason, message } = event.data;
      const why = reason?.message ?? message;
      return `${state(colours, status)}${why ? colours.dim(`  ${oneLine(why)}`) : ''}`;
    }
    case 'gap':
      return colours.red(`lines are missing: ${oneLine(event.data.message)}`);
    case 'error':
      return event.data.stage === undefined ? undefined : colours.red(oneLine(event.data.message));
    case 'complete':
      return end(context, event.data);
    case 'log':
    case 'progress':
    case 'tasks':
      return undefined;
  }
}

function end(context: Context, data: Extract<RunEvent, { type: 'complete' }>['data']): string {
  const { status, reason, exit_code, duration_seconds } = data;
  const parts = [
    state(context.colours, status),
    duration_seconds === null ? '' : `after ${span(duration_seconds)}`,
    exit_code === null || exit_code === 0 ? '' : `exit code ${exit_code}`,
  ];
  const why = reason === null ? '' : `\n${safe(reason.message)}`;
  return `${parts.filter((part) => part !== '').join(', ')}${why}`;
}

const ENDS: ReadonlySet<RunState> = new Set<RunState>(['succeeded', 'failed', 'cancelled']);
/** The last event tells the end, with its duration. */
const isToldLater = (event: RunEvent): boolean =>
  event.type === 'status' && ENDS.has(event.data.status);

/** Prints a run's events as they come; lines that may be more than the last ones that were asked for are held. */
export class Printer {
  readonly #context: Context;
  readonly #options: PrintOptions;
  readonly #filter: LineFilter;
  #held: LogLine[] = [];

  constructor(context: Context, options: PrintOptions) {
    this.#context = context;
    this.#options = options;
    this.#filter = lineFilter(context.terminal, options.grep);
  }

  take(event: RunEvent): void {
    const { event: printEvent, logOnly = false } = this.#options;
    if (printEvent) printEvent(event);
    else if (this.#context.json && !logOnly) this.#context.printJson(event);
    else {
      this.#takeLines(event);
      this.#tell(event);
    }
  }

  #takeLines(event: RunEvent): void {
    const { tail, since } = this.#options;
    const isOld = tail !== undefined && event.seq <= tail.until;
    if (!isOld) this.#flush();
    for (const line of event.type === 'log' ? event.data.lines : []) {
      if (!this.#filter.keep(line.message)) continue;
      if (since !== undefined && Date.parse(line.timestamp) < since) continue;
      if (!isOld) this.#print(line);
      else if (this.#held.push(line) > tail.lines) this.#held.shift();
    }
    if (tail !== undefined && event.seq >= tail.until) this.#flush();
  }

  #flush(): void {
    for (const line of this.#held) this.#print(line);
    this.#held = [];
  }

  #print(line: LogLine): void {
    const { terminal, json } = this.#context;
    if (json) {
      this.#context.printJson(line);
      return;
    }
    const time = this.#options.timestamps ? `${line.timestamp} ` : '';
    terminal.out(`${time}${this.#filter.show(line.message)}${line.part ? '' : '\n'}`);
  }

  #tell(event: RunEvent): void {
    const { terminal, json } = this.#context;
    if (json || (this.#options.logOnly && event.type !== 'gap') || isToldLater(event)) return;
    const told = describe(this.#context, event);
    if (told === undefined) return;
    // In a pipe, standard output is the log alone.
    if (terminal.tty) terminal.out(`${told}\n`);
    else terminal.err(`${told}\n`);
  }
}
