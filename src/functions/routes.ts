/**
 * The HTTP functions: one for each path of the API, so that the portal, metrics and scaling show routes, and one for all the
 * rest. The host takes the first function, by name, whose route and method match, and answers a wrong method with a bare
 * 404. So the last one takes every method and path, and the app itself answers 404, 405 and CORS preflights.
 */
import type { HttpMethod } from '@azure/functions';
import { PATHS } from './paths.ts';

export type Route = {
  readonly name: string;
  readonly route: string;
  readonly methods: readonly HttpMethod[];
};

const ALL_METHODS: readonly HttpMethod[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
];

const isParameter = (segment: string | undefined): boolean => segment?.startsWith('{') === true;

/** `runs` for `/api/v1/runs`, `run-cancel` for `/api/v1/runs/{run_id}/cancel`, `legacy-run` for `/api/v1/pipeline/run`. */
function nameOf(path: string): string {
  const segments = path.replace(/^\/(api\/v1\/)?/, '').split('/');
  return segments
    .flatMap((segment, index) => {
      if (isParameter(segment)) return [];
      const word = segment === 'pipeline' && index === 0 ? 'legacy' : segment;
      return [isParameter(segments[index + 1]) ? word.replace(/s$/, '') : word];
    })
    .join('-')
    .replaceAll(/[^a-z-]+/g, '-');
}

const byName = ({ name: a }: Route, { name: b }: Route): number => (a < b ? -1 : 1);

export const ROUTES: readonly Route[] = [
  ...PATHS.map(
    ([path, ...methods]): Route => ({
      name: nameOf(path),
      route: path.slice(1),
      methods: methods as HttpMethod[],
    }),
  ),
  { name: 'zz-any', route: '{*path}', methods: ALL_METHODS },
].toSorted(byName);
