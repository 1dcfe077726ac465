/** What a request's path means. */
import { RESOURCES, type Resource } from '../objects/resource.ts';

export type Route =
  | { readonly kind: 'health' }
  | { readonly kind: 'version' }
  /** Whether the caller has a right. */
  | { readonly kind: 'access-review' }
  | {
      readonly kind: 'resource';
      readonly resource: Resource;
      /** Undefined for all namespaces, and for what has none. */
      readonly namespace: string | undefined;
      readonly name: string | undefined;
      readonly subresource: string | undefined;
    }
  /** A path of a group version that is served, but nothing there: a Status body. */
  | { readonly kind: 'unknown-resource' }
  /** Anything else: plain text, as the API server answers. */
  | { readonly kind: 'unknown-path' };

const HEALTH = new Set(['/healthz', '/livez', '/readyz']);

export function route(path: string): Route {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path;
  if (HEALTH.has(clean)) return { kind: 'health' };
  if (clean === '/version') return { kind: 'version' };
  if (clean === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
    return { kind: 'access-review' };
  const match = /^\/(?:api|apis\/(?<group>[^/]+))\/v1\/(?<rest>.+)$/.exec(clean);
  if (match === null) return { kind: 'unknown-path' };
  const group = match.groups?.['group'] ?? '';
  if (group !== '' && !RESOURCES.some((resource) => resource.group === group)) {
    return { kind: 'unknown-path' };
  }
  let parts: string[];
  try {
    parts = (match.groups?.['rest'] ?? '').split('/').map(decodeURIComponent);
  } catch {
    return { kind: 'unknown-path' };
  }
  const scoped = parts[0] === 'namespaces' && parts.length > 2;
  const [plural, name, subresource, ...more] = scoped ? parts.slice(2) : parts;
  const resource = RESOURCES.find((one) => one.group === group && one.plural === plural);
  const misplaced = resource !== undefined && scoped !== resource.namespaced && name !== undefined;
  if (resource === undefined || misplaced || more.length > 0) return { kind: 'unknown-resource' };
  return {
    kind: 'resource',
    resource,
    namespace: scoped ? parts[1] : undefined,
    name,
    subresource,
  };
}
