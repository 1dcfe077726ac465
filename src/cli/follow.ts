/** `--follow`: prints a run's events as they come; Ctrl-C leaves it running. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, LogLine, RunEvent, RunState, WatchState } from '../client/index.ts';
import type { Context } from './context.ts';
import { EXIT } from './failure.ts';
import { bar, oneLine, safe, span, state } from './text/format.ts';
import { logLine } from './text/log-lines.ts';

export type FollowOptions = {
  /** Events up to this one are left out. */
  readonly after?: number;
  /** Prints the log alone, without what happens to the run. */
  readonly logOnly?: boolean;
  /** Which lines are printed. */
  readonly keep?: (line: LogLine) => boolean;
  /** Of the lines up to this event only so many last ones. */
  readonly tail?: { readonly lines: number; readonly until: number };
  readonly timestamps?: boolean;
};

/** So long a second Ctrl-C is waited for. */
const SECOND_PRESS_MS = 3_000;
/** How often the line at the bottom may change. */
const STATUS_MS = 250;

const CODES: Readonly<Record<string, number>> = {
  succeeded: EXIT.succeeded,
  failed: EXIT.failed,
  cancelled: EXIT.cancelled,
};

/** What is known of the run, for the line at the bottom. */
class Summary {
  readonly #context: Context;
  readonly #since: number;
  #state: RunState = 'queued';
  #progress = '';
  #connection: WatchState = 'live';

  constructor(context: Context) {
    this.#context = context;
    this.#since = context.now();
  }

  take(event: RunEvent): void {
    if (event.type === 'status') this.#state = event.data.status;
    if (event.type === 'progress') {
      const { completed, total, percent } = event.data;
      const drawn = percent === null ? '' : `${bar(this.#context.colours, percent)} `;
      this.#progress = `${drawn}${completed}/${total}`;
    }
  }

  connection(watch: WatchState): void {
    this.#connection = watch;
  }

  line(): string {
    const { colours, now } = this.#context;
    const parts = [
      state(colours, this.#state),
      this.#progress,
      span((now() - this.#since) / 1_000),
      this.#connection === 'paused' ? colours.red('no connection, trying again') : '',
      colours.dim('Ctrl-C leaves it running'),
    ];
    return parts.filter((part) => part !== '').join('  ');
  }
}

function describe(context: Context, event: RunEvent): string | undefined {
  const { colours } = context;
  if (event.type === 'status') {
    const { status, reason, message } = event.data;
    // The end is told by the last event, with its duration.
    if (CODES[status] !== undefined) return undefined;
    const why = reason?.message ?? message;
    return `${state(colours, status)}${why ? colours.dim(`  ${oneLine(why)}`) : ''}`;
  }
  if (event.type === 'gap') return colours.red(`lines are missing: ${oneLine(event.data.message)}`);
  if (event.type === 'error' && event.data.stage !== undefined)
    return colours.red(oneLine(event.data.message));
  return undefined;
}

function printLine(context: Context, line: LogLine, { timestamps }: FollowOptions): void {
  const { terminal, json } = context;
  if (json) {
    context.printJson(line);
    return;
  }
  const time = timestamps ? `${line.timestamp} ` : '';
  terminal.out(`${time}${logLine(terminal, line.message)}${line.part ? '' : '\n'}`);
}

/** Holds the lines that may be more than the last ones that were asked for, and prints the rest. */
class Lines {
  readonly #context: Context;
  readonly #options: FollowOptions;
  #held: LogLine[] = [];

  constructor(context: Context, options: FollowOptions) {
    this.#context = context;
    this.#options = options;
  }

  take(event: RunEvent): void {
    const { tail, keep } = this.#options;
    const isOld = tail !== undefined && event.seq <= tail.until;
    if (!isOld) this.flush();
    for (const line of event.type === 'log' ? event.data.lines : []) {
      if (keep?.(line) === false) continue;
      if (!isOld) printLine(this.#context, line, this.#options);
      else if (this.#held.push(line) > tail.lines) this.#held.shift();
    }
    if (tail !== undefined && event.seq >= tail.until) this.flush();
  }

  flush(): void {
    for (const line of this.#held) printLine(this.#context, line, this.#options);
    this.#held = [];
  }
}

function printEvent(context: Context, event: RunEvent, options: FollowOptions): void {
  const { terminal, json } = context;
  if (event.type === 'log') return;
  if (json) {
    if (!options.logOnly) context.printJson(event);
    return;
  }
  const told = options.logOnly && event.type !== 'gap' ? undefined : describe(context, event);
  if (told === undefined) return;
  // In a pipe, standard output is the log alone.
  if (terminal.tty) terminal.out(`${told}\n`);
  else terminal.err(`${told}\n`);
}

type Interrupts = {
  readonly signal: AbortSignal;
  /** Resolves at the next Ctrl-C. */
  next(): Promise<void>;
  end(): void;
};

function interrupts({ terminal }: Context): Interrupts {
  const stop = new AbortController();
  let again: (() => void) | undefined;
  const end = terminal.onInterrupt(() => {
    stop.abort();
    again?.();
    again = undefined;
  });
  return {
    signal: stop.signal,
    next: () =>
      new Promise<void>((resolve) => {
        again = resolve;
      }),
    end,
  };
}

/** Says how to come back; a second Ctrl-C asks whether to cancel the run. */
async function detach(
  context: Context,
  client: Client,
  runId: string,
  pressed: Interrupts,
): Promise<number> {
  const { terminal } = context;
  terminal.err(`\nThe run goes on. Come back: sluice logs -f ${runId}\n`);
  if (!terminal.canAsk) return EXIT.interrupted;
  terminal.err('Ctrl-C again to cancel it.\n');
  const waited = new AbortController();
  const second = await Promise.race([
    pressed.next().then(() => true),
    sleep(SECOND_PRESS_MS, false, { signal: waited.signal, ref: true }).catch(() => false),
  ]);
  waited.abort();
  if (!second) return EXIT.interrupted;
  const answer = await terminal.ask(`Cancel the run ${runId}? [y/N] `).catch(() => '');
  if (!/^y(es)?$/i.test(answer.trim())) {
    terminal.err(`The run goes on.\n`);
    return EXIT.interrupted;
  }
  await client.cancelRun(runId);
  terminal.err(`Cancelling. See: sluice show ${runId}\n`);
  return EXIT.cancelled;
}

/** Follows the run to its end; resolves with the exit code. */
export async function follow(
  context: Context,
  client: Client,
  runId: string,
  options: FollowOptions = {},
): Promise<number> {
  const { terminal } = context;
  const pressed = interrupts(context);
  const summary = new Summary(context);
  const lines = new Lines(context, options);
  const redraw = () => {
    if (!context.json) terminal.status(summary.line());
  };
  const timer = setInterval(redraw, STATUS_MS);
  let code: number | undefined;
  try {
    const events = client.watch(runId, {
      after: options.after ?? 0,
      signal: pressed.signal,
      onState: (watch) => summary.connection(watch),
    });
    for await (const event of events) {
      summary.take(event);
      if (context.json && !options.logOnly && event.type === 'log') context.printJson(event);
      else lines.take(event);
      printEvent(context, event, options);
      if (event.type === 'complete') code = finish(context, event, options);
    }
    clearInterval(timer);
    terminal.status(null);
    // Without a last event an admin has ended a run whose cluster is gone.
    return (
      code ?? (pressed.signal.aborted ? await detach(context, client, runId, pressed) : EXIT.failed)
    );
  } finally {
    clearInterval(timer);
    terminal.status(null);
    pressed.end();
  }
}

function finish(
  context: Context,
  event: Extract<RunEvent, { type: 'complete' }>,
  options: FollowOptions,
): number {
  const { status, reason, exit_code, duration_seconds } = event.data;
  if (!context.json && !options.logOnly) {
    const parts = [
      state(context.colours, status),
      duration_seconds === null ? '' : `after ${span(duration_seconds)}`,
      exit_code === null || exit_code === 0 ? '' : `exit code ${exit_code}`,
    ];
    const why = reason === null ? '' : `\n${safe(reason.message)}`;
    context.terminal.err(`${parts.filter((part) => part !== '').join(', ')}${why}\n`);
  }
  return CODES[status] ?? EXIT.failed;
}
