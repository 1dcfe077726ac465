/** Retries of writes that never report a conflict with the write's own earlier attempt as another writer's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Conflict } from '../../ports/store.ts';
import { codeOf, statusOf } from './settings.ts';

export type AttemptRules = {
  /** The write fails when it is applied a second time, so it may be repeated when the outcome is unknown. */
  readonly isGuarded: boolean;
  readonly isConflict: (error: unknown) => boolean;
  /** The container of the data (table, queue) does not exist; nothing has happened. */
  readonly isMissing: (error: unknown) => boolean;
  /** Creates that container; succeeds when it exists. */
  readonly create: () => Promise<void>;
  readonly signal: AbortSignal;
};

/** An attempt ended without a clear answer, and a later one conflicted, perhaps with the first. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

const ATTEMPTS = 4;
const PAUSE_MS = 100;
/** The connection was never made: nothing has happened. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Runs `attempt` up to four times with growing, jittered pauses. It repeats requests that were never sent,
 * throttled ones and, if guarded, those that ended without an answer or with a server's error. Rejects with
 * `Conflict` when the first clear answer is one, with `OutcomeUnknown` when a conflict follows an unclear attempt,
 * otherwise with the last error.
 */
export async function withAttempts<T>(rules: AttemptRules, attempt: () => Promise<T>): Promise<T> {
  let isDoubtful = false;
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (rules.isConflict(error)) throw conflictOf(error, isDoubtful);
      if (count === ATTEMPTS || rules.signal.aborted) throw error;
      if (rules.isMissing(error)) {
        await rules.create();
        continue;
      }
      const wasSent = !NOT_SENT.has(systemCodeOf(error));
      if (wasSent && !isThrottled(error) && !(rules.isGuarded && isUnclear(error))) throw error;
      isDoubtful ||= wasSent;
    }
    const pause = PAUSE_MS * 2 ** (count - 1) * (0.5 + Math.random());
    await sleep(pause, undefined, { signal: rules.signal });
  }
}

function conflictOf(error: unknown, isDoubtful: boolean): Error {
  const message = error instanceof Error ? error.message : String(error);
  return isDoubtful
    ? new OutcomeUnknown(`an earlier attempt may have succeeded: ${message}`, { cause: error })
    : new Conflict(message, { cause: error });
}

/** The system's own code under the SDK's `REQUEST_SEND_ERROR`. */
function systemCodeOf(error: unknown): string {
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  return codeOf(cause) ?? codeOf(error) ?? '';
}

const isThrottled = (error: unknown) => statusOf(error) === 429 || codeOf(error) === 'ServerBusy';

function isUnclear(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined
    ? error instanceof Error && 'code' in error
    : status >= 500 || status === 408;
}
