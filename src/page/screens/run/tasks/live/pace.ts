/** When the list of tasks is read again: as soon as it may have changed, but never again and again without a rest. */

/** A read is followed by at least this rest, and by ten times as long as it took: a large table costs the server more. */
const REST_MIN_MS = 3_000;
const REST_SHARE = 10;

export type Deps = {
  /** Milliseconds. */
  readonly now: () => number;
  /** Calls back after so many milliseconds; the returned function ends it. */
  readonly later: (ms: number, call: () => void) => () => void;
  /** Reads everything; resolves also when that failed. */
  readonly read: () => Promise<void>;
};

/** At most one read at a time; what is asked for meanwhile is one more read, which begins after it. */
export function createPace({ now, later, read }: Deps) {
  let reading = false;
  let wanted = false;
  let mayAt = 0;
  let hurry = false;
  let endWait: (() => void) | undefined;

  async function go(): Promise<void> {
    endWait = undefined;
    reading = true;
    wanted = false;
    const began = now();
    await read();
    reading = false;
    mayAt = hurry ? 0 : now() + Math.max(REST_MIN_MS, (now() - began) * REST_SHARE);
    hurry = false;
    if (wanted) ask();
  }

  function ask(): void {
    wanted = true;
    if (reading || endWait !== undefined) return;
    endWait = later(Math.max(0, mayAt - now()), () => void go());
  }

  return {
    /** Something may have changed. */
    ask,
    /** Somebody waits for it: without the rest. */
    askNow(): void {
      mayAt = 0;
      hurry = reading;
      endWait?.();
      endWait = undefined;
      ask();
    },
    end(): void {
      wanted = false;
      endWait?.();
      endWait = undefined;
    },
  };
}
