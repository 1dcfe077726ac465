/** States of a run, without the schema library: the page has no room for it. */

export const RUN_STATES = [
  'queued',
  'starting',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export const TERMINAL_STATES: readonly RunState[] = ['succeeded', 'failed', 'cancelled'];
export const isTerminal = (state: RunState): boolean => TERMINAL_STATES.includes(state);
