import type { TypedData } from '../contract.ts';
import { type Log, messageOf } from '../log.ts';
import { sleep } from '../process/sleep.ts';
import { isFrequent, type Schedule } from './ncrontab.ts';
import type { TimerStatus, TimerStatusStore } from './timer-status.ts';

export type TimerOptions = {
  readonly name: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Remember the schedule over restarts; has no effect on schedules more frequent than once a minute. */
  readonly useMonitor: boolean;
  readonly store: TimerStatusStore;
  readonly log: Log;
  /** Fires the function. May reject; the schedule goes on. */
  readonly fire: (input: TypedData, reason: string) => Promise<unknown>;
};

/** Timers sleep in steps, as setTimeout ends at 24.8 days and does not see the clock being set. */
const LONGEST_SLEEP_MS = 3_600_000;

async function sleepUntil(time: Date, signal: AbortSignal): Promise<void> {
  for (;;) {
    const left = time.getTime() - Date.now();
    if (left <= 0 || signal.aborted) {
      return;
    }
    await sleep(Math.min(left, LONGEST_SLEEP_MS), signal);
  }
}

/** The trigger's value: `scheduleStatus` is null for a timer that is not monitored. */
export function timerInput(status: TimerStatus | undefined, isPastDue: boolean): TypedData {
  const ScheduleStatus =
    status === undefined
      ? null
      : {
          Last: (status.last ?? new Date('0001-01-01T00:00:00Z')).toISOString(),
          Next: status.next.toISOString(),
          LastUpdated: status.lastUpdated.toISOString(),
        };
  const Schedule = { AdjustForDST: true };
  return { json: JSON.stringify({ Schedule, ScheduleStatus, IsPastDue: isPastDue }) };
}

/**
 * Brings the stored status in line with the schedule. A status that another schedule wrote (its
 * `next` is not what this one gives after `lastUpdated`) is begun anew. Past due means that `next` has gone by.
 */
async function readStatus(
  { name, schedule, store }: TimerOptions,
  now: Date,
): Promise<{ status: TimerStatus | undefined; isPastDue: boolean }> {
  const stored = await store.load(name);
  const expected = stored === undefined ? undefined : schedule.next(stored.lastUpdated);
  if (stored !== undefined && expected?.getTime() === stored.next.getTime()) {
    return { status: stored, isPastDue: stored.next.getTime() < now.getTime() };
  }
  const next = schedule.next(now);
  if (next === undefined) {
    return { status: undefined, isPastDue: false };
  }
  const status = { last: undefined, next, lastUpdated: now };
  await store.save(name, status);
  return { status, isPastDue: false };
}

async function keepTime(options: TimerOptions, signal: AbortSignal): Promise<void> {
  const { name, schedule, store, log } = options;
  const monitored = options.useMonitor && !isFrequent(schedule, new Date());
  let status: TimerStatus | undefined;

  /** Runs once and gives the next occurrence, counted from the beginning of this run. */
  async function runOnce(isPastDue: boolean, reason: string): Promise<Date | undefined> {
    const started = new Date();
    try {
      await options.fire(timerInput(status, isPastDue), reason);
    } catch (error) {
      log('debug', 'Host.Triggers.Timer', `Timer '${name}' failed: ${messageOf(error)}`);
    }
    const next = schedule.next(started);
    if (monitored && next !== undefined) {
      status = { last: started, next, lastUpdated: started };
      await store.save(name, status);
    }
    return next;
  }

  let isPastDue = false;
  if (monitored) {
    ({ status, isPastDue } = await readStatus(options, new Date()));
  }
  let next = schedule.next(new Date());
  if (isPastDue) {
    log('information', 'Host.Triggers.Timer', `Function '${name}' is past due on startup.`);
    next = await runOnce(true, 'Timer fired past due on startup');
  } else if (options.runOnStartup) {
    next = await runOnce(false, 'RunOnStartup');
  }
  while (next !== undefined && !signal.aborted) {
    await sleepUntil(next, signal);
    if (!signal.aborted) {
      next = await runOnce(false, `Timer fired at ${new Date().toISOString()}`);
    }
  }
  if (next === undefined) {
    log('warning', 'Host.Triggers.Timer', `Timer '${name}' has no further occurrence.`);
  }
}

/**
 * Fires a function on its schedule. It never overlaps itself: an occurrence that comes while it runs
 * fires once, right after; further ones are skipped. After a start that comes too late it fires once with
 * `isPastDue`, however many occurrences were missed. Gives the function that stops it; that resolves once a run in
 * hand is over.
 */
export function startTimer(options: TimerOptions): () => Promise<void> {
  const controller = new AbortController();
  const done = keepTime(options, controller.signal).catch((error: unknown) => {
    const text = `Timer '${options.name}' stopped: ${messageOf(error)}`;
    options.log('critical', 'Host.Triggers.Timer', text);
  });
  return async () => {
    controller.abort();
    await done;
  };
}
