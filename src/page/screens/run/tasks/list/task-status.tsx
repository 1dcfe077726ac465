/** A task's status: a sign, a word and a colour. */
import type { TaskStatus as Status } from '../../../../../core/tasks/status.ts';
import type { TaskBrief } from '../../../../../core/tasks/task.ts';
import './task-status.css';

const SIGNS: Readonly<Record<Status, string>> = {
  pending: '○',
  submitted: '◔',
  running: '▶',
  succeeded: '✓',
  cached: '↺',
  failed: '✕',
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

export function TaskStatus({ status }: { readonly status: Status }) {
  return (
    <span className="task-status" data-status={status}>
      <span aria-hidden="true">{SIGNS[status]}</span> {status}
    </span>
  );
}
