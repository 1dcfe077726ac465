/** The parts of the screen, by their names in the address, and what each is given. */
import type { Recent } from '../live/use-recent.ts';
import type { Shown } from '../live/use-run.ts';
import type { TaskSearch } from '../tasks/model/search.ts';

export const RUN_TABS = [
  'log',
  'tasks',
  'events',
  'params',
  'details',
  'files',
  'timeline',
  'related',
] as const;
export type RunTab = (typeof RUN_TABS)[number];

export type RunSearch = TaskSearch & {
  /** Without it the log: what one sees first. */
  readonly tab?: RunTab;
  /** Types of events that are shown, joined by commas; without it all. */
  readonly types?: string;
};

export type TabProps = { readonly shown: Shown; readonly recent: Recent };
