/** What the list says of how far a run is. */
import { isTerminal } from '../../../../core/events/state.ts';
import type { RunView } from '../../../../core/runs/view.ts';

export type ProgressPart = { readonly text: string; readonly isBad: boolean };

/** `12 of 40` and what failed; of a run with tasks that is over and did not succeed, what became of them: `4 of 4` would read as a success. */
export function progressParts({
  progress,
  state,
}: Pick<RunView, 'progress' | 'state'>): readonly ProgressPart[] {
  if (progress === null) return [];
  const { completed, total, tasks } = progress;
  const done = { text: `${completed} of ${total}`, isBad: false };
  if (tasks === undefined) return [done];
  const part = (count: number, word: string, isBad = false): ProgressPart[] =>
    count > 0 ? [{ text: `${count} ${word}`, isBad }] : [];
  const trouble = [
    ...part(Math.max(0, tasks.failed - tasks.retried - tasks.ignored), 'failed', true),
    ...part(tasks.ignored, 'ignored'),
  ];
  if (!isTerminal(state) || state === 'succeeded') return [done, ...trouble];
  const ended = [
    ...part(tasks.succeeded, 'succeeded'),
    ...part(tasks.cached, 'cached'),
    ...part(tasks.stored, 'stored'),
    ...trouble,
    ...part(tasks.aborted, 'aborted'),
  ];
  return ended.length > 0 ? ended : [done];
}
