/** A task's status: a sign, a word and a colour. */
import type { TaskBrief } from '../../../../../core/tasks/task.ts';
import { type LookOf, lookOf, statusText } from '../model/parts.ts';
import './task-status.css';

const SIGNS: Readonly<Record<ReturnType<typeof lookOf>, string>> = {
  pending: '○',
  submitted: '◔',
  running: '▶',
  succeeded: '✓',
  cached: '↺',
  failed: '✕',
  retried: '✕',
  ignored: '✕',
  aborted: '⊘',
};

const ACTIONS: Readonly<Record<NonNullable<TaskBrief['error_action']>, string>> = {
  retry: 'tried again',
  ignore: 'ignored',
  finish: 'the run finishes what runs and ends',
  terminate: 'it ended the run',
};

/** What Nextflow made of a failure. */
export const actionText = (action: TaskBrief['error_action']): string | undefined =>
  action === null ? undefined : ACTIONS[action];

export function TaskStatus({ of }: { readonly of: LookOf }) {
  const look = lookOf(of);
  return (
    <span className="task-status" data-status={look}>
      <span aria-hidden="true">{SIGNS[look]}</span> {statusText(of)}
    </span>
  );
}
