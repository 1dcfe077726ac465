/** Query parameters as the API server reads them. */

import type { Resource } from '../objects/resource.ts';
import { badRequest, invalid, unsupported } from '../objects/status.ts';
import { fieldSelector, labelSelector, type Predicate } from './selector.ts';

export type Query = URLSearchParams;

/** Absent, or empty as Go's decoder sees it: undefined. Throws BadRequest for what is no integer. */
export function integer(query: Query, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

/** Go's ParseBool, except that what it cannot read counts as false. */
export function flag(query: Query, name: string): boolean {
  return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(query.get(name) ?? '');
}

/** What the request asks to see. */
export function selection(query: Query, resource: Resource): Predicate {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const byLabel = labels === '' ? undefined : labelSelector(labels);
  const byField = fields === '' ? undefined : fieldSelector(fields, resource);
  return (object) => (byLabel?.(object) ?? true) && (byField?.(object) ?? true);
}

/** Whether the write shall not be stored. `kind` is that of the options, for the message. */
export function isDryRun(query: Query, kind: string): boolean {
  const values = query.getAll('dryRun');
  if (values.length === 0) return false;
  if (values.some((value) => value !== 'All')) {
    throw invalid({ group: 'meta.k8s.io', kind }, '', [unsupported('dryRun', values, ['All'])]);
  }
  return true;
}
