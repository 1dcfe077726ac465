/** Label and field selectors, as far as they are used: what else the API server knows is refused. */
import type { KubeObject } from '../objects/object.ts';
import type { Resource } from '../objects/resource.ts';
import { badRequest } from '../objects/status.ts';

export type Predicate = (object: KubeObject) => boolean;

const LABEL_TERM = /^\s*(?<key>[\w./-]+)\s*(?:==?\s*(?<value>[\w.-]*)\s*)?$/;

/** `a=b,c==d,e`: labels with these values, or there at all. */
export function labelSelector(text: string): Predicate {
  const wanted = text.split(',').map((term) => {
    const { key, value } = LABEL_TERM.exec(term)?.groups ?? {};
    if (key !== undefined) return { key, value };
    throw badRequest(
      `unable to parse requirement: '${term}'; the emulator knows key, key=value and key==value`,
    );
  });
  return ({ metadata: { labels = {} } }) =>
    wanted.every(({ key, value }) =>
      value === undefined ? Object.hasOwn(labels, key) : labels[key] === value,
    );
}

function fieldOf(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.'))
    value = (value as Record<string, unknown> | undefined)?.[part];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `a=b,c==d` over the fields that the resource supports. */
export function fieldSelector(text: string, resource: Resource): Predicate {
  const supported = new Set(['metadata.name', 'metadata.namespace', ...resource.fields]);
  const terms = text.split(',').filter((term) => term !== '');
  const checks = terms.map((term): Predicate => {
    const match = /^([^=!]+)==?(.*)$/.exec(term);
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = '', value = ''] = match;
    if (!supported.has(field)) {
      throw badRequest(
        resource.kind === 'Event'
          ? `field label not supported: ${field}`
          : `field label "${field}" not supported for ${resource.kind}`,
      );
    }
    return (object) => fieldOf(object, field) === value;
  });
  return (object) => checks.every((check) => check(object));
}
