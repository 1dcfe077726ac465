/** When a command of the local stack has to end. */

const LOOK_MS = 500;

/**
 * Resolves with the reason at the first SIGINT, SIGTERM or SIGHUP, or when `npm`, having started this
 * process through a shell, is gone: shells do not pass signals on. A second signal ends at once.
 */
export function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (reason: string): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve(reason);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => ask(signal));
    }
    if (process.env['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      if (!asked) ask('npm is gone');
    }, LOOK_MS);
    timer.unref();
  });
}
