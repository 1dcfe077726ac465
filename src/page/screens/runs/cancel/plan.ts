/** What a cancel of several runs would do, and does. */
import { SluiceError } from '../../../../client/errors.ts';
import { isTerminal } from '../../../../core/events/state.ts';
import type { RunView } from '../../../../core/runs/view.ts';

export type Plan = {
  readonly willEnd: readonly RunView[];
  /** Somebody has cancelled them before. */
  readonly ending: readonly RunView[];
  readonly over: readonly RunView[];
  /** Chosen once, and not in the list any more: nothing is known of them. */
  readonly unknown: readonly string[];
};

export function planOf(ids: Iterable<string>, get: (id: string) => RunView | undefined): Plan {
  const known: RunView[] = [];
  const unknown: string[] = [];
  for (const id of ids) {
    const run = get(id);
    if (run) known.push(run);
    else unknown.push(id);
  }
  const live = known.filter(({ state }) => !isTerminal(state));
  return {
    willEnd: live.filter(({ state }) => state !== 'cancelling'),
    ending: live.filter(({ state }) => state === 'cancelling'),
    over: known.filter(({ state }) => isTerminal(state)),
    unknown,
  };
}

export type Outcome = {
  readonly id: string;
  /** `asked`: it ends soon; `cancelled`: it has ended so; `over`: it had ended before, in its own way. */
  readonly result: 'asked' | 'cancelled' | 'over' | 'refused' | 'unanswered';
  readonly detail: string;
};

export function outcomeOf(view: RunView): Outcome {
  const id = view.run_id;
  if (view.state === 'cancelled') return { id, result: 'cancelled', detail: 'cancelled' };
  if (isTerminal(view.state))
    return { id, result: 'over', detail: `was over before: ${view.state}` };
  return { id, result: 'asked', detail: 'is being cancelled' };
}

export function failureOf(id: string, error: unknown): Outcome {
  if (!(error instanceof SluiceError)) return { id, result: 'unanswered', detail: String(error) };
  if (error.code === 'unreachable') {
    const detail = 'no answer came: it may be cancelled, or not';
    return { id, result: 'unanswered', detail };
  }
  return { id, result: 'refused', detail: error.detail };
}

type Cancel = (id: string) => Promise<RunView>;

/** Requests on their way at once: the server and its rate limit serve others too. */
const TOGETHER = 4;

/** Cancels one after the other, a few at once, until `signal` ends it; those not yet asked are left alone. */
export async function cancelAll(
  ids: readonly string[],
  cancel: Cancel,
  onOutcome: (outcome: Outcome, view: RunView | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const rest = [...ids];
  const work = async (): Promise<void> => {
    for (let id = rest.shift(); id !== undefined; id = rest.shift()) {
      if (signal.aborted) return;
      const asked = id;
      await cancel(asked).then(
        (view) => onOutcome(outcomeOf(view), view),
        (error: unknown) => onOutcome(failureOf(asked, error), undefined),
      );
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
}

export const count = (number: number, what = 'run'): string =>
  `${number} ${what}${number === 1 ? '' : 's'}`;
