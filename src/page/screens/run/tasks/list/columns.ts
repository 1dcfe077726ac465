import type { Sort } from '../model/search.ts';

export const COLUMN_NAMES: Readonly<Record<Sort, string>> = {
  status: 'Status',
  process: 'Process',
  tag: 'Tag',
  attempt: 'Attempt',
  exit: 'Exit',
  submitted: 'Submitted',
  duration: 'Duration',
  cpu: 'CPU',
  memory: 'Peak memory',
};
