/** Query parameters as the API server reads them. */

import type { Resource } from '../objects/resource.ts';
import { badRequest } from '../objects/status.ts';
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

/** Throws BadRequest where a write asks for what the emulator does not do: to ignore it would change what is stored. */
export function checkWrite(query: Query): void {
  if (query.has('dryRun')) throw badRequest('the emulator does dry runs of creations only');
  if ((query.get('fieldValidation') ?? 'Warn') !== 'Warn') {
    throw badRequest('the emulator knows the field validation Warn only');
  }
}
