/** A run's state: a word, a colour and a sign, because colours alone say nothing to some. */
import type { RunState } from '../../core/events/state.ts';
import './state-badge.css';

const SIGNS: Readonly<Record<RunState, string>> = {
  queued: '◷',
  starting: '◔',
  running: '▶',
  cancelling: '◌',
  succeeded: '✓',
  failed: '✕',
  cancelled: '⊘',
};

export function StateBadge({ state }: { readonly state: RunState }) {
  return (
    <span className="badge" data-state={state}>
      <span aria-hidden="true">{SIGNS[state]}</span> {state}
    </span>
  );
}
