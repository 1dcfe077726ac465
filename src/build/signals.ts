/** Signals and errors that end a command of the local stack. */

const POLL_MS = 500;

/**
 * Aborts, with an error that says why, at the first SIGINT, SIGTERM, SIGHUP or SIGQUIT. Also when an `npm` that started this
 * process through a shell is gone, because shells do not pass signals on. Later signals change nothing: one Ctrl-C under
 * npm brings two, one from the terminal and one from npm, and an interrupted end would leave drivers behind.
 */
export function stopOnSignals(): AbortController {
  const stop = new AbortController();
  const ask = (why: string): void => stop.abort(new Error(`Stopped: ${why}`));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    process.on(signal, () => ask(signal));
  }
  if (process.env['npm_lifecycle_event'] === undefined) return stop;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ask('npm is gone');
  }, POLL_MS);
  timer.unref();
  return stop;
}

/** Resolves with the reason, a sentence, once the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const tell = (): void => resolve((signal.reason as Error).message);
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
  });
}

/**
 * Runs a command and ends the process with its exit code. An error is written to standard error as one sentence, with exit
 * code 1.
 */
export async function runCommand(run: () => Promise<number>): Promise<never> {
  let code = 1;
  try {
    code = await run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
  process.exit(code);
}
