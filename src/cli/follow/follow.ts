/** `--follow`: prints a run's events as they come; Ctrl-C leaves it running. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../client/index.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../failure.ts';
import { Printer, type PrintOptions, Summary } from './print.ts';

export type FollowOptions = PrintOptions & {
  /** Events up to this one are left out. */
  readonly after?: number;
  /** The command that comes back, without the run. */
  readonly comeBack?: string;
};

/** So long a second Ctrl-C is waited for. */
const SECOND_PRESS_MS = 3_000;
/** How often the line at the bottom is looked at; it is drawn when it has changed. */
const STATUS_MS = 250;

const CODES: Readonly<Record<string, number>> = {
  succeeded: EXIT.succeeded,
  failed: EXIT.failed,
  cancelled: EXIT.cancelled,
};

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
  comeBack: string,
): Promise<number> {
  const { terminal } = context;
  terminal.err(`\nThe run goes on. Come back: ${comeBack} ${runId}\n`);
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
  const printer = new Printer(context, options);
  const summary = new Summary(context);
  const pressed = interrupts(context);
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
      if (event.type === 'complete') {
        code = CODES[event.data.status] ?? EXIT.failed;
        clearInterval(timer);
        terminal.status(null);
      } else redraw();
      printer.take(event);
    }
    clearInterval(timer);
    terminal.status(null);
    if (code !== undefined) return code;
    // Without a last event an admin has ended a run whose cluster is gone.
    if (!pressed.signal.aborted) return EXIT.failed;
    return await detach(context, client, runId, pressed, options.comeBack ?? 'sluice logs -f');
  } finally {
    clearInterval(timer);
    terminal.status(null);
    pressed.end();
  }
}
